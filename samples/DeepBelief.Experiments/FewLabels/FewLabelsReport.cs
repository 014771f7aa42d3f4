using System.Xml.Linq;
using DeepBelief.Samples.Reporting.Charts;
using DeepBelief.Samples.Reporting.Pages;
using DeepBelief.Samples.Reporting.Results;

namespace DeepBelief.Experiments.FewLabels;

/// <summary>Accuracy against the number of labels: with pre-training, and from the two kinds of weights that it is compared with.</summary>
internal static class FewLabelsReport
{
    private static readonly Axis Labels = new("labelled images") { IsLogarithmic = true };
    private static readonly Axis Error = new("test error, %") { IsLogarithmic = true };

    public static IEnumerable<Section> Sections(FewLabelsResults results)
    {
        FewLabelsRow[] rows = [.. results.Rows];
        if (rows.Length == 0)
            yield break;
        XElement[] unlabelled = !results.UnlabelledRows.Any() ? [] :
        [
            Html.Paragraph(
                "The pre-trained network also learns from all images and a few labels at once: virtual adversarial training (Miyato et al. "
                + "2018) asks that predictions change little near any image, labelled or not. Its settings were fixed beforehand by those last "
                + "10,000 images, with a smaller network. Beside it stands the same network after labelled images alone, for as long (longer)."),
        ];
        int[] runs = [.. rows.Select(row => row.With.Count)];
        var ofAll = unlabelled.Length > 0 ? "; beside longer stands what all images gain over it" : "";
        var several = runs.Max() > 1 ? $" Mean ± standard deviation of runs ({string.Join(", ", runs)}); gains are taken run by run." : "";
        yield return new(
            "Few labels",
            [
                Html.Paragraph(
                    "Pre-training needs no labels. Here it sees all training images; then the same network learns from a few labelled ones, the "
                    + "same every time. What it begins with makes two comparisons:"),
                Html.Paragraph(
                    "Against shuffled weights: the pre-trained numbers of each layer in random places, trained with the same settings and for as "
                    + "long. Only what was learned differs, so this gain is the worth of what was learned."),
                Html.Paragraph(
                    "Against random weights: their scale, dropout and learning rate are their own, chosen by validation on the last 10,000 training "
                    + "images with their labels, and they train for twice as many epochs. This gain is what pre-training adds to the best that goes without it."),
                .. unlabelled,
                Chart(rows).ToHtml(),
                // Two tables, for a phone is narrow.
                Html.SideBySide(
                    results.Comparison().Only(0, 2, 3, 4).ToHtml($"Test accuracy in per cent, and what pre-training gains over each in percentage points{ofAll}.{several}"),
                    Published().ToHtml()),
            ]);
    }

    private static ResultTable Published() => ResultTable.Of(
        "Published: a network with an RBM of 1,024 hidden units, and the same from random weights.",
        PublishedFewLabels.All,
        new("labels", row => row.Labels, Show.Whole),
        new("with", row => row.With, Show.Percent()),
        new("without", row => row.Without, Show.Percent()),
        new("gain", row => row.Gain, Show.Percent()));

    private static LineChart Chart(FewLabelsRow[] rows) => new(
        "Test error against the number of labels",
        Labels,
        Error,
        new("pre-trained", [.. rows.Select(row => Point(row.Labels, row.With))]) { Style = 0 },
        new("shuffled", [.. rows.Select(row => Point(row.Labels, row.Shuffled))]) { Style = 2 },
        new("random", [.. rows.Select(row => Point(row.Labels, row.Without))]) { Style = 1 },
        new("published, pre-trained", [.. PublishedFewLabels.All.Select(row => new SeriesPoint(row.Labels, 100 * (1 - row.With)))]) { Style = 0, IsDashed = true },
        new("published, random", [.. PublishedFewLabels.All.Select(row => new SeriesPoint(row.Labels, 100 * (1 - row.Without)))]) { Style = 1, IsDashed = true });

    private static SeriesPoint Point(int labels, Statistics accuracy) => new(labels, 100 * (1 - accuracy.Mean), 100 * (accuracy.StandardDeviation ?? 0));
}
