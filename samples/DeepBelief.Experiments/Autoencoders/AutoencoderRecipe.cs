using DeepBelief.Evaluation;
using DeepBelief.Samples.Reporting.Runs;
using DeepBelief.Sampling;
using DeepBelief.Training;
using TorchSharp;

namespace DeepBelief.Experiments.Autoencoders;

/// <summary>Deep autoencoders with the same layers up to their codes, pre-trained layer by layer and unrolled.</summary>
/// <param name="Sizes">Of the layers below the codes, visible first.</param>
/// <param name="Weights">How the weights are drawn.</param>
/// <param name="Layers">How each layer below the codes is pre-trained; without a seed.</param>
/// <param name="CodeLayer">How a layer of a code is pre-trained; without a seed.</param>
/// <param name="Networks">The autoencoders, of which each has another number of code units.</param>
internal sealed record AutoencoderRecipe(
    IReadOnlyList<long> Sizes,
    WeightInitialization Weights,
    IReadOnlyList<TrainingOptions> Layers,
    TrainingOptions CodeLayer,
    params IReadOnlyList<AutoencoderNetwork> Networks)
{
    /// <summary>
    /// The two networks of Hinton and Salakhutdinov 2006, "Reducing the dimensionality of data with neural networks". Settings
    /// were looked for by short runs on 50,000 of the training images and judged by the other 10,000; here all are learned from.
    /// </summary>
    public static AutoencoderRecipe Default { get; } = Create();

    /// <summary>Pre-training of the layers below the codes.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="images">All training images.</param>
    public PretrainingPlan Below(int seed, torch.Tensor images) => new(
        $"DBN {string.Join('-', Sizes)}",
        "autoencoder",
        Sizes,
        Weights,
        new DbnTrainingOptions { Layers = [.. Layers.Select(layer => layer with { Seed = seed })], Seed = seed },
        images);

    /// <summary>Pre-training of the layer of a code.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="code">Number of code units.</param>
    /// <param name="features">What the layers below make of the training images.</param>
    public PretrainingPlan Top(int seed, long code, torch.Tensor features) => new(
        $"RBM {features.shape[1]}-{code} with a linear code",
        "autoencoder-code",
        [features.shape[1], code],
        Weights,
        new DbnTrainingOptions { Layers = [CodeLayer with { Seed = seed }], Seed = seed },
        features)
    {
        HasLinearCode = true,
        Making = "learns from the expected states of the layers below",
    };

    /// <summary>A network's layers from the pixels to the code, such as <c>784-1000-500-250-30</c>.</summary>
    public string Name(AutoencoderNetwork network) => string.Join('-', Sizes.Append(network.Code));

    private static AutoencoderRecipe Create()
    {
        var layer = new TrainingOptions
        {
            Epochs = 10,
            BatchSize = 100,
            LearningRate = Schedule.Linear(0.1, 0.02),
            Optimizer = new SgdSettings { Momentum = Schedule.Switch(0.5, 3, 0.9), WeightDecay = 2e-4 },
            NegativePhase = new ContrastiveDivergence(),
            Centering = null,
            Averaging = 0,
            EvaluationRows = 1000,
        };
        var fineTuning = new AutoencoderTrainingOptions
        {
            Epochs = 120,
            BatchSize = 100,
            Loss = ReconstructionLoss.SquaredError,
            LearningRate = Schedule.Linear(2e-3, 2e-5),
            EvaluationRows = 1000,
        };
        return new(
            [784, 1000, 500, 250],
            WeightInitialization.Normal(0.05),
            [layer, layer, layer],
            layer with { LearningRate = Schedule.Linear(0.005, 0.001) },
            new(30, fineTuning) { PublishedComponents = 13.87, PublishedNetwork = 3.00 },
            new(2, fineTuning with { Epochs = 40 }));
    }
}

/// <summary>An autoencoder, and what it is compared with.</summary>
/// <param name="Code">Number of code units.</param>
/// <param name="FineTuning">How it is trained once it is unrolled: to the least squared error; without a seed.</param>
internal sealed record AutoencoderNetwork(long Code, AutoencoderTrainingOptions FineTuning)
{
    /// <summary>Who has published.</summary>
    public const string Source = "Hinton and Salakhutdinov 2006";

    /// <summary>The squared error of as many principal components that was published; null: none.</summary>
    public double? PublishedComponents { get; init; }

    /// <summary>The squared error of such an autoencoder that was published; null: none.</summary>
    public double? PublishedNetwork { get; init; }
}
