using DeepBelief.Data;
using DeepBelief.Tests.Oracles;
using DeepBelief.Tests.Support;
using DeepBelief.Units;

namespace DeepBelief.Tests.Data;

public sealed class TableEncoderTests
{
    private static readonly string[] Names = ["age", "height", "smoker", "city"];

    private static readonly string?[][] Rows =
    [
        ["20", "1.5", "no", "Ulm"],
        ["40", "2e0", "yes", "Bonn"],
        ["30", null, " ", "Köln"],
        ["", "1.75", "no", null],
    ];

    [Fact]
    public void Columns_are_told_by_their_values()
    {
        var columns = TableEncoder.Fit(Names, Rows).Columns;
        columns[0].Should().BeEquivalentTo(new { Name = "age", Mean = 30.0 });
        ((NumberColumn)columns[0]).Deviation.Should().BeApproximately(Math.Sqrt(200.0 / 3), 1e-12);
        columns[1].Should().BeOfType<NumberColumn>();
        columns[2].Should().Be(new YesNoColumn("smoker", "no", "yes"));
        columns[3].Should().BeOfType<CategoryColumn>().Which.Categories.Should().Equal("Bonn", "Köln", "Ulm");
    }

    [Fact]
    public void Rows_become_states_and_come_back_with_their_gaps()
    {
        using var scope = torch.NewDisposeScope();
        var encoder = TableEncoder.Fit(Names, Rows);
        encoder.Width.Should().Be(6);
        var states = encoder.Encode(Rows);
        var (age, nan) = (10 / Math.Sqrt(200.0 / 3), double.NaN);
        var height = 0.25 / Math.Sqrt(0.125 / 3);
        Enumeration.Matrix(states)[0].ShouldBeNear([-age, -height, 0, 0, 0, 1], 1e-6);
        Enumeration.Matrix(states)[1].ShouldBeNear([age, height, 1, 1, 0, 0], 1e-6);
        Enumeration.Matrix(states)[2].Should().Equal(0, nan, nan, 0, 1, 0);
        Enumeration.Matrix(states)[3].Should().Equal(nan, 0, 0, nan, nan, nan);

        encoder.Decode(states).Should().BeEquivalentTo(
            new string?[][] { ["20", "1.5", "no", "Ulm"], ["40", "2", "yes", "Bonn"], ["30", null, null, "Köln"], [null, "1.75", "no", null] },
            options => options.WithStrictOrdering());
        var means = torch.tensor(new[,] { { 0.0, 0, 0.51, 0.3, 0.4, 0.3 } });
        encoder.Decode(means).Single().Should().Equal("30", "1.75", "yes", "Köln");
    }

    [Fact]
    public void Columns_of_a_kind_side_by_side_share_units_that_rows_may_train()
    {
        using var scope = torch.NewDisposeScope();
        var encoder = TableEncoder.Fit(["a", "b", "c", "d", "e", "f"], [["1", "2", "x", "x", "p", "2"], ["2", "3", "y", "y", "p", "5"], ["3", "7", "z", "z", "q", "8"]]);
        using var rbm = new Rbm(encoder.CreateUnits(), new BernoulliUnits(2));
        ((CompositeUnits)rbm.Visible).Parts.Select(part => part.Description).Should().Equal("2 gaussian", "6 softmax {\"categories\":3}", "1 bernoulli", "1 gaussian");
        rbm.VisibleSize.Should().Be(encoder.Width);
        rbm.Fit(encoder.Encode([["1", "2", "x", "x", "p", "2"], ["3", "7", "z", "y", "q", "8"]]), new() { Epochs = 1 }).Epochs.Should().HaveCount(1);
        var withGaps = () => rbm.Fit(encoder.Encode([["1", null, "x", "x", "p", "2"]]), new() { Epochs = 1 });
        withGaps.Should().Throw<ArgumentException>().WithMessage("*finite*NaN*");
    }

