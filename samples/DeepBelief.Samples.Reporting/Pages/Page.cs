using System.Xml.Linq;

namespace DeepBelief.Samples.Reporting.Pages;

/// <summary>
/// A page that is one file: pictures are within it, it has no script and asks the network for nothing. It is light or dark
/// as the reader's system is, fits a phone, prints well, and is XML, too.
/// </summary>
/// <param name="Title">Its heading and the name of the window.</param>
/// <param name="Lead">A sentence or two below the heading.</param>
/// <param name="Sections">Its parts.</param>
public sealed record Page(string Title, string Lead, IReadOnlyList<Section> Sections)
{
    // Elements that HTML never closes; all others it always does, empty ones included.
    private static readonly HashSet<string> Void = ["meta", "link", "img", "br"];

    private static readonly string Style = ReadStyle();

    /// <summary>The file's content; UTF-8 is its encoding.</summary>
    public override string ToString()
    {
        var html = new XElement("html", new XAttribute("lang", "en"), Head(), Body());
        foreach (var empty in html.Descendants().Where(element => element.IsEmpty && !Void.Contains(element.Name.LocalName)))
            empty.Value = "";
        return $"<!DOCTYPE html>\n{html.ToString(SaveOptions.DisableFormatting)}\n";
    }

    private XElement Head() =>
        new(
            "head",
            new XElement("meta", new XAttribute("charset", "utf-8")),
            Meta("name", "viewport", "width=device-width, initial-scale=1"),
            Meta("name", "color-scheme", "light dark"),
            // What the page does without, browsers need not allow.
            Meta("http-equiv", "Content-Security-Policy", "default-src 'none'; img-src data:; style-src 'unsafe-inline'"),
            // Else browsers ask a server for an icon.
            new XElement("link", new XAttribute("rel", "icon"), new XAttribute("href", "data:,")),
            new XElement("title", Title),
            new XElement("style", Style));

    private XElement Body() =>
        new(
            "body",
            new XElement("header", new XElement("h1", Title), new XElement("p", Lead)),
            new XElement(
                "nav",
                new XAttribute("aria-label", "Contents"),
                new XElement("ol", Sections.Select((section, index) => new XElement(
                    "li", new XElement("a", new XAttribute("href", $"#{Anchor(index)}"), section.Title))))),
            new XElement("main", Sections.Select((section, index) => new XElement(
                "section", new XAttribute("id", Anchor(index)), new XElement("h2", section.Title), section.Content))));

    private static string Anchor(int index) => $"section-{index + 1}";

    private static XElement Meta(string kind, string name, string content) =>
        new("meta", new XAttribute(kind, name), new XAttribute("content", content));

    private static string ReadStyle()
    {
        using var stream = typeof(Page).Assembly.GetManifestResourceStream("Page.css")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}

/// <summary>A part of a page, with a place in its table of contents.</summary>
/// <param name="Title">Its heading.</param>
/// <param name="Content">From <see cref="Html"/>, <see cref="Results.HtmlTable"/> and the charts.</param>
public sealed record Section(string Title, params IEnumerable<XElement> Content);
