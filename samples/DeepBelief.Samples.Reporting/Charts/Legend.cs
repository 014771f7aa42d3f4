using System.Xml.Linq;

namespace DeepBelief.Samples.Reporting.Charts;

/// <summary>A chart's picture with its title above and the names of its series below, where they wrap as text does.</summary>
internal static class Legend
{
    private const double Width = 34;
    private const double Height = 14;

    public static XElement Frame(string title, XElement picture, IEnumerable<XElement> entries) =>
        new(
            "div",
            new XAttribute("class", "chart"),
            new XElement("p", new XAttribute("class", "title"), title),
            picture,
            new XElement("ul", new XAttribute("class", "legend"), entries));

    /// <summary>A name beside a piece of its line.</summary>
    public static XElement Entry(string name, int style, bool isDashed) =>
        Entry(name, style, Svg.Path(isDashed ? "line dashed" : "line", $"M0 {Height / 2}H{Width}"), SeriesStyle.Mark(style, Width / 2, Height / 2));

    /// <summary>A name beside a piece of its area.</summary>
    public static XElement AreaEntry(string name, int style) =>
        Entry(name, style, Svg.Path("area", $"M0 0H{Width}V{Height}H0Z"));

    /// <summary>A name beside a dot.</summary>
    public static XElement DotEntry(string name, int style) =>
        Entry(name, style, Svg.Path("dots", $"M{Width / 2} {Height / 2}h0"));

    private static XElement Entry(string name, int style, params XElement[] picture) =>
        new(
            "li",
            new XElement(
                "svg",
                new XAttribute("viewBox", Svg.Numbers(0, 0, Width, Height)),
                new XAttribute("class", SeriesStyle.Class(style)),
                new XAttribute("aria-hidden", "true"),
                picture),
            name);
}
