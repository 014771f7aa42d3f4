using DeepBelief.Sampling;
using DeepBelief.Training;

namespace DeepBelief.Samples.Mnist.Experiments.Likelihood.Digits;

/// <summary>scikit-learn's example: digits, each also moved by a pixel to four sides, of which a fifth is for testing.</summary>
/// <param name="Hidden">Number of hidden units.</param>
/// <param name="Features">How the RBM learns, without labels and without a seed.</param>
/// <param name="Regression">How softmax regression learns, on features and on pixels alike.</param>
internal sealed record DigitsRecipe(long Hidden, TrainingOptions Features, ClassifierTrainingOptions Regression)
{
    /// <summary>As many hidden units, passes and the same rate as in scikit-learn's example; chains and batches of ten.</summary>
    public static DigitsRecipe Default { get; } = new(
        100,
        new TrainingOptions
        {
            Epochs = 10,
            BatchSize = 10,
            LearningRate = 0.06,
            Optimizer = new SgdSettings { Momentum = 0, WeightDecay = 0 },
            NegativePhase = new PersistentContrastiveDivergence(steps: 1, chains: 10),
        },
        new ClassifierTrainingOptions
        {
            Epochs = 60,
            BatchSize = 100,
            LearningRate = Schedule.Linear(0.01, 0.0001),
            Optimizer = new AdamSettings(),
        });
}
