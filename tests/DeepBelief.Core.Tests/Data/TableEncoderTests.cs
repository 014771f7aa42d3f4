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
        var encoder = TableEncoder.Fit(["n", "b", "c"], [["5", "x", "y"], ["5", "x", "y"]], [ColumnKind.Number, null, ColumnKind.Category]);
        var states = encoder.Encode([["5", "x", "y"]]);
        states.ShouldBeNear([0, 0, 1], 0);
        encoder.Decode(states).Single().Should().Equal("5", "x", "y");
    }

    [Fact]
    public void What_does_not_fit_is_refused_by_column_and_row()
    {
        var encoder = TableEncoder.Fit(Names, Rows);
        Refused(() => encoder.Encode([["20", "1.5", "no", "Ulm"], ["20", "1.5", "no", "Rom"]]).Dispose(), "*'city', row 1*'Rom'*");
        Refused(() => encoder.Encode([["old", "1.5", "no", "Ulm"]]).Dispose(), "*'age', row 0*'old'*");
        Refused(() => encoder.Encode([["1e300", "1.5", "no", "Ulm"]]).Dispose(), "*'age', row 0*'1e300'*");
        Refused(() => encoder.Encode([["20", "1.5", "maybe", "Ulm"]]).Dispose(), "*'smoker', row 0*'maybe'*");
        Refused(() => encoder.Encode([["20", "1.5"]]).Dispose(), "*Row 0: expected 4 values*found 2*");
        Refused(() => encoder.Encode([]).Dispose(), "*at least one row*");
        Refused(() => TableEncoder.Fit(["a"], [["x"], ["y", "z"]]), "*Row 1: expected 1 values*found 2*");
        Refused(() => TableEncoder.Fit(["a"], [[""], [null]]), "*'a': expected at least one value*");
        Refused(() => TableEncoder.Fit(["a"], [["1"], ["x"]], [ColumnKind.Number]), "*'a': expected a finite number, found 'x'*");
        Refused(() => TableEncoder.Fit(["a"], [["1"], ["2"], ["3"]], [ColumnKind.YesNo]), "*'a': expected '1' or '2', found '3'*");
        Refused(() => encoder.Decode(torch.zeros(2, 5)), "*[rows, 6]*[2, 5]*");
        Refused(() => _ = new CategoryColumn("a", ["x", "x"]), "*each once*");
        Refused(() => _ = new NumberColumn("a", 0, 0), "*deviation*more than 0*");
        Refused(() => _ = new TableEncoder(), "*at least one column*");

        static void Refused(Action act, string message)
        {
            using var scope = torch.NewDisposeScope();
            act.Should().Throw<ArgumentException>().WithMessage(message);
        }
    }
}
