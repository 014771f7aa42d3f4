using System.Globalization;
using System.Xml.Linq;
using DeepBelief.Samples.Reporting;
using DeepBelief.Samples.Reporting.Charts;
using DeepBelief.Samples.Reporting.Images;
using DeepBelief.Samples.Reporting.Pages;
using DeepBelief.Samples.Reporting.Results;

namespace DeepBelief.Samples.Tests.Reporting;

public sealed class PageTests
{
    private const string Nasty = "<script>alert(\"&amp;\")</script>";

    [Fact]
    public void A_page_is_xml_and_its_contents_lead_to_its_sections()
    {
        var html = Parse(new Page("Digits", "What was learned.", [new("One", Html.Paragraph("first")), new("Two")]));

        html.Element("head")!.Element("title")!.Value.Should().Be("Digits");
        html.Descendants("h1").Single().Value.Should().Be("Digits");
        html.Descendants("h2").Select(h => h.Value).Should().Equal("One", "Two");
        var targets = html.Descendants("section").Select(section => $"#{section.Attribute("id")!.Value}");
        html.Descendants("nav").Single().Descendants("a").Select(a => a.Attribute("href")!.Value).Should().Equal(targets);
    }

    [Fact]
    public void A_page_needs_no_network_and_no_script()
    {
        var image = Html.Image(Mosaic.Draw([0, 1], 1, 2, 1, Palette.Grey), "two pixels");
        var page = new Page("Digits", "", [new("One", image, new LineChart("Loss", new("x"), new("y")).ToHtml())]);

        var html = Parse(page);

        html.Descendants("script").Should().BeEmpty();
        html.Descendants().Attributes().Where(a => a.Name == "src" || a.Name == "href")
            .Should().OnlyContain(a => a.Value.StartsWith("data:", StringComparison.Ordinal) || a.Value.StartsWith('#'));
        html.Descendants("style").Single().Value.Should().NotContain("url(").And.NotContain("@import");
        page.ToString().Should().NotContain("http:").And.NotContain("https:");
        html.Descendants("meta").Attributes("content").Should().Contain(a => a.Value.StartsWith("default-src 'none'", StringComparison.Ordinal));
    }

    [Fact]
    public void The_style_sheet_reads_the_same_as_html_and_as_xml()
    {
        var style = new Page("", "", []).ToString().Split("<style>")[1].Split("</style>")[0];

        style.Should().NotContainAny("&", "<", ">").And.Contain("prefers-color-scheme: dark").And.Contain("@media print");
    }

    [Fact]
    public void Elements_without_content_are_closed_as_html_wants_it()
    {
        var table = new ResultTable("empty", ["a", "b"], [["", ""]]).ToHtml();

        var text = new Page("", "", [new("", Html.Paragraph(""), table)]).ToString();

        text.Should().Contain("<p></p>").And.Contain("<td></td>").And.NotContain("<td />").And.Contain("<meta charset=\"utf-8\" />");
    }

    [Fact]
    public void Text_is_never_markup()
    {
        var image = Mosaic.Draw([0, 1], 1, 2, 1, Palette.Grey);
        var page = new Page(Nasty, Nasty, [new(
            Nasty,
            Html.Paragraph(Nasty), Html.Code(Nasty), Html.Figure(Nasty, Html.Image(image, Nasty)),
            Html.Panels((Nasty, Html.Image(image, Nasty))), Html.Settings((Nasty, Nasty)), new ResultTable(Nasty, [Nasty], [[Nasty]]).ToHtml())]);

        page.ToString().Should().NotContain("<script");
        var html = Parse(page);
        // Title and heading, lead, contents, section; then one in each piece, two in the settings, three in the table.
        html.DescendantNodes().OfType<XText>().Count(text => text.Value == Nasty).Should().Be(5 + 9);
        html.Descendants("img").Attributes("alt").Should().OnlyContain(alt => alt.Value == Nasty).And.HaveCount(2);
    }

