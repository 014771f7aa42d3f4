using System.Xml.Linq;
using DeepBelief.Samples.Reporting.Images;

namespace DeepBelief.Samples.Reporting.Pages;

/// <summary>Pieces of a page. Text is given as it shall be read; markup in it is encoded.</summary>
public static class Html
{
    /// <summary>A paragraph of text.</summary>
    public static XElement Paragraph(string text) => new("p", text);

    /// <summary>Text in a fixed-width font, its lines kept.</summary>
    public static XElement Code(string text) => Scrolling("Command", new XElement("pre", new XElement("code", text)));

    /// <summary>Pictures with a caption that says what they show.</summary>
    public static XElement Figure(string caption, params IEnumerable<XElement> pictures) =>
        new("figure", pictures, new XElement("figcaption", caption));

    /// <summary>Figures or charts beside each other where there is room, else below each other.</summary>
    public static XElement SideBySide(params IEnumerable<XElement> elements) => Element("div", "columns", elements);

    /// <summary>Small pictures with a label each, as many beside each other as there is room for.</summary>
    public static XElement Panels(params IEnumerable<(string Label, XElement Picture)> panels) =>
        Element("div", "panels", panels.Select(panel => Element(
            "div",
            "panel",
            // As wide as the picture, so that the label wraps.
            panel.Picture.Attribute("width") is { } width ? new XAttribute("style", $"width:{width.Value}px") : null,
            panel.Picture,
            new XElement("span", panel.Label))));

    /// <summary>Pictures of one shape, each below the one before, with a label each: column by column they belong together.</summary>
    public static XElement Strips(params IEnumerable<(string Label, XElement Picture)> strips) =>
        Element("div", "strips", strips.Select(strip => Element("div", "strip", new XElement("span", strip.Label), strip.Picture)));

    /// <summary>A picture within the page itself; its pixels stay sharp when it is enlarged.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="text">What it shows, for those who can't see it.</param>
    /// <param name="enlarge">Length of a pixel where there is room, in pixels of the page.</param>
    public static XElement Image(IndexedImage image, string text, int enlarge = 2) =>
        new(
            "img",
            new XAttribute("class", "pixels"),
            new XAttribute("width", image.Width * enlarge),
            new XAttribute("height", image.Height * enlarge),
            new XAttribute("alt", text),
            new XAttribute("src", $"data:image/png;base64,{Convert.ToBase64String(Png.Encode(image))}"));

    /// <summary>Names and short values.</summary>
    public static XElement Settings(params IEnumerable<(string Name, string Value)> settings) =>
        Element("dl", "settings", settings.Select(setting => new XElement(
            "div", new XElement("dt", setting.Name), new XElement("dd", setting.Value))));

    /// <summary>Sentences, each about one or several things.</summary>
    public static XElement Descriptions(params IEnumerable<(IEnumerable<string> Names, string Text)> descriptions) =>
        Element("dl", "descriptions", descriptions.Select(one => new XElement(
            "div", one.Names.Select(name => new XElement("dt", name)), new XElement("dd", one.Text))));

    /// <summary>A block that scrolls within itself where the page is too narrow for it.</summary>
    internal static XElement Scrolling(string name, XElement content) =>
        new(
            "div",
            new XAttribute("class", "scroll"),
            new XAttribute("role", "region"),
            new XAttribute("aria-label", name),
            new XAttribute("tabindex", 0),
            content);

    private static XElement Element(string name, string style, params object?[] content) =>
        new(name, new XAttribute("class", style), content);
}
