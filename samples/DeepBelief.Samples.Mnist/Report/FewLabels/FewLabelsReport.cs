using DeepBelief.Samples.Mnist.Experiments;
using DeepBelief.Samples.Mnist.Experiments.FewLabels;
using DeepBelief.Samples.Reporting;
using DeepBelief.Samples.Reporting.Charts;
using DeepBelief.Samples.Reporting.Pages;

namespace DeepBelief.Samples.Mnist.Report.FewLabels;

/// <summary>Accuracy against the number of labels, with and without pre-training.</summary>
internal static class FewLabelsReport
{
    private static readonly Axis Labels = new("labelled images") { IsLogarithmic = true };
    private static readonly Axis Error = new("test error, %") { IsLogarithmic = true };

    public static IEnumerable<Section> Sections(FewLabelsResults results)
    {
        FewLabelsRow[] rows = [.. results.Rows];
        if (rows.Length == 0)
            yield break;
        yield return new(
            "Few labels",
            Html.Paragraph(
                "Pre-training needs no labels. Here it sees all training images; then the network learns from a few labelled ones, once from the "
                + "pre-trained weights and once from random ones. The fewer the labels, the more pre-training is worth."),
            Chart(rows).ToHtml(),
            Table(rows).ToHtml());
    }

    private static LineChart Chart(FewLabelsRow[] rows) => new(
        "Test error against the number of labels",
        Labels,
        Error,
        new("with pre-training", [.. rows.Select(row => Point(row.Labels, row.With))]) { Style = 0 },
        new("without", [.. rows.Select(row => Point(row.Labels, row.Without))]) { Style = 1 },
        new("published, with", [.. PublishedFewLabels.All.Select(row => new SeriesPoint(row.Labels, Percent(1 - row.With)))]) { Style = 0, IsDashed = true },
        new("published, without", [.. PublishedFewLabels.All.Select(row => new SeriesPoint(row.Labels, Percent(1 - row.Without)))]) { Style = 1, IsDashed = true });

    private static Table Table(FewLabelsRow[] rows)
    {
        var several = rows.Any(row => row.With.Count > 1) ? " Mean ± standard deviation of the runs; gains are taken run by run." : "";
        return new(
            $"Test accuracy in per cent and the gain of pre-training in percentage points, beside published figures.{several}",
            ["labels", "runs", "with", "without", "gain", "published: with", "without", "gain"],
            [.. rows.Select(row =>
            {
                var published = PublishedFewLabels.All.FirstOrDefault(one => one.Labels == row.Labels);
                return (string[])
                [
                    Numbers.Whole(row.Labels), Numbers.Whole(row.With.Count), Text(row.With), Text(row.Without), Text(row.Gain),
                    Text(published?.With), Text(published?.Without), Text(published?.Gain),
                ];
            })]);
    }

    private static SeriesPoint Point(int labels, Statistics accuracy) =>
        new(labels, Percent(1 - accuracy.Mean), Percent(accuracy.StandardDeviation ?? 0));

    private static string Text(Statistics figure) => figure.StandardDeviation is { } deviation
        ? $"{Text(figure.Mean)} ± {Text(deviation)}"
        : Text(figure.Mean);

    private static string Text(double? share) => share is { } value ? Numbers.Fixed(Percent(value), 2) : "";

    private static double Percent(double share) => 100 * share;
}