    [Fact]
    public void Kinds_can_be_said()
    {
        var encoder = TableEncoder.Fit(["code", "grade"], [["1", "2"], ["7", "1"], ["3", "1"]], [ColumnKind.Category, ColumnKind.Number]);
        encoder.Columns.Select(column => column.GetType()).Should().Equal(typeof(CategoryColumn), typeof(NumberColumn));
        encoder.Width.Should().Be(4);
    }

    [Fact]
    public void A_column_that_never_changes_stays_as_it_is()
    {
        using var scope = torch.NewDisposeScope();
        // The mean of three times 0.1 is not 0.1 in floating point.
        var encoder = TableEncoder.Fit(["n", "x", "b", "c"], [["5", "0.1", "x", "y"], ["5", "0.1", "x", "y"], ["5", "1e-1", "x", "y"]], [null, null, null, ColumnKind.Category]);
        encoder.Columns.Should().Equal(
            new NumberColumn("n", 5, 1), new NumberColumn("x", 0.1, 1), new CategoryColumn("b", ["x"]), new CategoryColumn("c", ["y"]));
        var states = encoder.Encode([["5", "0.1", "x", "y"]]);
        states.ShouldBeNear([0, 0, 1, 1], 0);
        encoder.Decode(states).Single().Should().Equal("5", "0.1", "x", "y");
        using var rbm = new Rbm(encoder.CreateUnits(), new BernoulliUnits(2));
        rbm.Fit(states.repeat(4, 1), new() { Epochs = 2 });
        encoder.Decode(rbm.Reconstruct(states)).Single()[2].Should().Be("x");
    }

    [Theory]
    [InlineData("NA")]
    [InlineData("N/A")]
    [InlineData("NaN")]
    [InlineData("null")]
    [InlineData("?")]
    [InlineData(" - ")]
    [InlineData("")]
    [InlineData(null)]
    public void The_usual_marks_of_a_gap_are_gaps(string? marker)
    {
        using var scope = torch.NewDisposeScope();
        string?[][] rows = [.. Enumerable.Range(0, 300).Select(i => new[] { i == 7 ? marker : $"{i}.5", i == 8 ? marker : i % 2 == 0 ? "a" : "b" })];
        var encoder = TableEncoder.Fit(["x", "c"], rows);
        encoder.Columns.Should().Equal(new NumberColumn("x", ((NumberColumn)encoder.Columns[0]).Mean, ((NumberColumn)encoder.Columns[0]).Deviation), new YesNoColumn("c", "a", "b"));
        ((NumberColumn)encoder.Columns[0]).Mean.Should().BeApproximately(((299 * 150) + 150 - 7.5) / 299, 1e-9);
        encoder.IsMissing(marker).Should().BeTrue();
        var states = Enumeration.Matrix(encoder.Encode(rows));
        states[7][0].Should().Be(double.NaN);
        states[8][1].Should().Be(double.NaN);
        states.SelectMany(row => row).Count(double.IsNaN).Should().Be(2);
    }

    [Fact]
    public void The_marks_of_a_gap_can_be_said()
    {
        using var scope = torch.NewDisposeScope();
        string?[][] rows = [["-999", "?"], ["1", "!"], ["2", "?"], ["3", "!"]];
        var encoder = TableEncoder.Fit(["x", "c"], rows, options: new() { MissingMarkers = ["-999"] });
        encoder.Columns.Should().Equal(new NumberColumn("x", 2, Math.Sqrt(2.0 / 3)), new YesNoColumn("c", "!", "?"));
        encoder.Encode(rows).isnan().sum().item<long>().Should().Be(1);
        Refused(() => TableEncoder.Fit(["test"], [["+"], ["-"], ["+"]]), "Column 'test': expected at least two different values, found only '+', and '-', which marks*MissingMarkers*");
        Refused(() => _ = new TableEncoder(new YesNoColumn("test", "-", "+")), "Column 'test': *found '-'*");
        new TableEncoder([new YesNoColumn("test", "-", "+")], []).Encode([["-"], ["+"], [""]]).isnan().sum().item<long>().Should().Be(1);
    }

