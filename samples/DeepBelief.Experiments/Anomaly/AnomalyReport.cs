using System.Xml.Linq;
using DeepBelief.Samples.Data;
using DeepBelief.Samples.Reporting.Charts;
using DeepBelief.Samples.Reporting.Models;
using DeepBelief.Samples.Reporting.Pages;
using DeepBelief.Samples.Reporting.Results;
using TorchSharp;

namespace DeepBelief.Experiments.Anomaly;

/// <summary>How well the free energy tells digits from other images, and which digits it finds strange.</summary>
internal static class AnomalyReport
{
    private const int Pieces = 80;
    private const int Shown = 30;
    private const int Columns = 10;

    public static IEnumerable<Section> Sections(AnomalyResults results, MnistSplit data)
    {
        if (results.Seeds.Count == 0)
            yield break;
        yield return Scores(results);
        yield return Extremes(results.Seeds[0], data);
    }

    private static Section Scores(AnomalyResults results)
    {
        var first = results.Seeds[0];
        var others = results.Seeds.Count > 1 ? $" Mean ± standard deviation of {results.Seeds.Count} seeds." : "";
        return new(
            "Free energy as a score",
            Html.Paragraph(
                "A machine that was trained on digits, without their labels, gives each image a free energy: the higher, the less likely the "
                + "image. Nothing was trained to find anomalies, and no anomaly was seen in training. AUROC is the probability that an "
                + "image of the kind has a higher free energy than a digit of the test images: 1 if they are always told apart, 0.5 if never."),
            results.ToTable()!.ToHtml($"Digits of the test images against others.{others}"),
            Distribution(first).ToHtml());
    }

    private static Histogram Distribution(AnomalyResult seed)
    {
        (string Name, float[] Energies)[] sets = [("test digits", seed.Digits), .. seed.Others.Select(set => (set.Name, set.FreeEnergies))];
        var all = sets.SelectMany(set => set.Energies).ToArray();
        var (least, most) = (Math.Floor(all.Min()), Math.Ceiling(all.Max()));
        var bins = new Bins(least, Math.Max(most, least + 1), Pieces);
        return new("Free energies", new Axis("free energy, nats"), bins, [.. sets.Select(set => (set.Name, bins.Shares(set.Energies)))]);
    }

    private static Section Extremes(AnomalyResult seed, MnistSplit data)
    {
        using var scope = torch.NewDisposeScope();
        long[] order = [.. Enumerable.Range(0, seed.Digits.Length).OrderBy(row => seed.Digits[row]).Select(row => (long)row)];
        return new(
            "Strange digits",
            Html.Paragraph("Test digits, too, differ in their free energies. Thin ones of the usual shape have the lowest; the highest go to what few have written so, and to broad strokes, which have more pixels to explain."),
            Html.SideBySide(
                Html.Figure("The least strange test digits: lowest free energy.", Images(order.Take(Shown), "The least strange digits")),
                Html.Figure("The strangest: highest free energy.", Images(order.Reverse().Take(Shown), "The strangest digits"))));

        XElement Images(IEnumerable<long> rows, string text)
            => Pictures.Digits(data.TestImages.index_select(0, torch.tensor(rows.ToArray()).to(data.TestImages.device)), Columns, text);
    }
}
