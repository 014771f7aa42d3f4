using DeepBelief.Evaluation;
using DeepBelief.Experiments.Pretraining;
using DeepBelief.Samples.Reporting.Runs;
using DeepBelief.Training;
using TorchSharp;

namespace DeepBelief.Experiments.Autoencoders;

/// <summary>Deep autoencoders with the same layers up to their codes, pre-trained layer by layer and unrolled.</summary>
/// <param name="Below">The layers below the codes.</param>
/// <param name="CodeLayer">How a layer of a code is pre-trained; without a seed.</param>
/// <param name="Networks">The autoencoders, of which each has another number of code units.</param>
internal sealed record AutoencoderRecipe(WholeMnistDbn Below, TrainingOptions CodeLayer, params IReadOnlyList<AutoencoderNetwork> Networks)
{
    /// <summary>
    /// The two networks of Hinton and Salakhutdinov 2006, "Reducing the dimensionality of data with neural networks". Few epochs for
    /// 30 numbers: after 120 of them, from a rate of 0.004, the network knew the training images by heart (1.10) and other images worse
    /// (3.48). Trained without the last 10,000 training images, 26 epochs gave these an error of 2.90, and 16 from a rate of 0.002
    /// 3.12. Here all are learned from.
    /// </summary>
    public static AutoencoderRecipe Default { get; } = Create();

    /// <summary>Pre-training of the layer of a code.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="code">Number of code units.</param>
    /// <param name="features">What the layers below make of the training images.</param>
    public PretrainingPlan Top(int seed, long code, torch.Tensor features) => new(
        $"RBM {features.shape[1]}-{code} with a linear code",
        "autoencoder-code",
        [features.shape[1], code],
        Below.Weights,
        new DbnTrainingOptions { Layers = [CodeLayer with { Seed = seed }], Seed = seed },
        features)
    {
        HasLinearCode = true,
        Making = "learns from the expected states of the layers below",
    };

    /// <summary>A network's layers from the pixels to the code, such as <c>784-1000-500-250-30</c>.</summary>
    public string Name(AutoencoderNetwork network) => string.Join('-', Below.Sizes.Append(network.Code));

    private static AutoencoderRecipe Create()
    {
        var layer = WholeMnistDbn.Layer with { Epochs = 10 };
        var fineTuning = new AutoencoderTrainingOptions
        {
            Epochs = 40,
            BatchSize = 100,
            Loss = ReconstructionLoss.SquaredError,
            LearningRate = Schedule.Linear(3e-3, 1.5e-5),
            Optimizer = new AdamSettings { WeightDecay = 1e-5 },
            Averaging = 0.05,
            EvaluationRows = 1000,
        };
        return new(
            new([784, 1000, 500, 250], WeightInitialization.Normal(0.05), [layer, layer, layer]),
            layer with { LearningRate = Schedule.Linear(0.005, 0.001) },
            new(30, fineTuning) { PublishedComponents = 13.87, PublishedNetwork = 3.00 },
            new(2, fineTuning with { LearningRate = Schedule.Linear(4e-3, 2e-5), Optimizer = new AdamSettings() }));
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