    [Theory]
    [InlineData("unknown", 0.0)]
    [InlineData("1,5", 0.05)]
    [InlineData("12 %", 0.05)]
    [InlineData("1e999", 0.05)]
    [InlineData("Infinity", 0.05)]
    [InlineData("inf", 0.05)]
    [InlineData("∞", 0.05)]
    [InlineData("1 250", 0.05)]
    [InlineData("1'250", 0.05)]
    [InlineData("1.234.567", 0.05)]
    [InlineData("−5", 0.05)]
    public void A_column_of_numbers_with_odd_values_that_are_no_gaps_is_refused_by_name_values_and_rows(string odd, double share)
    {
        var rows = NearlyNumbers(odd);
        var options = new TableEncoderOptions { MostOddTexts = share, MostCategories = 299 };
        var wrong = $"Column 'x': *found mostly numbers, but also '{odd}' in data row 8.*MissingMarkers*decimal point*Category*";
        Refused(() => TableEncoder.Fit(["x", "y"], rows, options: options), wrong);
        Refused(() => TableEncoder.Fit(["x", "y"], rows, [ColumnKind.Number, null], options), $"Column 'x': expected finite numbers*found '{odd}' in data row 8.*");
        TableEncoder.Fit(["x", "y"], rows, [ColumnKind.Category, null], options).Columns[0].Width.Should().Be(299);
    }

    [Theory]
    [InlineData("unknown", null)]
    [InlineData("12 km", null)]
    [InlineData(" unknown ", ColumnKind.Number)]
    public void A_few_odd_texts_among_numbers_are_gaps_that_the_encoder_names(string odd, ColumnKind? kind)
    {
        using var scope = torch.NewDisposeScope();
        var rows = NearlyNumbers(odd);
        string?[][] gapped = [.. rows.Select(row => new[] { row[0] == odd ? null : row[0], row[1] })];
        var encoder = TableEncoder.Fit(["x", "y"], rows, [kind, null]);
        var expected = (NumberColumn)TableEncoder.Fit(["x", "y"], gapped).Columns[0];
        var text = odd.Trim();
        encoder.Columns[0].Should().Be(expected with { OddTexts = [text] }).And.NotBe(expected);
        encoder.Columns[0].ToString().Should().EndWith($"OddTexts = '{text}' }}");
        encoder.Warnings.Should().ContainSingle().Which.Should().StartWith($"Column 'x': ").And.Contain($"'{text}'").And.Contain("MostOddTexts");
        Near.SameBits(encoder.Encode(rows).nan_to_num(7), encoder.Encode(gapped).nan_to_num(7)).Should().BeTrue();
        encoder.Encode(rows).isnan().sum().item<long>().Should().Be(2);
        encoder.IsMissing($" {text}", 0).Should().BeTrue();
        encoder.IsMissing(text, 1).Should().BeFalse();
        encoder.IsMissing(text).Should().BeFalse();
        // In other rows, a text that was not there before is a fault, as ever.
        Refused(() => encoder.Encode([["other", "0"]]), $"Column 'x': expected a finite number*, or what counts as missing, '{text}', found 'other' in data row 1.*");
    }

    [Fact]
    public void Odd_texts_are_gaps_up_to_a_share_of_the_values()
    {
        // Missing values don't count.
        string?[][] rows = [.. Enumerable.Range(0, 22).Select(i => new[] { i == 3 ? "a" : i == 5 ? "b" : i is 6 or 7 ? null : $"{i}" })];
        Refused(() => TableEncoder.Fit(["x"], rows), "Column 'x': *but also 'a' in data row 4, 'b' in data row 6.*up to a share of 0.05 (MostOddTexts); here they are 2 of 20 values.*");
        Refused(() => TableEncoder.Fit(["x"], rows, [ColumnKind.Number]), "*found 'a' in data row 4, 'b' in data row 6. Texts count as missing up to a share of 0.05*");
        ((NumberColumn)TableEncoder.Fit(["x"], rows, options: new() { MostOddTexts = 0.1 }).Columns[0]).OddTexts.Should().Equal("a", "b");
        rows[5] = ["5"];
        ((NumberColumn)TableEncoder.Fit(["x"], rows).Columns[0]).OddTexts.Should().Equal("a");
        Refused(() => TableEncoder.Fit(["x"], [["a"], ["b"]], [ColumnKind.Number], new() { MostOddTexts = 0.99 }), "*expected finite numbers*found 'a' in data row 1, 'b' in data row 2.*");
        TableEncoder.Fit(["x"], [["1"], ["2"]]).Warnings.Should().BeEmpty();
    }

