using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace DeepBelief.Samples.Browser.Tests;

/// <summary>A page in the browser, and what went wrong in it.</summary>
public sealed partial class OpenPage : IAsyncDisposable
{
    // Text or a picture that its own box, or a box around it that doesn't scroll, cuts off.
    private const string FindClipped = """
        () => {
          const clipped = [];
          const width = document.documentElement.clientWidth;
          const scrolls = e => e && (getComputedStyle(e).overflowX === 'auto' || scrolls(e.parentElement));
          for (const e of document.body.querySelectorAll('*')) {
            const name = `${e.tagName} ${e.className.baseVal ?? e.className} "${(e.textContent ?? '').slice(0, 40)}"`;
            const box = e.getBoundingClientRect();
            if (e.namespaceURI.endsWith('/xhtml')) {
              if (!scrolls(e) && (box.right > width + 0.5 || box.left < -0.5)) clipped.push(`outside the page: ${name}`);
              if (e.tagName !== 'IMG' && getComputedStyle(e).overflowX !== 'visible' && !e.classList.contains('scroll')) clipped.push(`hides what overflows: ${name}`);
            } else if (e.ownerSVGElement && e.tagName !== 'title' && e.tagName !== 'desc') {
              const frame = e.ownerSVGElement.getBoundingClientRect();
              if (box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 || box.bottom > frame.bottom + 1)
                clipped.push(`outside its picture: ${name}`);
            }
          }
          return clipped;
        }
        """;

    // Texts of one chart that lie on each other.
    private const string FindOverlaps = """
        () => {
          const overlaps = [];
          for (const svg of document.querySelectorAll('.chart svg')) {
            const texts = [...svg.querySelectorAll('text')].map(t => [t.textContent, t.getBoundingClientRect()]);
            for (let i = 0; i < texts.length; i++)
              for (let j = 0; j < i; j++) {
                const [a, p] = texts[i], [b, q] = texts[j];
                if (p.left < q.right && q.left < p.right && p.top + 2 < q.bottom && q.top + 2 < p.bottom) overlaps.push(`${a} | ${b}`);
              }
          }
          return overlaps;
        }
        """;

    private readonly IBrowserContext context;
    private readonly IPage page;
    private readonly List<string> complaints = [];
    private readonly List<string> requests = [];

    public OpenPage(IBrowserContext context, IPage page)
    {
        (this.context, this.page) = (context, page);
        page.Console += (_, message) => complaints.Add(message.Text);
        page.PageError += (_, error) => complaints.Add(error);
        page.Request += (_, request) => requests.Add(request.Url);
    }

    /// <summary>What the browser wrote to its console.</summary>
    public IReadOnlyList<string> Complaints => complaints;

    /// <summary>All that the page asked for, but not what lies within it.</summary>
    public IEnumerable<string> Requests => requests.Where(url => !url.StartsWith("data:", StringComparison.Ordinal));

    public async Task GoToAsync(string path) =>
        await page.GotoAsync(new Uri(path).AbsoluteUri, new() { WaitUntil = WaitUntilState.Load });

    /// <summary>How much wider the page is than the window, in pixels.</summary>
    public Task<int> OverflowAsync() =>
        page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - document.documentElement.clientWidth");

    public Task<int> ImagesAsync() => page.EvaluateAsync<int>("() => document.images.length");

    /// <summary>What pictures show that the browser couldn't decode, or made smaller than they are, though there is room.</summary>
    public Task<string[]> BrokenImagesAsync() => page.EvaluateAsync<string[]>("""
        () => [...document.images]
          .filter(i => !i.complete || i.naturalWidth === 0 || i.getBoundingClientRect().width < Math.min(i.naturalWidth, 300))
          .map(i => i.alt)
        """);

    public Task<string[]> ClippedAsync() => page.EvaluateAsync<string[]>(FindClipped);

    public Task<string[]> OverlappingLabelsAsync() => page.EvaluateAsync<string[]>(FindOverlaps);

    /// <summary>The smallest text on the page, in pixels of the page.</summary>
    public Task<double> SmallestTextAsync() => page.EvaluateAsync<double>("""
        () => Math.min(...[...document.body.querySelectorAll('*')]
          .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) && e.tagName !== 'title' && e.tagName !== 'desc')
          .map(e => parseFloat(getComputedStyle(e).fontSize) * (e.getScreenCTM ? e.getScreenCTM().a || e.getScreenCTM().b * -1 : 1))
          .map(Math.abs))
        """);

    /// <summary>How bright the paper is, from 0 to 255.</summary>
    public async Task<double> BrightnessAsync() =>
        (await page.EvaluateAsync<string>("() => getComputedStyle(document.documentElement).backgroundColor")).Split('(', ',', ')')[1..4].Average(double.Parse);

    /// <summary>Blocks that are wider than their place, so that the reader has to scroll them.</summary>
    public Task<string[]> ScrollingAsync() => page.EvaluateAsync<string[]>("""
        () => [...document.querySelectorAll('.scroll')].filter(e => e.scrollWidth > e.clientWidth).map(e => e.getAttribute('aria-label'))
        """);

    /// <summary>Lays the page out as for paper of A4 within the margins, as wide as that in pixels of the page.</summary>
    public async Task ShowForPrintAsync()
    {
        await page.EmulateMediaAsync(new() { Media = Media.Print });
        await page.SetViewportSizeAsync(688, 1016);
    }

    /// <summary>Height of the whole page, in windows.</summary>
    public Task<double> HeightAsync() => page.EvaluateAsync<double>("() => document.documentElement.scrollHeight / window.innerHeight");

    /// <summary>Writes a PDF of A4 and counts its sheets.</summary>
    public async Task<int> PrintAsync(string path)
    {
        var pdf = await page.PdfAsync(new() { Path = path, Format = PaperFormat.A4, PreferCSSPageSize = true, PrintBackground = true });
        return PdfPage().Count(Encoding.Latin1.GetString(pdf));
    }

    public Task ScreenshotAsync(string path) => page.ScreenshotAsync(new() { Path = path, FullPage = true });

    public async ValueTask DisposeAsync() => await context.DisposeAsync();

    [GeneratedRegex(@"/Type\s*/Page\b")]
    private static partial Regex PdfPage();
}
