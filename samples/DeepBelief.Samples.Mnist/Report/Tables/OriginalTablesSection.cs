using System.Globalization;
using System.Xml.Linq;
using DeepBelief.Samples.Mnist.Experiments.Tables;
using DeepBelief.Samples.Reporting.Pages;

namespace DeepBelief.Samples.Mnist.Report.Tables;

/// <summary>The tables as the original has them, its figures beside those of this run.</summary>
internal static class OriginalTablesSection
{
    private static readonly string[] Columns =
        ["epoch", "test loss", "original", "train loss", "original", "test acc", "original", "train acc", "original"];

    public static Section Create(TablesResults results) => new(
        "Tables beside the original's",
        [
            Html.Paragraph(
                "Each pair of columns holds a figure of this run and that which the Python original's README gives; the original has no controls."),
            .. results.Tables.Select(Table),
        ]);

    private static XElement Table(TableResult table)
    {
        var original = OriginalResults.Of(table.Kind).ToDictionary(row => row.Epoch);
        var seeds = table.Seeds.Count > 1 ? $", mean ± standard deviation of {table.Seeds.Count} seeds" : "";
        var more = ConsoleTable.Caption(table.Kind) is { } caption ? $". {caption}" : ".";
        return new Table($"{ConsoleTable.Title(table.Kind)}{seeds}{more}", Columns, [.. table.Epochs.Select(row =>
        {
            var there = original.GetValueOrDefault(row.Epoch);
            return (string[])
            [
                row.Epoch.ToString(CultureInfo.InvariantCulture),
                row.TestLoss.ToString(), Text(there?.TestLoss),
                row.TrainLoss.ToString(), Text(there?.TrainLoss),
                row.TestAccuracy.ToString(), Text(there?.TestAccuracy),
                row.TrainAccuracy.ToString(), Text(there?.TrainAccuracy),
            ];
        })]).ToHtml();
    }

    private static string Text(double? value) => value?.ToString("F4", CultureInfo.InvariantCulture) ?? "";
}
