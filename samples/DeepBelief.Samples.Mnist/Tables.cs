using System.Globalization;
using Spectre.Console;

namespace DeepBelief.Samples.Mnist;

/// <summary>A finished experiment as a table for the console, the original's test accuracy beside it.</summary>
internal static class Tables
{
    public static Table Create(Experiment experiment, IReadOnlyList<EpochResult> results)
    {
        var original = OriginalResults.Of(experiment).ToDictionary(row => row.Epoch);
        var table = new Table { Title = new TableTitle(Title(experiment)), Border = TableBorder.Rounded };
        foreach (var column in (string[])["epochs", "test loss", "train loss", "test acc", "train acc", "original test acc"])
            table.AddColumn(new TableColumn(column).RightAligned().NoWrap());
        foreach (var row in results)
        {
            table.AddRow(
                row.Epoch.ToString(CultureInfo.InvariantCulture),
                Figure(row.TestLoss), Figure(row.TrainLoss), Figure(row.TestAccuracy), Figure(row.TrainAccuracy),
                original.TryGetValue(row.Epoch, out var there) ? Figure(there.TestAccuracy) : "");
        }

        if (experiment == Experiment.DbnBinarized)
            table.Caption = new TableTitle("Goes on from the fine-tuned model of the table before it.");
        return table;
    }

    public static string Title(Experiment experiment) => experiment switch
    {
        Experiment.Rbm => "RBM 784-2500-10 without pre-training",
        Experiment.RbmPretrained => "RBM 784-2500-10 with pre-training",
        Experiment.Dbn => "DBN 784-512-128-64-10 without pre-training",
        Experiment.DbnPretrained => "DBN 784-512-128-64-10 with pre-training",
        Experiment.DbnBinarized => "DBN 784-512-128-64-10 with pre-training, binarised input",
        _ => throw new ArgumentOutOfRangeException(nameof(experiment), experiment, "Not one of the five experiments."),
    };

    private static string Figure(double value) => value.ToString("F4", CultureInfo.InvariantCulture);
}
