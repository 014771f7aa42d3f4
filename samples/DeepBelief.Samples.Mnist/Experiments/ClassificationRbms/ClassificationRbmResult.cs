using DeepBelief.Evaluation;
using DeepBelief.Training;

namespace DeepBelief.Samples.Mnist.Experiments.ClassificationRbms;

/// <summary>A trained machine's figures.</summary>
/// <param name="Seed">The seed of the run.</param>
/// <param name="Settings">How it was trained.</param>
/// <param name="Epochs">What was measured after each epoch of all phases; the test rows of these are the validation images.</param>
/// <param name="Test">On the test images, once, at the end.</param>
internal sealed record ClassificationRbmResult(
    int Seed, ClassificationRbmSettings Settings, IReadOnlyList<ClassifierMetrics> Epochs, ClassifierScore Test)
{
    /// <summary>On the validation images after the last epoch, from 0 to 1.</summary>
    public double ValidationError => 1 - Epochs[^1].Validation!.Accuracy;

    /// <summary>From 0 to 1.</summary>
    public double TestError => 1 - Test.Accuracy;

    /// <summary>Training, validation included.</summary>
    public TimeSpan Time => Epochs[^1].Elapsed;
}
