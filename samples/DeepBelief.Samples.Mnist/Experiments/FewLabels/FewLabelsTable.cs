using System.Globalization;
using Spectre.Console;

namespace DeepBelief.Samples.Mnist.Experiments.FewLabels;

/// <summary>The comparison for the console, in percent, the published figures beside it.</summary>
internal static class FewLabelsTable
{
    public static Table Create(FewLabelsResults results)
    {
        var table = new Table { Title = new TableTitle("Test accuracy with few labels, %"), Border = TableBorder.Rounded };
        foreach (var column in (string[])["labels", "runs", "with pre-training", "without", "gain", "published with", "without", "gain"])
            table.AddColumn(new TableColumn(column).RightAligned().NoWrap());
        foreach (var row in results.Rows)
        {
            var published = PublishedFewLabels.All.FirstOrDefault(one => one.Labels == row.Labels);
            table.AddRow(
                row.Labels.ToString("N0", CultureInfo.InvariantCulture),
                row.With.Count.ToString(CultureInfo.InvariantCulture),
                Percent(row.With), Percent(row.Without), Percent(row.Gain),
                Percent(published?.With), Percent(published?.Without), Percent(published?.Gain));
        }

        return table;
    }

    /// <summary>What validation chose from, and which settings it chose.</summary>
    public static Table Trials(FewLabelsResults results)
    {
        var table = new Table { Title = new TableTitle("Validation accuracy of the settings to choose from, %"), Border = TableBorder.Rounded };
        foreach (var column in (string[])["seed", "labels", "weights", "fine-tuning", "learning rate", "scale", "accuracy", "best"])
            table.AddColumn(new TableColumn(column).RightAligned().NoWrap());
        foreach (var group in results.Trials.GroupBy(trial => (trial.Seed, trial.Labels, trial.Pretrained)))
        {
            var best = group.MaxBy(trial => trial.ValidationAccuracy);
            foreach (var trial in group)
            {
                table.AddRow(
                    trial.Seed.ToString(CultureInfo.InvariantCulture),
                    trial.Labels.ToString("N0", CultureInfo.InvariantCulture),
                    trial.Pretrained ? "pre-trained" : "random",
                    trial.Settings.FineTuning.Name,
                    trial.Settings.FineTuning.LearningRate.ToString(CultureInfo.InvariantCulture),
                    trial.Pretrained ? "" : trial.Settings.Scale.ToString(CultureInfo.InvariantCulture),
                    Percent(trial.ValidationAccuracy),
                    trial == best ? "*" : "");
            }
        }

        return table;
    }

    private static string Percent(Statistics figure)
        => figure.StandardDeviation is { } deviation ? $"{Percent(figure.Mean)} ± {Percent(deviation)}" : Percent(figure.Mean);

    private static string Percent(double? share) => share is { } value ? (100 * value).ToString("F2", CultureInfo.InvariantCulture) : "";
}
