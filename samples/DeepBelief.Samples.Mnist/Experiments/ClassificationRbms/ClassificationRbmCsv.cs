using CsvHelper.Configuration.Attributes;
using DeepBelief.Samples.Mnist.Output;

namespace DeepBelief.Samples.Mnist.Experiments.ClassificationRbms;

/// <summary>A line for each epoch as a CSV file; the test error is that after the last.</summary>
internal static class ClassificationRbmCsv
{
    public const string FileName = "classification_rbm.csv";

    /// <summary>Writes the whole file or nothing; returns its path.</summary>
    /// <exception cref="IOException">The file can't be written.</exception>
    public static Task<string> WriteAsync(string folder, ClassificationRbmResults results, CancellationToken cancellationToken)
    {
        var rows =
            from model in results.Models
            from epoch in model.Epochs
            select new Row(
                model.Seed,
                model.Settings.Name,
                epoch.Epoch,
                epoch.Elapsed.TotalSeconds,
                epoch.Train.Loss,
                epoch.Validation!.Loss,
                1 - epoch.Validation.Accuracy,
                epoch == model.Epochs[^1] ? model.TestError : null);
        return CsvFile.WriteAsync(folder, FileName, rows, cancellationToken);
    }

    private sealed record Row(
        [property: Name("seed")] int Seed,
        [property: Name("training")] string Training,
        [property: Name("epoch")] int Epoch,
        [property: Name("seconds"), Format("F3")] double Seconds,
        [property: Name("train loss")] double TrainLoss,
        [property: Name("validation loss")] double ValidationLoss,
        [property: Name("validation error")] double ValidationError,
        [property: Name("test error")] double? TestError);
}
