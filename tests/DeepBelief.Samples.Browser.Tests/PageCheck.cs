using Microsoft.Playwright;

namespace DeepBelief.Samples.Browser.Tests;

/// <summary>What holds of every page.</summary>
internal static class PageCheck
{
    /// <summary>Screenshots lie here, below the test's build output.</summary>
    private static readonly string Screenshots = Path.Combine(AppContext.BaseDirectory, "screenshots");

    /// <summary>Writes a page to where the screenshots are; returns its path.</summary>
    public static async Task<string> WriteAsync(string name, string html)
    {
        Directory.CreateDirectory(Screenshots);
        var path = Path.Combine(Screenshots, $"{name}.html");
        await File.WriteAllTextAsync(path, html);
        return path;
    }

    public static async Task CheckAsync(Browser browser, string name, string html, int width, ColorScheme scheme)
    {
        var path = await WriteAsync($"{name}-{width}-{scheme}", html);

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
        ((await page.BrightnessAsync()) > 128).Should().Be(scheme == ColorScheme.Light);
    }

    /// <summary>What holds of every page on paper, also when it was dark on the screen.</summary>
    /// <returns>The sheets of A4 that it takes.</returns>
    public static async Task<int> CheckPrintAsync(Browser browser, string name, string html)
    {
        var path = await WriteAsync($"{name}-print", html);

        await using var page = await browser.OpenAsync(path, 1280, ColorScheme.Dark);
        await page.ShowForPrintAsync();
        (await page.BrightnessAsync()).Should().Be(255, "ink costs money");
        (await page.OverflowAsync()).Should().Be(0);
        (await page.ClippedAsync()).Should().BeEmpty();
        (await page.ScrollingAsync()).Should().BeEmpty("paper does not scroll");
        (await page.OverlappingLabelsAsync()).Should().BeEmpty();
        (await page.SmallestTextAsync()).Should().BeGreaterThan(7);

        // All of it, and not too much left blank before what must not be torn apart.
        var least = await page.HeightAsync();
        var sheets = await page.PrintAsync(Path.ChangeExtension(path, ".pdf"));
        sheets.Should().BeInRange((int)least, (int)Math.Ceiling(1.5 * least));
        return sheets;
    }
}
