using System.Xml.Linq;
using DeepBelief.Samples.Mnist.Experiments;
using DeepBelief.Samples.Mnist.Experiments.FewLabels;
using DeepBelief.Samples.Reporting;
using DeepBelief.Samples.Reporting.Charts;
using DeepBelief.Samples.Reporting.Pages;

namespace DeepBelief.Samples.Mnist.Report.FewLabels;

/// <summary>Accuracy against the number of labels: with pre-training, and from the two kinds of weights that it is compared with.</summary>
internal static class FewLabelsReport
{
    private static readonly Axis Labels = new("labelled images") { IsLogarithmic = true };
    private static readonly Axis Error = new("test error, %") { IsLogarithmic = true };

    public static IEnumerable<Section> Sections(FewLabelsResults results)
    {
        FewLabelsRow[] rows = [.. results.Rows];
        if (rows.Length > 0)
        {
            yield return new(
                "Few labels",
                Html.Paragraph(
                    "Pre-training needs no labels. Here it sees all training images; then the same network learns from a few labelled ones, the "
                    + "same every time. What it begins with makes two comparisons:"),
                Html.Paragraph(
                    "Against shuffled weights: the pre-trained numbers of each layer in random places, trained with the same settings and for as "
                    + "long. Only what was learned differs, so this gain is the worth of what was learned."),
                Html.Paragraph(
                    "Against random weights: their scale, dropout and learning rate are their own, chosen by validation, and they train for twice "
                    + "as many epochs. This gain is what pre-training adds to the best that goes without it."),
                Chart(rows).ToHtml(),
                Html.SideBySide(Accuracies(rows), Published()));
        }
    }

    private static LineChart Chart(FewLabelsRow[] rows) => new(
        "Test error against the number of labels",
        Labels,
        Error,
        new("pre-trained", [.. rows.Select(row => Point(row.Labels, row.With))]) { Style = 0 },
        new("shuffled", [.. rows.Select(row => Point(row.Labels, row.Shuffled))]) { Style = 2 },
        new("random", [.. rows.Select(row => Point(row.Labels, row.Without))]) { Style = 1 },
        new("published, pre-trained", [.. PublishedFewLabels.All.Select(row => new SeriesPoint(row.Labels, Percent(1 - row.With)))]) { Style = 0, IsDashed = true },
        new("published, random", [.. PublishedFewLabels.All.Select(row => new SeriesPoint(row.Labels, Percent(1 - row.Without)))]) { Style = 1, IsDashed = true });

    private static XElement Accuracies(FewLabelsRow[] rows)
    {
        int[] runs = [.. rows.Select(row => row.With.Count)];
        var several = runs.Max() > 1 ? $" Mean ± standard deviation of runs ({string.Join(", ", runs)}); gains are taken run by run." : "";
        return new Table(
            $"Test accuracy in per cent, and what pre-training gains over each in percentage points.{several}",
            ["labels", "weights", "accuracy", "gain"],
            [.. rows.SelectMany(row => (string[][])
            [
                [Numbers.Whole(row.Labels), FewLabelsTable.Name(StartingWeights.Pretrained), Text(row.With), ""],
                [Numbers.Whole(row.Labels), FewLabelsTable.Name(StartingWeights.Shuffled), Text(row.Shuffled), Text(row.GainOverShuffled)],
                [Numbers.Whole(row.Labels), FewLabelsTable.Name(StartingWeights.Random), Text(row.Without), Text(row.Gain)],
            ])]).ToHtml();
    }

    private static XElement Published() => new Table(
        "Published: a network with an RBM of 1,024 hidden units, and the same from random weights.",
        ["labels", "with", "without", "gain"],
        [.. PublishedFewLabels.All.Select(row => (string[])[Numbers.Whole(row.Labels), Text(row.With), Text(row.Without), Text(row.Gain)])]).ToHtml();

    private static SeriesPoint Point(int labels, Statistics accuracy) =>
        new(labels, Percent(1 - accuracy.Mean), Percent(accuracy.StandardDeviation ?? 0));

    private static string Text(Statistics figure) => figure.StandardDeviation is { } deviation
        ? $"{Text(figure.Mean)} ± {Text(deviation)}"
        : Text(figure.Mean);

    private static string Text(double share) => Numbers.Fixed(Percent(share), 2);

    private static double Percent(double share) => 100 * share;
}
