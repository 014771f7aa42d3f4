using DeepBelief.Training;

namespace DeepBelief.Samples.Mnist.Experiments.Full;

/// <summary>A candidate on the images that are not for validation.</summary>
/// <param name="Settings">The candidate.</param>
/// <param name="Epochs">What was measured after each epoch; the test rows of these are the validation images.</param>
internal sealed record FullTrial(FineTuning Settings, IReadOnlyList<ClassifierMetrics> Epochs)
{
    /// <summary>Validation error after the last epoch, from 0 to 1.</summary>
    public double Error => 1 - Epochs[^1].Test!.Accuracy;

    /// <summary>Validation loss after the last epoch.</summary>
    public double Loss => Epochs[^1].Test!.Loss;
}

/// <summary>The whole of MNIST, of one seed.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Pretraining">For each layer, epoch by epoch.</param>
/// <param name="Trials">The candidates, in the order of the recipe.</param>
/// <param name="Chosen">That with the least validation error; of several, the one with the least validation loss.</param>
/// <param name="Epochs">Its training on all training images; nothing is measured on the test images.</param>
/// <param name="Test">On the test images, once, at the end.</param>
internal sealed record FullResult(
    int Seed,
    IReadOnlyList<History<EpochMetrics>> Pretraining,
    IReadOnlyList<FullTrial> Trials,
    FullTrial Chosen,
    IReadOnlyList<ClassifierMetrics> Epochs,
    ClassifierScore Test)
{
    /// <summary>From 0 to 1.</summary>
    public double TestError => 1 - Test.Accuracy;

    /// <summary>Pre-training, as long as it took when it was done.</summary>
    public TimeSpan PretrainingTime => Pretraining.Aggregate(TimeSpan.Zero, (sum, layer) => sum + layer.Last.Elapsed);

    /// <summary>All trials.</summary>
    public TimeSpan TrialTime => Trials.Aggregate(TimeSpan.Zero, (sum, trial) => sum + trial.Epochs[^1].Elapsed);

    /// <summary>The last training.</summary>
    public TimeSpan TrainingTime => Epochs[^1].Elapsed;
}
