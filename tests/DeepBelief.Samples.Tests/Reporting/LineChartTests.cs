using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using DeepBelief.Samples.Reporting.Charts;

namespace DeepBelief.Samples.Tests.Reporting;

public sealed partial class LineChartTests
{
    private static readonly Axis Epochs = new("epoch") { IsWhole = true };
    private static readonly Axis Loss = new("loss");

    [Fact]
    public void Points_lie_where_the_ticks_of_both_axes_say()
    {
        var svg = Picture(new LineChart("Loss", Epochs, Loss, Series.PerEpoch("train", [0.4, 0.1, 0.25])));

        var line = Coordinates(svg.Descendants("path").Single(path => (string?)path.Attribute("class") == "line"));
        var x = Across(svg);
        var y = Down(svg);
        line.Select(point => point.X).Should().Equal(x["1"], x["2"], x["3"]);
        line[0].Y.Should().BeApproximately(y["0.4"], 0.01);
        line[1].Y.Should().BeApproximately(y["0.1"], 0.01);
        line[2].Y.Should().BeApproximately((y["0.2"] + y["0.3"]) / 2, 0.01);
        y["0.1"].Should().BeGreaterThan(y["0.4"], "larger values are higher up");
    }

    [Fact]
    public void Logarithmic_axes_give_equal_ratios_equal_lengths_and_leave_out_what_they_cannot_show()
    {
        var chart = new LineChart(
            "Error",
            new Axis("labels") { IsLogarithmic = true },
            new Axis("error, %") { IsLogarithmic = true },
            new Series("a", new(100, 20), new(1_000, 0), new(10_000, 2)));

        var svg = Picture(chart);

        var path = svg.Descendants("path").Single(path => (string?)path.Attribute("class") == "line");
        ((string)path.Attribute("d")!).Count(c => c == 'M').Should().Be(2, "the line is broken at the point that is left out");
        var (points, x, y) = (Coordinates(path), Across(svg), Down(svg));
        points.Should().HaveCount(2);
        points.Select(point => point.X).Should().Equal(x["100"], x["10,000"]);
        (x["10,000"] - x["1,000"]).Should().BeApproximately(x["1,000"] - x["100"], 0.03);
        points.Select(point => point.Y).Should().Equal(y["20"], y["2"]);
    }

    [Fact]
    public void Spread_is_a_bar_from_mean_minus_to_mean_plus_and_the_axis_has_room_for_it()
    {
        var svg = Picture(new LineChart("Accuracy", Epochs, Loss, new Series("a", new SeriesPoint(1, 90, 3), new SeriesPoint(2, 95))));

        var bar = Coordinates(svg.Descendants("path").Single(path => (string?)path.Attribute("class") == "bar"));
        var y = Down(svg);
        bar[1].Y.Should().BeApproximately((y["92"] + y["94"]) / 2, 0.01);
        bar[0].Y.Should().BeApproximately((y["86"] + y["88"]) / 2, 0.01);
        svg.Descendants("circle").First().Value.Should().Be("a: 90 ± 3 at 1");
    }

    [Fact]
    public void Series_without_colour_differ_in_their_marks_and_pairs_in_their_lines()
    {
        var html = new LineChart(
            "Loss",
            Epochs,
            Loss,
            new Series("a test", new SeriesPoint(1, 1)) { Style = 0 },
            new Series("a train", new SeriesPoint(1, 2)) { Style = 0, IsDashed = true },
            new Series("b test", new SeriesPoint(1, 3)) { Style = 1 }).ToHtml();

        var groups = html.Descendants("g").Where(g => ((string)g.Attribute("class")!).StartsWith("series", StringComparison.Ordinal)).ToArray();
        groups.Select(g => (string)g.Attribute("class")!).Should().Equal("series s0", "series s0", "series s1");
        groups.Select(g => g.Elements().Last().Name.LocalName).Should().Equal("circle", "circle", "path");
        groups.Select(g => (string)g.Element("path")!.Attribute("class")!).Should().Equal("line", "line dashed", "line");
        html.Descendants("li").Select(li => li.Value).Should().Equal("a test", "a train", "b test");
    }

    [Fact]
    public void Of_many_points_all_are_in_the_line_and_a_few_have_marks()
    {
        var svg = Picture(new LineChart("Loss", Epochs, Loss, Series.PerEpoch("a", Enumerable.Range(0, 100).Select(i => 1.0 / (i + 1)))));

        Coordinates(svg.Descendants("path").Single(path => (string?)path.Attribute("class") == "line")).Should().HaveCount(100);
        svg.Descendants("circle").Should().HaveCountGreaterThan(10).And.HaveCountLessThan(23);
        svg.Descendants("circle").Last().Value.Should().Be("a: 0.01 at 100");
    }

