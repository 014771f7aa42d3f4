using System.Text;
using System.Xml.Linq;

namespace DeepBelief.Samples.Reporting.Charts;

/// <summary>How values are distributed, for one set of them or for a few on top of each other.</summary>
/// <param name="Title">Above the picture.</param>
/// <param name="X">What the values are.</param>
/// <param name="Bins">The pieces of the horizontal axis.</param>
/// <param name="Sets">Names, and the share of values in each piece, from 0 to 1.</param>
public sealed record Histogram(string Title, Axis X, Bins Bins, params IReadOnlyList<(string Name, double[] Shares)> Sets)
{
    private static readonly Axis Share = new("share of values, %") { Include = 0 };

    /// <summary>The chart as an element of a page: title, picture and legend.</summary>
    public XElement ToHtml()
    {
        var plot = new Plot(X, Share, [Bins.Minimum, Bins.Maximum], Sets.SelectMany(set => set.Shares).Select(share => 100 * share));
        return Legend.Frame(
            Title,
            plot.Draw(Title, Describe(), Sets.Select((set, index) => Area(plot, set.Shares, index))),
            Sets.Count > 1 ? Sets.Select((set, index) => Legend.AreaEntry(set.Name, index)) : []);
    }

    private XElement Area(Plot plot, double[] shares, int style)
    {
        var outline = new StringBuilder($"M{Svg.Numbers(plot.X(Bins.Minimum), Plot.Floor)}");
        for (var i = 0; i < Bins.Count; i++)
            outline.Append($"V{Svg.Numbers(plot.Y(100 * shares[i]))}H{Svg.Numbers(plot.X(Bins.Edge(i + 1)))}");
        outline.Append($"V{Svg.Numbers(Plot.Floor)}Z");
        return new XElement("g", new XAttribute("class", SeriesStyle.Class(style)), Svg.Path("area", outline.ToString()));
    }

    private string Describe()
    {
        var text = new StringBuilder($"Histogram of {X.Label}.");
        foreach (var (name, shares) in Sets)
        {
            var top = Array.IndexOf(shares, shares.Max());
            text.Append($" {name}: most values, {Numbers.Percent(shares[top], 1)}, between {Numbers.Brief(Math.Round(Bins.Edge(top), 4))} and {Numbers.Brief(Math.Round(Bins.Edge(top + 1), 4))}.");
        }

        return text.ToString();
    }
}