    [Fact]
    public void A_picture_is_its_png_and_as_large_as_asked()
    {
        var image = Mosaic.Draw([0, 1, 1, 0, 0, 0], 2, 3, 1, Palette.Grey);

        var html = Html.Image(image, "tile", enlarge: 4);

        (html.Attribute("width")!.Value, html.Attribute("height")!.Value).Should().Be(("12", "8"));
        var source = html.Attribute("src")!.Value;
        source.Should().StartWith("data:image/png;base64,");
        Convert.FromBase64String(source[(source.IndexOf(',') + 1)..]).Should().Equal(Png.Encode(image));
    }

    [Fact]
    public void A_table_has_a_header_for_every_row_and_column()
    {
        var html = new ResultTable("Results", ["epoch", "loss"], [["1", "0.5"], ["2", "0.25"]]).ToHtml();

        html.Element("figcaption")!.Value.Should().Be("Results");
        html.Descendants("th").Where(th => th.Attribute("scope")!.Value == "col").Select(th => th.Value).Should().Equal("epoch", "loss");
        html.Descendants("th").Where(th => th.Attribute("scope")!.Value == "row").Select(th => th.Value).Should().Equal("1", "2");
        html.Descendants("td").Select(td => td.Value).Should().Equal("0.5", "0.25");
        var ragged = () => new ResultTable("Results", ["epoch", "loss"], [["1"]]).ToHtml().ToString();
        ragged.Should().Throw<ArgumentException>().WithMessage("*'Results' has 1 cells, not 2.*");
    }

    [Fact]
    public void A_confusion_matrix_counts_and_colours_mistakes_by_their_number()
    {
        var matrix = new ConfusionMatrix(3, [(0, 0), (0, 0), (0, 1), (1, 1), (1, 2), (1, 2), (1, 2), (1, 2)]);

        (matrix[0, 0], matrix[0, 1], matrix[1, 1], matrix[1, 2], matrix[2, 2]).Should().Be((2, 1, 1, 4, 0));
        (matrix.Recall(0), matrix.Recall(1), matrix.Recall(2)).Should().Be((2.0 / 3, 0.2, double.NaN));
        var rows = matrix.ToHtml("Mistakes", ["a", "b", "c"]).Descendants("tbody").Single().Elements("tr").ToArray();
        rows.Select(row => string.Join(' ', row.Elements().Select(cell => cell.Value)))
            .Should().Equal("a 2 1 0 66.7 %", "b 0 1 4 20.0 %", "c 0 0 0 –");
        rows[0].Elements("td").Select(td => (string?)td.Attribute("style")).Should().Equal(null, "--heat:0.25", null, null);
        rows[1].Elements("td").Select(td => (string?)td.Attribute("style")).Should().Equal(null, null, "--heat:1", null);
        rows[1].Elements("td").Select(td => (string?)td.Attribute("class")).Should().Equal("wrong", "right", "wrong", null);
    }

    [Fact]
    public void Numbers_are_the_same_in_every_culture()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = ",", NumberGroupSeparator = "." } };

            Numbers.Fixed(1234.567, 2).Should().Be("1,234.57");
            Numbers.Fixed(-0.5, 1).Should().Be("−0.5");
            Numbers.Percent(0.97255, 1).Should().Be("97.3 %");
            Numbers.Percent(double.NaN).Should().Be("–");
            new[] { 0, 0.05, 12_500, 1e-7, 2.5e9 }.Select(Numbers.Brief).Should().Equal("0", "0.05", "12,500", "1e−7", "2.5e9");
            new[] { 9.44, 59.96, 125, 3725 }.Select(s => Numbers.Time(TimeSpan.FromSeconds(s))).Should().Equal("9.4 s", "1 min 0 s", "2 min 5 s", "1 h 2 min");
            new LineChart("Loss", new("x"), new("y"), Series.PerEpoch("a", [0.5, 1.5])).ToHtml().ToString().Should().NotContain(",5");
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static XElement Parse(Page page) => XDocument.Parse(page.ToString()).Root!;
}
