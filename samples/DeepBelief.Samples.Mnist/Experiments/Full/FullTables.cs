using System.Globalization;
using Spectre.Console;

namespace DeepBelief.Samples.Mnist.Experiments.Full;

/// <summary>Tables for the console.</summary>
internal static class FullTables
{
    /// <summary>What validation had to choose from.</summary>
    public static Table Trials(FullResult result)
    {
        var table = new Table { Title = new TableTitle($"Validation, seed {result.Seed}"), Border = TableBorder.Rounded };
        foreach (var column in (string[])["fine-tuning", "validation error", "validation loss", "time", "best"])
            table.AddColumn(new TableColumn(column).RightAligned().NoWrap());
        foreach (var trial in result.Trials)
        {
            table.AddRow(
                trial.Settings.Name,
                Percent(trial.Error),
                trial.Loss.ToString("F4", CultureInfo.InvariantCulture),
                Seconds(trial.Time),
                trial == result.Best ? "*" : "");
        }

        return table;
    }

    /// <summary>The test error of the finished seeds beside published ones.</summary>
    public static Table Errors(FullResults results)
    {
        var table = new Table { Title = new TableTitle("Test error, 60,000 images to train, 10,000 to test"), Border = TableBorder.Rounded };
        foreach (var column in (string[])["model", "test error", "time or source"])
            table.AddColumn(new TableColumn(column).NoWrap());
        foreach (var seed in results.Seeds.Where(seed => seed.TestError is not null))
        {
            table.AddRow(
                $"this run, seed {seed.Seed}",
                Percent(seed.TestError!.Value),
                $"{Seconds(seed.PretrainingTime)} pre-training, {Seconds(seed.TrialTime)} validation, {Seconds(seed.TrainingTime)} fine-tuning");
        }

        if (results.TestError is { StandardDeviation: { } deviation } mean)
            table.AddRow($"mean of {mean.Count} seeds", $"{Percent(mean.Mean)} ± {Percent(deviation)}", "");
        foreach (var published in PublishedError.All)
            table.AddRow(published.Model, Percent(published.Error), published.Source);
        return table;
    }

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:F2} %");

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:F0} s");
}
