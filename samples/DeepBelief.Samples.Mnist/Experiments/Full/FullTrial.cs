using DeepBelief.Training;

namespace DeepBelief.Samples.Mnist.Experiments.Full;

/// <summary>A candidate on the training images that are not for validation.</summary>
/// <param name="Settings">The candidate.</param>
/// <param name="Epochs">What was measured after each epoch; the test rows of these are the validation images.</param>
internal sealed record FullTrial(FineTuning Settings, IReadOnlyList<ClassifierMetrics> Epochs)
{
    /// <summary>Validation error after the last epoch, from 0 to 1.</summary>
    public double Error => 1 - Epochs[^1].Validation!.Accuracy;

    /// <summary>Validation loss after the last epoch.</summary>
    public double Loss => Epochs[^1].Validation!.Loss;

    public TimeSpan Time => Epochs[^1].Elapsed;
}
