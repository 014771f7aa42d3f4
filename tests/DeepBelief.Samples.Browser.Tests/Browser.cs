using Microsoft.Playwright;

namespace DeepBelief.Samples.Browser.Tests;

/// <summary>A running Chromium, shared by the tests of a class.</summary>
public sealed class Browser : IAsyncLifetime
{
    private IPlaywright? playwright;
    private IBrowser? browser;

    public async Task InitializeAsync()
    {
        if (Chromium.Path is not { } path)
            return;
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = path,
            // Root, as in containers, has no sandbox; the pages are our own.
            Args = ["--no-sandbox", "--disable-dev-shm-usage"],
        });
    }

    public async Task DisposeAsync()
    {
        if (browser is not null)
            await browser.DisposeAsync();
        playwright?.Dispose();
    }

    /// <summary>
    /// Opens a file in a window of its own and waits until all of it is there; skips the test where there is no browser.
    /// </summary>
    public async Task<OpenPage> OpenAsync(string path, int width, ColorScheme scheme)
    {
        Skip.If(browser is null, "Needs Chromium: install it (Debian: chromium), or name its program in CHROMIUM_PATH.");
        var context = await browser.NewContextAsync(new()
        {
            ViewportSize = new() { Width = width, Height = 900 },
            ColorScheme = scheme,
            DeviceScaleFactor = width < 600 ? 2 : 1,
        });
        var opened = new OpenPage(context, await context.NewPageAsync());
        await opened.GoToAsync(path);
        return opened;
    }
}
