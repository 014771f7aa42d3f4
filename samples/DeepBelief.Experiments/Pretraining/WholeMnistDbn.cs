using DeepBelief.Samples.Reporting.Runs;
using DeepBelief.Sampling;
using DeepBelief.Training;
using TorchSharp;

namespace DeepBelief.Experiments.Pretraining;

/// <summary>The network that the experiments on the whole of MNIST, or of another set, begin with, so that one pre-training serves them all.</summary>
/// <param name="Sizes">Of the layers, visible first.</param>
/// <param name="Weights">How the weights are drawn.</param>
/// <param name="Layers">How each layer is trained; without a seed.</param>
internal sealed record WholeMnistDbn(IReadOnlyList<long> Sizes, WeightInitialization Weights, IReadOnlyList<TrainingOptions> Layers)
{
    /// <summary>CD-1, the learning rate falling.</summary>
    public static TrainingOptions Layer { get; } = new()
    {
        BatchSize = 100,
        LearningRate = Schedule.Linear(0.1, 0.02),
        Optimizer = new SgdSettings { Momentum = Schedule.Switch(0.5, 3, 0.9), WeightDecay = 2e-4 },
        NegativePhase = new ContrastiveDivergence(),
        Centering = null,
        Averaging = 0,
        EvaluationRows = 1000,
    };

    /// <summary>Two layers.</summary>
    public static WholeMnistDbn Default { get; } = new([784, 1024, 1024], WeightInitialization.Normal(0.05), [Layer with { Epochs = 20 }, Layer with { Epochs = 12 }]);

    /// <summary>Pre-training without labels.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="images">All training images.</param>
    public PretrainingPlan Plan(int seed, torch.Tensor images) => new(
        $"DBN {string.Join('-', Sizes)}",
        "whole",
        Sizes,
        Weights,
        new DbnTrainingOptions { Layers = [.. Layers.Select(layer => layer with { Seed = seed })], Seed = seed },
        images);
}
