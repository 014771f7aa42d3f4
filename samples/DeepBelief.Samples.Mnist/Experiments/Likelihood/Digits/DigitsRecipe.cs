using DeepBelief.Training;

namespace DeepBelief.Samples.Mnist.Experiments.Likelihood.Digits;

/// <summary>scikit-learn's example: digits, each also moved by a pixel to four sides, of which a fifth is for testing.</summary>
/// <param name="Hidden">Number of hidden units.</param>
/// <param name="Features">How the RBM learns, without labels and without a seed.</param>
/// <param name="Regression">How softmax regression learns, on features and on pixels alike.</param>
internal sealed record DigitsRecipe(long Hidden, TrainingOptions Features, ClassifierTrainingOptions Regression)
{
    /// <summary>As many hidden units, passes and batches of ten as in scikit-learn's example; the rest by a fifth of the training digits.</summary>
    public static DigitsRecipe Default { get; } = new(
        100,
        new TrainingOptions
        {
            Epochs = 10,
            BatchSize = 10,
            LearningRate = 0.1,
            Optimizer = new SgdSettings { Momentum = 0.5, WeightDecay = 0 },
        },
        new ClassifierTrainingOptions
        {
            Epochs = 100,
            BatchSize = 100,
            LearningRate = Schedule.Linear(0.05, 0.0005),
            Optimizer = new AdamSettings(),
        });
}
