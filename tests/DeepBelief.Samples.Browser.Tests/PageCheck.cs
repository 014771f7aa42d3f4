using DeepBelief.Samples.Reporting.Pages;
using Microsoft.Playwright;

namespace DeepBelief.Samples.Browser.Tests;

/// <summary>What holds of every page.</summary>
internal static class PageCheck
{
    /// <summary>Screenshots lie here, below the test's build output.</summary>
    private static readonly string Screenshots = Path.Combine(AppContext.BaseDirectory, "screenshots");

    public static async Task CheckAsync(Browser browser, string name, Page content, int width, ColorScheme scheme)
    {
        Directory.CreateDirectory(Screenshots);
        var html = content.ToString();
        var path = Path.Combine(Screenshots, $"{name}-{width}-{scheme}.html");
        await File.WriteAllTextAsync(path, html);

        await using var page = await browser.OpenAsync(path, width, scheme);
        await page.ScreenshotAsync(Path.ChangeExtension(path, ".png"));

        page.Complaints.Should().BeEmpty();
        page.Requests.Should().Equal([new Uri(path).AbsoluteUri], "the page is all there is to load");
        (await page.ImagesAsync()).Should().Be(html.Split("<img ").Length - 1);
        (await page.BrokenImagesAsync()).Should().BeEmpty();
        (await page.OverflowAsync()).Should().Be(0);
        (await page.ClippedAsync()).Should().BeEmpty();
        (await page.OverlappingLabelsAsync()).Should().BeEmpty();
        (await page.SmallestTextAsync()).Should().BeGreaterThan(10.5);
        var brightness = (await page.BackgroundAsync()).Split('(', ',', ')')[1..4].Average(double.Parse);
        (brightness > 128).Should().Be(scheme == ColorScheme.Light);
    }
}