    [Fact]
    public void Charts_of_nothing_of_one_point_and_of_no_numbers_are_drawn()
    {
        double[][] cases = [[], [3], [double.NaN], [double.NaN, double.PositiveInfinity], [1, double.NaN, 2], [0, 0, 0], [1e300, -1e300]];
        foreach (var values in cases)
        {
            foreach (var isLogarithmic in new[] { false, true })
            {
                var chart = new LineChart("Loss", Epochs, Loss with { IsLogarithmic = isLogarithmic }, Series.PerEpoch("a", values));

                var html = chart.ToHtml();

                html.ToString().Should().NotContain("NaN").And.NotContain("Infinity").And.NotContain("∞");
                html.Descendants("circle").Should().HaveCount(
                    1 + values.Count(value => double.IsFinite(value) && (value > 0 || !isLogarithmic)), "the legend has one, too");
                html.Descendants("text").Count().Should().BeGreaterThan(3);
            }
        }

        var nothing = new LineChart("Loss", Epochs, Loss).ToHtml();
        nothing.Descendants("svg").Should().ContainSingle();
    }

    [Fact]
    public void A_chart_says_what_it_shows_to_those_who_cannot_see_it()
    {
        var svg = Picture(new LineChart("Test loss", Epochs, Loss, Series.PerEpoch("a", [0.5, 0.25]), Series.PerEpoch("b", [])));

        ((string)svg.Attribute("role")!).Should().Be("img");
        svg.Element("title")!.Value.Should().Be("Test loss");
        svg.Element("desc")!.Value.Should().Be("loss against epoch. a: from 0.5 to 0.25. b: no data.");
    }

    [Fact]
    public void Everything_lies_within_the_picture()
    {
        var svg = Picture(new LineChart("Loss", Epochs, new Axis("free energy, nats"), Series.PerEpoch("a", [-123_456.7, 99_999, 5])));

        var box = ((string)svg.Attribute("viewBox")!).Split(' ').Select(Number).ToArray();
        var points = svg.Descendants("path").Where(path => !((string)path.Attribute("d")!).Contains('h')).SelectMany(Coordinates);
        points.Should().OnlyContain(point => point.X >= 0 && point.X <= box[2] && point.Y >= 0 && point.Y <= box[3]);
        foreach (var label in svg.Descendants("text").Where(text => (string?)text.Attribute("text-anchor") == "end"))
            (Number((string)label.Attribute("x")!) - (6.5 * label.Value.Length)).Should().BeGreaterThan(18, "the axis' name stands before the labels");
    }

    [Fact]
    public void Names_are_text_and_never_markup()
    {
        const string Name = "<script>alert('&')</script>";

        var html = new LineChart(Name, new Axis(Name), new Axis(Name), Series.PerEpoch(Name, [1, 2])).ToHtml();

        html.ToString().Should().NotContain("<script");
        var again = XElement.Parse(html.ToString());
        again.Element("p")!.Value.Should().Be(Name);
        again.Descendants("li").Single().Value.Should().Be(Name);
        again.Descendants("text").Count(text => text.Value == Name).Should().Be(2);
    }

    private static XElement Picture(LineChart chart) => chart.ToHtml().Element("svg")!;

    private static Dictionary<string, double> Across(XElement svg) =>
        svg.Descendants("g").First().Elements("text")
            .Where(text => (string)text.Attribute("text-anchor")! == "middle" && double.TryParse(text.Value, CultureInfo.InvariantCulture, out _))
            .ToDictionary(text => text.Value, text => Number((string)text.Attribute("x")!));

    // The labels' base line is a little below their marks.
    private static Dictionary<string, double> Down(XElement svg) =>
        svg.Descendants("g").First().Elements("text")
            .Where(text => (string)text.Attribute("text-anchor")! == "end")
            .ToDictionary(text => text.Value, text => Number((string)text.Attribute("y")!) - 4.5);

    private static (double X, double Y)[] Coordinates(XElement path) =>
        [.. Point().Matches((string)path.Attribute("d")!).Select(match => (Number(match.Groups[1].Value), Number(match.Groups[2].Value)))];

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"[ML]([-\d.]+) ([-\d.]+)")]
    private static partial Regex Point();
}