    [Fact]
    public void Odd_texts_are_no_numbers()
    {
        Refused(() => _ = new NumberColumn("x", 0, 1) { OddTexts = ["a", " 1.5"] }, "Column 'x': expected texts that are no numbers, found '1.5'.*");
        var beyond = () => new TableEncoder(new NumberColumn("x", 0, 1)).IsMissing("1", 1);
        beyond.Should().Throw<ArgumentOutOfRangeException>().WithMessage("*0 to 0, found 1*");
    }

    [Fact]
    public void Numbers_in_another_notation_are_not_categories()
    {
        string?[][] commas = [["1,5", "1,234", "12 %"], ["2,5", "17", "30 %"], ["3,25", "2,000", "50 %"]];
        Refused(() => TableEncoder.Fit(["a", "b", "c"], commas), "Column 'a'*'1,5' in data row 1, '2,5' in data row 2, '3,25'*Column 'b'*'1,234' in data row 1, '2,000' in data row 3.*Column 'c'*");
    }

    [Theory]
    [InlineData("18-25", "26-40", "41-65", "66+")]
    [InlineData("2024-01-01", "2024-02-01", "2024-03-01", "2024-04-01")]
    [InlineData("1", "2", "A", "B")]
    [InlineData("A1", "B2", "C3", "D4")]
    public void Texts_with_digits_are_categories(params string[] texts)
        => TableEncoder.Fit(["x"], [.. texts.Select(text => new[] { text })]).Columns.Should().Equal(new CategoryColumn("x", texts));

    [Fact]
    public void Names_of_rows_are_not_categories()
    {
        string?[][] rows = [.. Enumerable.Range(0, 5000).Select(i => new[] { $"id{i}" })];
        Refused(() => TableEncoder.Fit(["id"], rows), "Column 'id': expected at most 256 categories, found 5000 in 5000 values, the first of which are 'id0' in data row 1, *4995 others. Leave the column out*MostCategories*");
        Refused(() => TableEncoder.Fit(["id"], rows, [ColumnKind.Category]), "*at most 256 categories*");
        TableEncoder.Fit(["id"], rows.Take(256).ToList()).Width.Should().Be(256);
        TableEncoder.Fit(["id"], rows, options: new() { MostCategories = 5000 }).Width.Should().Be(5000);
        var option = () => TableEncoder.Fit(["id"], rows, options: new() { MostCategories = 0 });
        option.Should().Throw<ArgumentOutOfRangeException>().WithMessage("*MostCategories: expected 1 or more, found 0*");
    }

    [Fact]
    public void Large_and_close_numbers_keep_their_scale()
    {
        var columns = TableEncoder.Fit(["a", "b"], [["1e300", "1000000001"], ["-1e300", "1000000002"], ["0", "1000000003"]]).Columns;
        ((NumberColumn)columns[0]).Deviation.Should().BeApproximately(1e300 * Math.Sqrt(2.0 / 3), 1e287);
        ((NumberColumn)columns[1]).Deviation.Should().BeApproximately(Math.Sqrt(2.0 / 3), 1e-9);
    }

    [Fact]
    public void No_rows_decode_to_no_rows()
    {
        using var scope = torch.NewDisposeScope();
        TableEncoder.Fit(Names, Rows).Decode(torch.zeros(0, 6)).Should().BeEmpty();
    }

