using DeepBelief.Samples.Reporting.Charts;
using DeepBelief.Samples.Reporting.Images;
using DeepBelief.Samples.Reporting.Pages;
using DeepBelief.Samples.Reporting.Results;
using Microsoft.Playwright;

namespace DeepBelief.Samples.Browser.Tests;

/// <summary>A page with every kind of element, and with names and numbers of awkward lengths.</summary>
public sealed class GalleryTests(Browser browser) : IClassFixture<Browser>
{
    [SkippableTheory]
    [Trait("Category", "Slow")]
    [InlineData(390, ColorScheme.Light)]
    [InlineData(390, ColorScheme.Dark)]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(1280, ColorScheme.Dark)]
    public Task A_page_is_whole_at_every_width_light_and_dark(int width, ColorScheme scheme) =>
        PageCheck.CheckAsync(browser, "gallery", Gallery().ToString(), width, scheme);

    [SkippableFact]
    [Trait("Category", "Slow")]
    public Task A_page_is_whole_on_paper() => PageCheck.CheckPrintAsync(browser, "gallery", Gallery().ToString());

    private static Page Gallery()
    {
        var random = new Random(1);
        var noise = Enumerable.Range(0, 100 * 28 * 28).Select(_ => (float)random.NextDouble()).ToArray();
        var filters = noise.Select(value => (value * 2) - 1).ToArray();
        var epochs = new Axis("epoch") { IsWhole = true };
        var losses = new LineChart(
            "Loss per epoch",
            epochs,
            new("mean cross-entropy, nats"),
            Series.PerEpoch("with pre-training, test", [0.5, 0.3, 0.25, 0.22, 0.21]) with { Style = 0 },
            Series.PerEpoch("with pre-training, train", [0.45, 0.25, 0.2, 0.15, 0.1]) with { Style = 0, IsDashed = true },
            Series.PerEpoch("without pre-training, test", [1.5, 0.9, 0.5, 0.4, 0.35]) with { Style = 1 },
            Series.PerEpoch("without pre-training, train", [1.4, 0.8, 0.4, 0.3, 0.25]) with { Style = 1, IsDashed = true });
        var labels = new LineChart(
            "Few labels",
            new("labelled images") { IsLogarithmic = true },
            new("test error, %") { IsLogarithmic = true },
            new Series("a", new(100, 20, 2), new(1_000, 7, 0.5), new(10_000, 2.7, 0.2), new(60_000, 1.2, 0.05)),
            new Series("b", new(100, 24, 3), new(1_000, 11, 0.5), new(10_000, 5.2, 0.2), new(60_000, 1.8, 0.05)));
        var large = new LineChart("Large numbers", epochs, new("free energy, nats"), Enumerable.Range(0, 6).Select(k =>
            Series.PerEpoch($"series {k}", Enumerable.Range(1, 50).Select(i => (-123_456.7 * k) + (1000.0 * i)))).ToArray());
        var histogram = new Histogram(
            "Weights",
            new("weight"),
            new Bins(-1, 1, 40),
            ("before", new Bins(-1, 1, 40).Shares(filters.Select(f => f * f * f).ToArray())),
            ("after", new Bins(-1, 1, 40).Shares(filters)));
        var matrix = new ConfusionMatrix(10, Enumerable.Range(0, 14_280).Select(i => (i % 10, random.NextDouble() < 0.97 ? i % 10 : random.Next(10))));
        string[] digits = [.. Enumerable.Range(0, 10).Select(i => $"{i}")];
        return new Page(
            "Gallery of a report's elements",
            "Every kind of element, with names and numbers of awkward lengths.",
            [
                new("Curves", Html.SideBySide(losses.ToHtml(), labels.ToHtml(), large.ToHtml(), new LineChart("Nothing", epochs, new("loss")).ToHtml())),
                new("Histograms", Html.Figure("Values before and after training.", histogram.ToHtml())),
                new(
                    "Pictures",
                    Html.Figure("A hundred filters.", Html.Image(Mosaic.Draw(filters, 28, 28, 10, Palette.Diverging, Scaling.PerTile), "filters")),
                    Html.Figure("The same in grey, and as a density.", Html.Panels(
                        ("start", Html.Image(Mosaic.Draw(noise.AsSpan(0, 20 * 784), 28, 28, 5, Palette.Grey), "noise")),
                        ("after 10,000 steps", Html.Image(Mosaic.Draw(noise.AsSpan(0, 20 * 784), 28, 28, 5, Palette.Density), "density"))))),
                new(
                    "Tables",
                    new ResultTable("A wide table.", [.. Enumerable.Range(0, 12).Select(i => new Column($"column {i}"))], [.. Enumerable.Range(0, 3).Select(r => (string[])[.. Enumerable.Range(0, 12).Select(c => $"{r}.{c:D4}")])]).ToHtml(),
                    matrix.ToHtml("True digits in rows, what they were taken for in columns.", digits)),
                new(
                    "Settings",
                    Html.Settings(("seed", "0"), ("device", "Cpu"), ("folder", "/a/rather/long/path/without/any/space/in/it/that/has/to/be/broken/somewhere"), ("libtorch", "2.10")),
                    Html.Descriptions(
                        (["layer 1, 784-1024"], "20 epochs, batches of 100; learning rate linear from 0.1 to 0.02; SGD, momentum 0.5, 0.9 from epoch 3, weight decay 0.0002; CD-1"),
                        (["one network", "another_with_a_rather_long_name_without_any_space_in_it_that_has_to_be_broken_somewhere"], "Adam")),
                    Html.Code("dotnet run -c Release --project samples/DeepBelief.Experiments -- --experiment few-labels --seeds 5 --preset quick --device cpu --out a/rather/long/path/for/the/results")),
            ]);
    }
}
