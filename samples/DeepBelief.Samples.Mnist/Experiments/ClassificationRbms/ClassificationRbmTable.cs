using System.Globalization;
using Spectre.Console;

namespace DeepBelief.Samples.Mnist.Experiments.ClassificationRbms;

/// <summary>Test errors for the console, the published ones beside them.</summary>
internal static class ClassificationRbmTable
{
    public static Table Create(ClassificationRbmResults results)
    {
        var table = new Table { Title = new TableTitle("Test error of classification RBMs, %"), Border = TableBorder.Rounded };
        foreach (var column in (string[])["training", "hidden units", "test error", "time", "published", "hidden units"])
            table.AddColumn(new TableColumn(column).RightAligned().NoWrap());
        foreach (var (settings, error, time) in results.Errors)
        {
            var published = PublishedClassification.Of(settings.Name);
            table.AddRow(
                settings.Name,
                Number(settings.Hidden),
                error.StandardDeviation is { } deviation ? $"{Percent(error.Mean)} ± {Percent(deviation)}" : Percent(error.Mean),
                string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:F0} s"),
                published is null ? "" : Percent(published.Error),
                published is null ? "" : Number(published.Hidden));
        }

        return table;
    }

    private static string Percent(double share) => (100 * share).ToString("F2", CultureInfo.InvariantCulture);

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
