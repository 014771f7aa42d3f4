using System.Xml.Linq;

namespace DeepBelief.Samples.Reporting.Charts;

/// <summary>The frame of a chart: axes, marks and grid, and where a point lies in it.</summary>
internal sealed class Plot
{
    /// <summary>The y coordinate of the horizontal axis.</summary>
    public const double Floor = Height - Bottom;

    // Small, so that text is readable when the picture is as narrow as a phone.
    private const double Width = 400;
    private const double Height = 274;
    private const double Top = 10;
    private const double LeastRight = 14;
    private const double Bottom = 50;
    private const double CharacterWidth = 8;

    private readonly Axis xAxis;
    private readonly Axis yAxis;
    private readonly Scale xScale;
    private readonly Scale yScale;
    private readonly double left;
    private readonly double right; // margins

    public Plot(Axis x, Axis y, IEnumerable<double> xs, IEnumerable<double> ys)
    {
        (xAxis, yAxis) = (x, y);
        (xScale, yScale) = (new Scale(x, xs), new Scale(y, ys));
        left = 30 + (CharacterWidth * yScale.Labels.Max(label => label.Length));
        // The last label may stand under the very end of the axis.
        right = Math.Max(LeastRight, CharacterWidth / 2 * xScale.Labels[^1].Length);
    }

    /// <summary>Whether the point lies in the picture.</summary>
    public bool CanShow(double x, double y) => xAxis.CanShow(x) && yAxis.CanShow(y);

    public double X(double value) => left + (xScale.Position(value) * (Width - left - right));

    public double Y(double value) => Floor - (yScale.Position(value) * (Floor - Top));

    /// <summary>Text in the middle.</summary>
    public XElement Note(string text) => Svg.Text((left + Width - right) / 2, (Top + Floor) / 2, "middle", text);

    /// <summary>A whole picture.</summary>
    /// <param name="title">Its name.</param>
    /// <param name="description">What it shows, for those who can't see it.</param>
    /// <param name="content">What lies in the frame.</param>
    public XElement Draw(string title, string description, IEnumerable<XElement> content) =>
        new(
            "svg",
            new XAttribute("viewBox", Svg.Numbers(0, 0, Width, Height)),
            new XAttribute("role", "img"),
            new XElement("title", title),
            new XElement("desc", description),
            Grid(),
            content);

    private XElement Grid()
    {
        var grid = new XElement("g", new XAttribute("class", "axes"));
        var end = Width - right;
        foreach (var (tick, label) in yScale.Ticks.Zip(yScale.Labels))
        {
            grid.Add(Svg.Line(left, Y(tick), end, Y(tick)));
            grid.Add(Svg.Text(left - 6, Y(tick) + 4.5, "end", label));
        }

        foreach (var (tick, label) in xScale.Ticks.Zip(xScale.Labels))
        {
            grid.Add(Svg.Line(X(tick), Floor, X(tick), Floor + 4));
            grid.Add(Svg.Text(X(tick), Floor + 20, "middle", label));
        }

        grid.Add(Svg.Text((left + end) / 2, Height - 8, "middle", xAxis.Label));
        var middle = (Top + Floor) / 2;
        var upright = Svg.Text(14, middle, "middle", yAxis.Label);
        upright.Add(new XAttribute("transform", $"rotate(-90 {Svg.Numbers(14, middle)})"));
        grid.Add(upright);
        return grid;
    }
}
