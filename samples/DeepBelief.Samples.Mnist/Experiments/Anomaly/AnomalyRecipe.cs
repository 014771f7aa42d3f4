using DeepBelief.Samples.Mnist.Pretraining;
using DeepBelief.Sampling;
using DeepBelief.Training;
using TorchSharp;

namespace DeepBelief.Samples.Mnist.Experiments.Anomaly;

/// <summary>The machine whose free energy is the score.</summary>
/// <param name="Hidden">Number of hidden units.</param>
/// <param name="Weights">How the weights are drawn.</param>
/// <param name="Training">How it is trained; without a seed.</param>
internal sealed record AnomalyRecipe(long Hidden, WeightInitialization Weights, TrainingOptions Training)
{
    /// <summary>Persistent chains, which reach what is far from the data and make it unlikely; the learning rate falls, as they ask for.</summary>
    public static AnomalyRecipe Default { get; } = new(
        500,
        WeightInitialization.Normal(0.01),
        new TrainingOptions
        {
            Epochs = 15,
            BatchSize = 100,
            LearningRate = Schedule.Linear(0.05, 0.005),
            Optimizer = new SgdSettings { Momentum = 0.5, WeightDecay = 1e-4 },
            NegativePhase = new PersistentContrastiveDivergence(1, 100),
        });

    /// <summary>Training without labels.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="images">All training images.</param>
    public PretrainingPlan Plan(int seed, torch.Tensor images)
    {
        var training = Training with { Seed = seed };
        return new(
            $"RBM {images.shape[1]}-{Hidden}",
            "anomaly",
            [images.shape[1], Hidden],
            Weights,
            new DbnTrainingOptions { Layers = [training], Seed = seed },
            images);
    }
}
