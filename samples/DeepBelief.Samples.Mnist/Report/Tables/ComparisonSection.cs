using DeepBelief.Samples.Mnist.Experiments;
using DeepBelief.Samples.Mnist.Experiments.Tables;
using DeepBelief.Samples.Reporting;
using DeepBelief.Samples.Reporting.Pages;

namespace DeepBelief.Samples.Mnist.Report.Tables;

/// <summary>The result in one table: what pre-training gains, and how much of that the scale of the weights gains alone.</summary>
internal static class ComparisonSection
{
    private static readonly (TableKind Kind, TableKind Random)[] Rows =
    [
        (TableKind.Rbm, TableKind.Rbm),
        (TableKind.RbmControl, TableKind.Rbm),
        (TableKind.RbmPretrained, TableKind.Rbm),
        (TableKind.Dbn, TableKind.Dbn),
        (TableKind.DbnControl, TableKind.Dbn),
        (TableKind.DbnPretrained, TableKind.Dbn),
        (TableKind.DbnBinarized, TableKind.Dbn),
    ];

    public static Section Create(TablesResults results)
    {
        var seeds = results.Tables.Max(table => table.Seeds.Count);
        var several = seeds > 1 ? $" Mean ± standard deviation of {seeds} seeds." : "";
        return new(
            "Does pre-training help?",
            Html.Paragraph(
                "The same network learns to tell digits apart three times, for five epochs each: from random weights; from weights that it "
                + "learned before from the images alone, without labels; and, as a control, from those same numbers in random "
                + "places. Pre-trained weights are also much larger than random ones, and that alone matters: what the control gains "
                + "comes of the scale, and only what pre-training gains beyond the control comes of what was learned."),
            new Table(
                $"Test accuracy after the last epoch, and the gain over random weights in percentage points; beside each what the original reports.{several}",
                ["start", "test accuracy", "original", "gain", "original"],
                [.. Rows.Where(row => results[row.Kind] is not null).Select(row => Row(results, row.Kind, row.Random))]).ToHtml());
    }

    private static string[] Row(TablesResults results, TableKind kind, TableKind random)
    {
        var table = results[kind]!;
        var original = OriginalAccuracy(kind);
        return
        [
            ConsoleTable.Title(kind),
            Text(Statistics.Of([.. table.Seeds.Select(Accuracy)]), " %"),
            original is { } there ? $"{Numbers.Fixed(there, 2)} %" : "",
            kind != random && Gain(table, results[random]) is { } gain ? Text(gain, "") : "",
            kind != random && original - OriginalAccuracy(random) is { } gained ? Numbers.Fixed(gained, 2) : "",
        ];
    }

    // Seed by seed, so that what both have in common does not count.
    private static Statistics? Gain(TableResult table, TableResult? random)
    {
        double[] gains = random is null ? [] : [.. table.Seeds.Join(random.Seeds, a => a.Seed, b => b.Seed, (a, b) => Accuracy(a) - Accuracy(b))];
        return gains.Length == 0 ? null : Statistics.Of(gains);
    }

    private static double Accuracy(SeedResult seed) => 100 * seed.Epochs[^1].TestAccuracy;

    private static double? OriginalAccuracy(TableKind kind) => OriginalResults.Of(kind) is [.., var last] ? 100 * last.TestAccuracy : null;

    private static string Text(Statistics figure, string unit) => figure.StandardDeviation is { } deviation
        ? $"{Numbers.Fixed(figure.Mean, 2)} ± {Numbers.Fixed(deviation, 2)}{unit}"
        : $"{Numbers.Fixed(figure.Mean, 2)}{unit}";
}
