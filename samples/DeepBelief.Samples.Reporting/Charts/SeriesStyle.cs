using System.Xml.Linq;

namespace DeepBelief.Samples.Reporting.Charts;

/// <summary>Colours, which the page's style sheet sets, and the shapes of marks that go with them.</summary>
internal static class SeriesStyle
{
    // After so many they repeat.
    private const int Colours = 10;
    private const int Shapes = 6;

    /// <summary>The class of a series' elements.</summary>
    public static string Class(int style) => $"series s{style % Colours}";

    /// <summary>A mark about a point.</summary>
    public static XElement Mark(int style, double x, double y)
    {
        const double Size = 4;
        double[][] corners = (style % Shapes) switch
        {
            1 => [[-1, -1], [1, -1], [1, 1], [-1, 1]],
            2 => [[0, -1.3], [1.2, 0.9], [-1.2, 0.9]],
            3 => [[0, -1.4], [1.4, 0], [0, 1.4], [-1.4, 0]],
            4 => [[0, 1.3], [1.2, -0.9], [-1.2, -0.9]],
            5 => [[-1.4, -0.5], [-0.5, -0.5], [-0.5, -1.4], [0.5, -1.4], [0.5, -0.5], [1.4, -0.5], [1.4, 0.5], [0.5, 0.5], [0.5, 1.4], [-0.5, 1.4], [-0.5, 0.5], [-1.4, 0.5]],
            _ => [],
        };
        if (corners.Length > 0)
            return Svg.Path("mark", $"M{string.Join('L', corners.Select(c => Svg.Numbers(x + (Size * c[0]), y + (Size * c[1]))))}Z");
        return new XElement(
            "circle",
            new XAttribute("class", "mark"),
            new XAttribute("cx", Svg.Numbers(x)),
            new XAttribute("cy", Svg.Numbers(y)),
            new XAttribute("r", Svg.Numbers(Size)));
    }
}
