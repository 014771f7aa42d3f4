using System.Text;
using System.Xml.Linq;

namespace DeepBelief.Samples.Reporting.Charts;

/// <summary>Dots in a plane, a colour for each set of them, and the sets' names where their medians are.</summary>
/// <param name="Title">Above the picture.</param>
/// <param name="X">The horizontal axis.</param>
/// <param name="Y">The vertical axis.</param>
/// <param name="Sets">None and empty ones are allowed.</param>
public sealed record ScatterChart(string Title, Axis X, Axis Y, params IReadOnlyList<PointSet> Sets)
{
    /// <summary>The chart as an element of a page: title, picture and legend.</summary>
    public XElement ToHtml()
    {
        (string Name, (double X, double Y)[] Points)[] shown = [.. Sets.Select(set => (set.Name, set.Points.Where(point => X.CanShow(point.X) && Y.CanShow(point.Y)).ToArray()))];
        var all = shown.SelectMany(set => set.Points).ToArray();
        var plot = new Plot(X, Y, all.Select(point => point.X), all.Select(point => point.Y));
        var dots = shown.Index().Where(set => set.Item.Points.Length > 0).Select(set => Dots(plot, set.Item.Points, set.Index));
        // Names lie above all dots.
        var names = shown.Where(set => set.Points.Length > 0).Select(set => Name(plot, set.Name, set.Points));
        return Legend.Frame(
            Title,
            plot.Draw(Title, Describe(shown), all.Length > 0 ? dots.Concat(names) : [plot.Note("no data")]),
            Sets.Select((set, index) => Legend.DotEntry(set.Name, index)));
    }

    // One path of lines without length, whose round ends are the dots: a tenth of the text that as many circles are.
    private static XElement Dots(Plot plot, (double X, double Y)[] points, int style)
    {
        var dots = new StringBuilder();
        foreach (var (x, y) in points)
            dots.Append('M').Append(Svg.Numbers(plot.X(x), plot.Y(y))).Append("h0");
        return new XElement("g", new XAttribute("class", SeriesStyle.Class(style)), Svg.Path("dots", dots.ToString()));
    }

    private static XElement Name(Plot plot, string name, (double X, double Y)[] points)
    {
        const double HalfHeight = 4.5;
        var text = Svg.Text(plot.X(Median(points.Select(point => point.X))), plot.Y(Median(points.Select(point => point.Y))) + HalfHeight, "middle", name);
        text.Add(new XAttribute("class", "name"));
        return text;
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private string Describe((string Name, (double X, double Y)[] Points)[] shown)
    {
        var text = new StringBuilder($"{Y.Label} against {X.Label}.");
        foreach (var (name, points) in shown)
        {
            text.Append(points.Length == 0
                ? $" {name}: no data."
                : $" {name}: {Numbers.Whole(points.Length)} dots about {Place(points.Select(point => point.X))}, {Place(points.Select(point => point.Y))}.");
        }

        return text.ToString();

        static string Place(IEnumerable<double> values) => Numbers.Fixed(Median(values), 2);
    }
}

/// <summary>Some of the dots of a chart.</summary>
/// <param name="Name">For the legend and the middle of the dots.</param>
/// <param name="Points">Those that the axes can't show are left out.</param>
public sealed record PointSet(string Name, params IReadOnlyList<(double X, double Y)> Points);
