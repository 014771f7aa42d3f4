using System.Globalization;
using System.Xml.Linq;

namespace DeepBelief.Samples.Reporting.Charts;

/// <summary>Elements of a picture.</summary>
internal static class Svg
{
    /// <summary>Coordinates, to a hundredth.</summary>
    public static string Numbers(params IEnumerable<double> values) =>
        string.Join(' ', values.Select(value => value.ToString("0.##", CultureInfo.InvariantCulture)));

    public static XElement Line(double x1, double y1, double x2, double y2) =>
        Path(null, $"M{Numbers(x1, y1)}L{Numbers(x2, y2)}");

    public static XElement Path(string? style, string data) =>
        new("path", style is null ? null : new XAttribute("class", style), new XAttribute("d", data));

    public static XElement Text(double x, double y, string anchor, string text) =>
        new(
            "text",
            new XAttribute("x", Numbers(x)),
            new XAttribute("y", Numbers(y)),
            new XAttribute("text-anchor", anchor),
            text);
}