    [Fact]
    public void Columns_are_equal_by_their_content()
    {
        new CategoryColumn("a", ["x", "y"]).Should().Be(new CategoryColumn("a", ["x", "y"]));
        new CategoryColumn("a", ["x", "y"]).GetHashCode().Should().Be(new CategoryColumn("a", ["x", "y"]).GetHashCode());
        new CategoryColumn("a", ["x", "y"]).Should().NotBe(new CategoryColumn("a", ["y", "x"]));
        new CategoryColumn("a", ["x", "y"]).Should().NotBe(new CategoryColumn("b", ["x", "y"]));
    }

    [Fact]
    public void What_does_not_fit_is_refused_by_column_and_row()
    {
        var encoder = TableEncoder.Fit(Names, Rows);
        Refused(() => encoder.Encode([["20", "1.5", "no", "Ulm"], ["20", "1.5", "no", "Rom"]]).Dispose(), "Column 'city': expected one of 'Bonn', 'Köln', 'Ulm', found 'Rom' in data row 2.*");
        Refused(() => encoder.Encode([["old", "1.5", "no", "Rom"], ["1", "2", "no", "Rom"]]).Dispose(), "Column 'age': *'old' in data row 1.*Column 'city': *'Rom' in data row 1.*");
        Refused(() => encoder.Encode([["1e300", "1.5", "no", "Ulm"]]).Dispose(), "Column 'age': *'1e300' in data row 1*");
        Refused(() => encoder.Encode([["20", "1.5", "maybe", "Ulm"]]).Dispose(), "Column 'smoker': expected 'no' or 'yes', found 'maybe' in data row 1*");
        Refused(() => encoder.Encode([["20", "1.5"]]).Dispose(), "Data row 1: expected 4 values*found 2*");
        Refused(() => encoder.Encode([]).Dispose(), "*at least one row*");
        Refused(() => TableEncoder.Fit(["a"], [["x"], ["y", "z"]]), "Data row 2: expected 1 values*found 2*");
        Refused(() => TableEncoder.Fit(["a"], [[""], [null], ["NA"]]), "Column 'a': expected at least one value*");
        Refused(() => TableEncoder.Fit(["a", "b"], [["1", ""], ["x", ""]], [ColumnKind.Number, null]), "Column 'a': *'x' in data row 2.*Column 'b': expected at least one value*");
        Refused(() => TableEncoder.Fit(["a"], [["1"], ["2"], ["3"]], [ColumnKind.YesNo]), "Column 'a': expected '1' or '2', found '3' in data row 3*");
        Refused(() => TableEncoder.Fit(["a"], [["no"], ["no"]], [ColumnKind.YesNo]), "Column 'a': expected two different texts, found only 'no'*");
        Refused(() => TableEncoder.Fit(["a", "b", "a"], [["1", "2", "3"]]), "*different names*'a'*");
        Refused(() => encoder.Decode(torch.zeros(2, 5)), "*[rows, 6]*[2, 5]*");
        Refused(() => _ = new CategoryColumn("a", ["x", "x"]), "*'a'*each once*");
        Refused(() => _ = new YesNoColumn("a", "x", "x"), "*'a'*different*'x' twice*");
        Refused(() => _ = new NumberColumn("a", 0, 0), "*deviation*more than 0*");
        Refused(() => _ = new TableEncoder(), "*at least one column*");
        Refused(() => _ = new TableEncoder(new NumberColumn("a", 0, 1), new NumberColumn("a", 0, 1)), "*different names*'a'*");
    }

    private static string?[][] NearlyNumbers(string odd) => [.. Enumerable.Range(0, 300).Select(i => new[] { i is 7 or 9 ? odd : $"{i}.5", $"{i % 3}" })];

    private static void Refused(Action act, string message)
    {
        using var scope = torch.NewDisposeScope();
        act.Should().Throw<ArgumentException>().WithMessage(message);
    }
}
