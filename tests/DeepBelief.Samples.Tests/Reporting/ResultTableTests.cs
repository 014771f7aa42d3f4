using System.Text.Json;
using DeepBelief.Samples.Reporting.Results;

namespace DeepBelief.Samples.Tests.Reporting;

public sealed class ResultTableTests
{
    private static readonly ResultTable Errors = Create() with { Note = "of <three>" };

    [Fact]
    public void A_terminal_shows_short_numbers_words_left_and_numbers_right()
    {
        var lines = Rendered.Lines(Errors, width: 80);

        lines[0].Trim().Should().Be("Errors [of all]");
        Rendered.Cells(lines[2]).Should().Equal("model", "labels", "test error", "seconds");
        Rendered.Cells(lines[4]).Should().Equal("one, \"quoted\"", "1,000", "12.5", "1.23456");
        Rendered.Cells(lines[5]).Should().Equal("semi-many", "", "20.0 ± 17.3", "0.30000000000000004");
        Rendered.Cells(lines[6]).Should().Equal("range", "-7", "-50.0 to -25.0", "1E-07");
        lines[5].Should().StartWith("│ semi-many     │").And.Contain("│    20.0 ± 17.3 │");
        lines.Should().Contain(line => line.Trim() == "of <three>");
    }

    [Fact]
    public void Csv_has_all_digits_but_where_a_column_has_a_format_and_quotes_what_needs_it()
    {
        var table = ResultTable.Of(
            "t",
            new[] { (Name: "a, \"b\"", Value: 0.1 + 0.2, Seconds: 1.23456), (Name: "c", Value: 1, Seconds: 2) },
            new("name", row => row.Name),
            new("value", row => row.Value, Show.Fixed(1)),
            new("none", _ => null),
            new("nested", row => new { row.Name }) { IsJsonOnly = true },
            new("seconds", row => row.Seconds) { CsvFormat = "F3" });

        CsvTable.Format(table).Should().Be("name,value,none,seconds\n\"a, \"\"b\"\"\",0.30000000000000004,,1.235\nc,1,,2.000\n");
        CsvTable.Format(new ResultTable("empty", ["a", "b c"])).Should().Be("a,b c\n");
    }

    [Fact]
    public void Json_is_an_object_for_each_row_with_all_digits_and_tables_within()
    {
        var inner = ResultTable.Of("inner", [0.1 + 0.2], new Column<double>("test loss", value => value, Show.Fixed(1)));
        var outer = new ResultTable("outer", ["name", new("rows per second") { Key = "speed" }, "inner", "day of week"], ["x", double.NaN, inner, DayOfWeek.Sunday]);

        var json = JsonSerializer.Serialize(new { Outer = outer, Errors }, JsonTable.Layout);

        using var document = JsonDocument.Parse(json);
        var row = document.RootElement.GetProperty("outer")[0];
        row.EnumerateObject().Select(member => member.Name).Should().Equal("name", "speed", "inner", "dayOfWeek");
        row.GetProperty("speed").GetString().Should().Be("NaN");
        row.GetProperty("inner")[0].GetProperty("testLoss").GetDouble().Should().Be(0.1 + 0.2);
        row.GetProperty("dayOfWeek").GetString().Should().Be("sunday");
        var second = document.RootElement.GetProperty("errors")[1];
        second.GetProperty("labels").ValueKind.Should().Be(JsonValueKind.Null);
        second.GetProperty("testError").GetProperty("count").GetInt32().Should().Be(3);
        second.GetProperty("time").GetDouble().Should().Be(0.1 + 0.2);
    }

    [Fact]
    public void Html_shows_what_the_terminal_shows_with_a_minus_before_numbers_and_text_that_is_no_markup()
    {
        var html = Errors.ToHtml();

        html.Element("figcaption")!.Value.Should().Be("Errors [of all]. of <three>");
        html.ToString().Should().Contain("of &lt;three&gt;");
        html.Descendants("thead").Single().Descendants("th").Select(th => th.Value).Should().Equal("model", "labels", "test error", "seconds");
        html.Descendants("tbody").Single().Elements("tr").Select(row => string.Join('|', row.Elements().Select(cell => cell.Value))).Should().Equal(
            "one, \"quoted\"|1,000|12.5|1.23456", "semi-many||20.0 ± 17.3|0.30000000000000004", "range|−7|−50.0 to −25.0|1E−07");
        Errors.ToHtml("another caption").Element("figcaption")!.Value.Should().Be("another caption");
    }

    [Theory]
    [InlineData(0.5, "0.5000", "50.00", "50.00 %", "0.5")]
    [InlineData(1234.0, "1234.0000", "123400.00", "123400.00 %", "1234")]
    [InlineData(-0.125, "-0.1250", "-12.50", "-12.50 %", "-0.125")]
    public void A_number_is_shown_as_its_column_says(double value, string isFixed, string percent, string sign, string plain)
    {
        Show.Fixed(4)(value).Should().Be(isFixed);
        Show.Percent()(value).Should().Be(percent);
        Show.Percent(sign: true)(value).Should().Be(sign);
        Show.Plain(value).Should().Be(plain);
        Show.Percent(sign: true)(new Statistics(value, 0.01, 2)).Should().Be($"{percent} ± 1.00 %");
        Show.Fixed(4)(new Interval(null, value)).Should().Be(isFixed);
        Show.Percent()(double.NaN).Should().Be("–");
    }

    [Fact]
    public void Some_of_the_columns_keep_their_values_and_how_they_are_shown()
    {
        var some = Errors.Only(2, 0);

        some.Columns.Should().Equal(Errors.Columns[2], Errors.Columns[0]);
        some.Rows[0].Should().Equal(Errors.Rows[0][2], Errors.Rows[0][0]);
        some.Text(1, 0).Should().Be("20.0 ± 17.3");
    }

    [Fact]
    public void A_row_that_does_not_fit_the_columns_is_refused()
    {
        var make = () => new ResultTable("Errors", ["a", "b"], ["x", 1], ["y"]);

        make.Should().Throw<ArgumentException>().WithMessage("A row of 'Errors' has 1 cells, not 2.*");
    }

    private static ResultTable Create() => ResultTable.Of(
        "Errors [of all]",
        new (string Name, int? Labels, object Error, double Seconds)[]
        {
            ("one, \"quoted\"", 1_000, Statistics.Of([0.125]), 1.23456),
            ("semi-many", null, Statistics.Of([0.1, 0.1, 0.4]), 0.1 + 0.2),
            ("range", -7, new Interval(-0.5, -0.25), 1e-7),
        },
        new("model", row => row.Name),
        new("labels", row => row.Labels, Show.Whole),
        new("test error", row => row.Error, Show.Percent(1)),
        new("seconds", row => row.Seconds) { CsvFormat = "F3", Key = "time" });
}
