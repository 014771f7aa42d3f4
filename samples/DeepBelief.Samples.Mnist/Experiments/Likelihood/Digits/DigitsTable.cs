using System.Globalization;
using Spectre.Console;

namespace DeepBelief.Samples.Mnist.Experiments.Likelihood.Digits;

/// <summary>scikit-learn's example for the console.</summary>
internal static class DigitsTable
{
    public static Table Create(DigitsResult result)
    {
        var table = new Table { Title = new TableTitle("8 × 8 digits: test accuracy of softmax regression"), Border = TableBorder.Rounded };
        foreach (var column in (string[])["on", "ours", "scikit-learn's example"])
            table.AddColumn(new TableColumn(column).NoWrap());
        table.AddRow("RBM features", Share(result.Features), Share(DigitsResult.Published.Features));
        table.AddRow("pixels", Share(result.Pixels), Share(DigitsResult.Published.Pixels));
        return table;
    }

    private static string Share(double share) => share.ToString("F3", CultureInfo.InvariantCulture);
}
