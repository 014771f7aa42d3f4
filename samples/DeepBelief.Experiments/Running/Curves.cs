using DeepBelief.Samples.Reporting.Results;
using DeepBelief.Training;

namespace DeepBelief.Experiments.Running;

/// <summary>How the training of a classifier went, for JSON.</summary>
internal static class Curves
{
    /// <summary>A row for each epoch; the test rows of these are the validation images.</summary>
    public static ResultTable Validation(IEnumerable<ClassifierMetrics> epochs) => ResultTable.Of(
        "Epochs",
        epochs,
        new("epoch", epoch => epoch.Epoch),
        new("seconds", epoch => epoch.Elapsed.TotalSeconds),
        new("train loss", epoch => epoch.Train.Loss),
        new("validation loss", epoch => epoch.Validation!.Loss),
        new("validation error", epoch => 1 - epoch.Validation!.Accuracy));
}
