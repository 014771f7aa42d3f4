using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using DeepBelief.Samples.Reporting.Charts;

namespace DeepBelief.Samples.Tests.Reporting;

public sealed partial class ScatterChartTests
{
    private static readonly Axis Right = new("right");
    private static readonly Axis Up = new("up");

    [Fact]
    public void Dots_lie_where_the_ticks_of_both_axes_say()
    {
        var svg = Picture(new ScatterChart("Map", Right, Up, new PointSet("a", (0, 0), (10, 4)), new PointSet("b", (5, 2))));

        var (a, b) = (Dots(svg)[0], Dots(svg)[1]);
        a.Should().HaveCount(2);
        var (x, y) = (Labels(svg, "middle"), Labels(svg, "end"));
        a.Select(dot => dot.X).Should().Equal(x["0"], x["10"]);
        a[0].Y.Should().BeApproximately(y["0"], 0.01);
        a[1].Y.Should().BeApproximately(y["4"], 0.01);
        b.Should().ContainSingle();
        b[0].X.Should().BeApproximately((a[0].X + a[1].X) / 2, 0.02);
        b[0].Y.Should().BeApproximately((a[0].Y + a[1].Y) / 2, 0.02);
    }

    [Fact]
    public void Ten_sets_have_ten_colours_and_names_where_their_medians_are()
    {
        PointSet[] sets = [.. Enumerable.Range(0, 10).Select(i => new PointSet($"{i}", (i, 0), (i, 1), (i, 100)))];

        var html = new ScatterChart("Map", Right, Up, sets).ToHtml();

        var svg = html.Element("svg")!;
        svg.Elements("g").Skip(1).Select(g => (string)g.Attribute("class")!).Should().Equal(Enumerable.Range(0, 10).Select(i => $"series s{i}"));
        var names = svg.Elements("text").Where(text => (string?)text.Attribute("class") == "name").ToArray();
        names.Select(name => name.Value).Should().Equal(sets.Select(set => set.Name));
        foreach (var (name, dots) in names.Zip(Dots(svg)))
        {
            Number((string)name.Attribute("x")!).Should().Be(dots[1].X);
            Number((string)name.Attribute("y")!).Should().BeApproximately(dots[1].Y, 5, "the base line is a little below");
        }

        html.Descendants("li").Select(li => li.Value).Should().Equal(sets.Select(set => set.Name));
        svg.Elements().Last().Name.LocalName.Should().Be("text", "names lie above the dots");
    }

    [Fact]
    public void What_can_not_be_shown_is_left_out()
    {
        var html = new ScatterChart("Map", Right, Up, new PointSet("a", (double.NaN, 1), (1, double.PositiveInfinity), (2, 3)), new PointSet("b", (double.NaN, 1))).ToHtml();

        Dots(html.Element("svg")!).Should().ContainSingle().Which.Should().ContainSingle();
        html.ToString().Should().NotContain("NaN").And.NotContain("∞");
        html.Descendants("desc").Single().Value.Should().Be("up against right. a: 1 dots about 2.00, 3.00. b: no data.");

        var nothing = new ScatterChart("Map", Right, Up).ToHtml();
        nothing.Descendants("text").Select(text => text.Value).Should().Contain("no data");
    }

    [Fact]
    public void Names_are_text_and_never_markup()
    {
        const string Name = "<script>alert('&')</script>";

        var html = new ScatterChart(Name, new Axis(Name), new Axis(Name), new PointSet(Name, (1, 2))).ToHtml();

        html.ToString().Should().NotContain("<script");
        XElement.Parse(html.ToString()).Descendants("text").Count(text => text.Value == Name).Should().Be(3, "two axes and a set");
    }

    private static XElement Picture(ScatterChart chart) => chart.ToHtml().Element("svg")!;

    private static (double X, double Y)[][] Dots(XElement svg) =>
    [
        .. svg.Descendants("path").Where(path => (string?)path.Attribute("class") == "dots")
            .Select(path => Dot().Matches((string)path.Attribute("d")!).Select(match => (Number(match.Groups[1].Value), Number(match.Groups[2].Value))).ToArray()),
    ];

    // The labels of the vertical axis end before it; their base line is a little below their marks.
    private static Dictionary<string, double> Labels(XElement svg, string anchor) =>
        svg.Descendants("g").First().Elements("text")
            .Where(text => (string)text.Attribute("text-anchor")! == anchor && double.TryParse(text.Value, CultureInfo.InvariantCulture, out _))
            .ToDictionary(text => text.Value, text => anchor == "end" ? Number((string)text.Attribute("y")!) - 4.5 : Number((string)text.Attribute("x")!));

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"M([-\d.]+) ([-\d.]+)h0")]
    private static partial Regex Dot();
}
