using System.Globalization;
using Spectre.Console;

namespace DeepBelief.Samples.Mnist.Experiments.FewLabels;

/// <summary>The comparison for the console, in percent, the published figures beside it.</summary>
internal static class FewLabelsTable
{
    private const string Legend =
        "gain: of pre-training over these weights, draw by draw. shuffled: the pre-trained numbers in random places, trained in the same way; "
        + "only what was learned differs. random: with settings of their own and twice the epochs.";

    public static Table Create(FewLabelsResults results)
    {
        var table = new Table
        {
            Title = new TableTitle("Test accuracy with few labels, %"),
            Caption = new TableTitle(Legend),
            Border = TableBorder.Rounded,
        };
        AddColumns(table, "labels", "runs", "weights", "test accuracy", "gain", "published", "gain");
        foreach (var row in results.Rows)
        {
            if (table.Rows.Count > 0)
                table.AddEmptyRow();
            var published = PublishedFewLabels.All.FirstOrDefault(one => one.Labels == row.Labels);
            table.AddRow(
                row.Labels.ToString("N0", CultureInfo.InvariantCulture),
                row.With.Count.ToString(CultureInfo.InvariantCulture),
                Name(StartingWeights.Pretrained), Percent(row.With), "", Percent(published?.With), "");
            table.AddRow("", "", Name(StartingWeights.Shuffled), Percent(row.Shuffled), Percent(row.GainOverShuffled), "", "");
            table.AddRow(
                "", "", Name(StartingWeights.Random), Percent(row.Without), Percent(row.Gain), Percent(published?.Without), Percent(published?.Gain));
        }

        return table;
    }

    /// <summary>What validation chose from, and which settings it chose.</summary>
    public static Table Trials(FewLabelsResults results)
    {
        var table = new Table { Title = new TableTitle("Validation accuracy of the settings to choose from, %"), Border = TableBorder.Rounded };
        AddColumns(table, "seed", "labels", "weights", "fine-tuning", "learning rate", "scale", "accuracy", "best");
        foreach (var group in results.Trials.GroupBy(trial => (trial.Seed, trial.Labels, trial.Start)))
        {
            var best = group.MaxBy(trial => trial.ValidationAccuracy);
            foreach (var trial in group)
            {
                table.AddRow(
                    trial.Seed.ToString(CultureInfo.InvariantCulture),
                    trial.Labels.ToString("N0", CultureInfo.InvariantCulture),
                    Name(trial.Start),
                    trial.Settings.FineTuning.Name,
                    trial.Settings.FineTuning.LearningRate.ToString(CultureInfo.InvariantCulture),
                    trial.Start == StartingWeights.Random ? trial.Settings.Scale.ToString(CultureInfo.InvariantCulture) : "",
                    Percent(trial.ValidationAccuracy),
                    trial == best ? "*" : "");
            }
        }

        return table;
    }

    /// <summary>Of starting weights, in tables.</summary>
    public static string Name(StartingWeights start) => start switch
    {
        StartingWeights.Pretrained => "pre-trained",
        StartingWeights.Shuffled => "shuffled",
        _ => "random",
    };

    private static void AddColumns(Table table, params string[] columns)
    {
        foreach (var column in columns)
            table.AddColumn(new TableColumn(column).RightAligned().NoWrap());
    }

    private static string Percent(Statistics figure)
        => figure.StandardDeviation is { } deviation ? $"{Percent(figure.Mean)} ± {Percent(deviation)}" : Percent(figure.Mean);

    private static string Percent(double? share) => share is { } value ? (100 * value).ToString("F2", CultureInfo.InvariantCulture) : "";
}
