using DeepBelief.Training;

namespace DeepBelief.Samples.Mnist.Experiments.Full;

/// <summary>How the whole of MNIST is learned.</summary>
/// <param name="Sizes">Of the layers, visible first.</param>
/// <param name="Weights">How the weights are drawn before pre-training.</param>
/// <param name="Pretraining">Of the layers; without a seed.</param>
/// <param name="ValidationRows">The last of the training images, which choose between the candidates.</param>
/// <param name="Candidates">Ways to fine-tune; at least one.</param>
/// <param name="TrialEpochs">Epochs for which each candidate is tried.</param>
/// <param name="Epochs">Epochs for which the chosen one is trained, on all training images.</param>
internal sealed record FullRecipe(
    IReadOnlyList<long> Sizes,
    WeightInitialization Weights,
    IReadOnlyList<TrainingOptions> Pretraining,
    long ValidationRows,
    IReadOnlyList<FineTuning> Candidates,
    int TrialEpochs,
    int Epochs)
{
    /// <summary>The recipe of the experiment.</summary>
    public static FullRecipe Default { get; } = Create();

    public DbnTrainingOptions PretrainingOf(int seed) => new() { Layers = [.. Pretraining.Select(layer => layer with { Seed = seed })], Seed = seed };

    private static FullRecipe Create()
    {
        var layer = new TrainingOptions
        {
            BatchSize = 100,
            LearningRate = Schedule.Linear(0.1, 0.02),
            Optimizer = new SgdSettings { Momentum = Schedule.Switch(0.5, 3, 0.9), WeightDecay = 2e-4 },
        };
        return new FullRecipe(
            [784, 1024, 1024],
            WeightInitialization.Normal(0.05),
            [layer with { Epochs = 20 }, layer with { Epochs = 12 }],
            ValidationRows: 10_000,
            [
                new FineTuning("dropout", new DropoutRates(Input: 0.2, Hidden: 0.4), LearningRate: 1e-3),
                new FineTuning("dropout and adversarial training", new DropoutRates(Input: 0.2, Hidden: 0.4), LearningRate: 1e-3, AdversarialDistance: 1.5),
            ],
            TrialEpochs: 20,
            Epochs: 60);
    }
}
