using System.Text;
using System.Xml.Linq;

namespace DeepBelief.Samples.Reporting.Charts;

/// <summary>Lines with marks. Series differ in colour and in the shape of their marks, and may be dashed.</summary>
/// <param name="Title">Above the picture.</param>
/// <param name="X">The horizontal axis.</param>
/// <param name="Y">The vertical axis.</param>
/// <param name="Series">None and empty ones are allowed.</param>
public sealed record LineChart(string Title, Axis X, Axis Y, params IReadOnlyList<Series> Series)
{
    // Of more points than this, only some get a mark.
    private const int MostMarks = 20;

    /// <summary>The chart as an element of a page: title, picture and legend.</summary>
    public XElement ToHtml()
    {
        var all = Series.SelectMany(series => series.Points).Where(point => X.CanShow(point.X) && Y.CanShow(point.Y)).ToArray();
        var plot = new Plot(X, Y, all.Select(point => point.X), all.SelectMany(Heights));
        var lines = Series.Select((series, index) => Line(plot, series, series.Style ?? index));
        return Legend.Frame(
            Title,
            plot.Draw(Title, Describe(), lines),
            Series.Select((series, index) => Legend.Entry(series.Name, series.Style ?? index, series.IsDashed)));
    }

    private static double[] Heights(SeriesPoint point) =>
        point.Spread > 0 ? [point.Y - point.Spread, point.Y, point.Y + point.Spread] : [point.Y];

    private static XElement Line(Plot plot, Series series, int style)
    {
        var line = new StringBuilder();
        var marks = new List<XElement>();
        var every = (series.Points.Count + MostMarks - 1) / MostMarks;
        var isJoined = false;
        for (var i = 0; i < series.Points.Count; i++)
        {
            var point = series.Points[i];
            if (!plot.CanShow(point.X, point.Y))
            {
                isJoined = false;
                continue;
            }

            var (x, y) = (plot.X(point.X), plot.Y(point.Y));
            line.Append(isJoined ? 'L' : 'M').Append(Svg.Numbers(x, y));
            isJoined = true;
            if (point.Spread > 0)
                marks.Add(Bar(plot, point));
            if (i % every == 0 || i == series.Points.Count - 1)
                marks.Add(Mark(series.Name, point, style, x, y));
        }

        return new XElement(
            "g",
            new XAttribute("class", SeriesStyle.Class(style)),
            line.Length > 0 ? Svg.Path(series.IsDashed ? "line dashed" : "line", line.ToString()) : null,
            marks);
    }

    private static XElement Bar(Plot plot, SeriesPoint point)
    {
        const double Cap = 4;
        var (x, high) = (plot.X(point.X), plot.Y(point.Y + point.Spread));
        // On a logarithmic axis the lower end may be nowhere.
        var low = plot.CanShow(point.X, point.Y - point.Spread) ? plot.Y(point.Y - point.Spread) : Plot.Floor;
        return Svg.Path(
            "bar",
            $"M{Svg.Numbers(x, low)}L{Svg.Numbers(x, high)}M{Svg.Numbers(x - Cap, high)}h{Svg.Numbers(2 * Cap)}M{Svg.Numbers(x - Cap, low)}h{Svg.Numbers(2 * Cap)}");
    }

    // Browsers show the title when the pointer rests on the mark.
    private static XElement Mark(string name, SeriesPoint point, int style, double x, double y)
    {
        var mark = SeriesStyle.Mark(style, x, y);
        var spread = point.Spread > 0 ? $" ± {Numbers.Brief(Math.Round(point.Spread, 6))}" : "";
        mark.Add(new XElement("title", $"{name}: {Numbers.Brief(Math.Round(point.Y, 6))}{spread} at {Numbers.Brief(point.X)}"));
        return mark;
    }

    private string Describe()
    {
        var text = new StringBuilder($"{Y.Label} against {X.Label}.");
        foreach (var series in Series)
        {
            SeriesPoint[] shown = [.. series.Points.Where(point => X.CanShow(point.X) && Y.CanShow(point.Y))];
            text.Append($" {series.Name}: ").Append(shown.Length == 0
                ? "no data."
                : $"from {Numbers.Brief(Math.Round(shown[0].Y, 6))} to {Numbers.Brief(Math.Round(shown[^1].Y, 6))}.");
        }

        return text.ToString();
    }
}
