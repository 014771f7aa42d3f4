using System.Globalization;
using Spectre.Console;

namespace DeepBelief.Samples.Mnist.Experiments.Tables;

/// <summary>A table for the console, the original's test accuracy beside it.</summary>
internal static class ConsoleTable
{
    public static Table Create(TableResult result)
    {
        var original = OriginalResults.Of(result.Kind).ToDictionary(row => row.Epoch);
        var several = result.Seeds.Count > 1 ? $", mean ± standard deviation of {result.Seeds.Count} seeds" : "";
        var table = new Table { Title = new TableTitle(Title(result.Kind) + several), Border = TableBorder.Rounded };
        foreach (var column in (string[])["epochs", "test loss", "train loss", "test acc", "train acc", "original test acc"])
            table.AddColumn(new TableColumn(column).RightAligned().NoWrap());
        foreach (var row in result.Epochs)
        {
            table.AddRow(
                row.Epoch.ToString(CultureInfo.InvariantCulture),
                row.TestLoss.ToString(), row.TrainLoss.ToString(), row.TestAccuracy.ToString(), row.TrainAccuracy.ToString(),
                original.TryGetValue(row.Epoch, out var there) ? there.TestAccuracy.ToString("F4", CultureInfo.InvariantCulture) : "");
        }

        if (Caption(result.Kind) is { } caption)
            table.Caption = new TableTitle(caption);
        return table;
    }

    public static string Title(TableKind kind) => kind switch
    {
        TableKind.Rbm => "RBM 784-2500-10 without pre-training",
        TableKind.RbmPretrained => "RBM 784-2500-10 with pre-training",
        TableKind.RbmControl => "RBM 784-2500-10 with shuffled weights (control)",
        TableKind.Dbn => "DBN 784-512-128-64-10 without pre-training",
        TableKind.DbnPretrained => "DBN 784-512-128-64-10 with pre-training",
        TableKind.DbnBinarized => "DBN 784-512-128-64-10 with pre-training, binarised input",
        TableKind.DbnControl => "DBN 784-512-128-64-10 with shuffled weights (control)",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not one of the tables."),
    };

    private static string? Caption(TableKind kind) => kind switch
    {
        TableKind.DbnBinarized => "Goes on from the fine-tuned model of the table before it.",
        TableKind.RbmControl or TableKind.DbnControl => "Begins with the pre-trained weights and biases of each layer in random places: their scale, and nothing learned.",
        _ => null,
    };
}
