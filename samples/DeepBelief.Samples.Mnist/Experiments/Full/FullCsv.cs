using CsvHelper.Configuration.Attributes;
using DeepBelief.Samples.Mnist.Output;

namespace DeepBelief.Samples.Mnist.Experiments.Full;

/// <summary>The curves of error against time as a CSV file. Times are those of fine-tuning, in seconds.</summary>
internal static class FullCsv
{
    public const string FileName = "full_mnist.csv";

    /// <summary>Writes the whole file or nothing; returns its path.</summary>
    /// <exception cref="IOException">The file can't be written.</exception>
    public static Task<string> WriteAsync(string folder, FullResults results, CancellationToken cancellationToken)
        => CsvFile.WriteAsync(folder, FileName, results.Seeds.SelectMany(Rows), cancellationToken);

    private static IEnumerable<Row> Rows(FullResult seed)
    {
        foreach (var trial in seed.Trials)
        {
            foreach (var epoch in trial.Epochs)
                yield return new(seed.Seed, trial.Settings.Name, epoch.Epoch, epoch.Elapsed.TotalSeconds, epoch.Train.Loss, 1 - epoch.Validation!.Accuracy, null);
        }

        foreach (var epoch in seed.Epochs)
        {
            var test = epoch == seed.Epochs[^1] ? seed.TestError : null;
            yield return new(seed.Seed, "all training images", epoch.Epoch, epoch.Elapsed.TotalSeconds, epoch.Train.Loss, null, test);
        }
    }

    private sealed record Row(
        [property: Name("seed")] int Seed,
        [property: Name("run")] string Run,
        [property: Name("epoch")] int Epoch,
        [property: Name("seconds"), Format("F3")] double Seconds,
        [property: Name("train loss")] double TrainLoss,
        [property: Name("validation error")] double? ValidationError,
        [property: Name("test error")] double? TestError);
}
