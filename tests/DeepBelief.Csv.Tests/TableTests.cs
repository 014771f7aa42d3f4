using DeepBelief.Data;

namespace DeepBelief.Csv.Tests;

public sealed class TableTests
{
    private static readonly CsvTable Table = Csv.Load("n,kind,ok,size\n1,x,yes,2.5\n2,y,no,NA\n3,x,yes,-1e1\n4,z,no,7\n");

    [Fact]
    public void Columns_are_found_by_their_names()
    {
        Table.Column("kind").Should().Equal("x", "y", "x", "z");
        var some = Table.Select("size", "n");
        some.Names.Should().Equal("size", "n");
        some.Rows[2].Should().Equal("-1e1", "3");
        Table.Without("ok", "size").Names.Should().Equal("n", "kind");
        foreach (var ask in new Action[] { () => Table.Column("no"), () => Table.Select("n", "no"), () => Table.Without("no") })
            ask.Should().Throw<ArgumentException>().WithMessage("Expected the name of a column ('n', 'kind', 'ok', 'size'), found 'no'.*");
        var twice = () => Table.Select("n", "n");
        twice.Should().Throw<ArgumentException>().WithMessage("*more than one 'n'*");
        var none = () => Table.Without(Table.Names);
        none.Should().Throw<ArgumentException>().WithMessage("*at least one column*");
    }

    [Fact]
    public void Rows_of_other_lengths_are_refused()
    {
        var make = () => new CsvTable(["a", "b"], [["1", "2"], ["1"]]);
        make.Should().Throw<ArgumentException>().WithMessage("Data row 2: expected 2 values, as there are columns, found 1.*");
    }

    [Fact]
    public void Numbers_are_a_matrix_with_NaN_where_they_are_missing()
    {
        using var values = Table.Select("size", "n").ToTensor();
        values.dtype.Should().Be(ScalarType.Float32);
        values.shape.Should().Equal(4, 2);
        values.data<float>().ToArray().Should().Equal(2.5f, 1, float.NaN, 2, -10, 3, 7, 4);
        using var other = Csv.Load("a\n-99\n 2 \n").ToTensor(["-99"]);
        other.data<float>().ToArray().Should().Equal(float.NaN, 2);
    }

    [Fact]
    public void Texts_among_numbers_are_named_with_their_rows()
    {
        var read = () => Table.ToTensor();
        read.Should().Throw<ArgumentException>().WithMessage("Column 'kind': expected numbers, found 'x' in data row 1, 'y' in data row 2, 'z' in data row 4.*Column 'ok': expected numbers, found 'yes' in data row 1*");
        var huge = () => Csv.Load("a\n1e99\n").ToTensor();
        huge.Should().Throw<ArgumentException>().WithMessage("*'1e99' in data row 1*");
        var none = () => Csv.Load("a\n").ToTensor();
        none.Should().Throw<ArgumentException>().WithMessage("*at least one row*");
    }

    [Fact]
    public void A_matrix_is_a_table_whose_texts_are_the_same_numbers()
    {
        using var scope = torch.NewDisposeScope();
        var values = torch.tensor(new[,] { { 0.1f, 1e-20f }, { float.NaN, -3 }, { 16777216, 1f / 3 } });
        var table = CsvTable.FromTensor(values, ["a", "b"]);
        table.Names.Should().Equal("a", "b");
        table.Rows[0].Should().Equal("0.1", "1E-20");
        table.Rows[1].Should().Equal(null, "-3");
        table.ToTensor().data<float>().ToArray().Should().Equal(values.data<float>().ToArray());
        CsvTable.FromTensor(torch.tensor(new[,] { { 0.1, 1.0 / 3 } })).Rows[0].Should().Equal("0.1", "0.3333333333333333");
        CsvTable.FromTensor(torch.tensor(new[,] { { 1L << 60, -1 } }).t()).Column("column1").Should().Equal("1152921504606846976", "-1");
        CsvTable.FromTensor(values.narrow(0, 0, 0)).Rows.Should().BeEmpty();
        foreach (var wrong in new Action[] { () => CsvTable.FromTensor(values[0]), () => CsvTable.FromTensor(values, ["a"]) })
            wrong.Should().Throw<ArgumentException>();
    }

    [Fact]
    public void Classes_are_numbered_in_order_and_the_same_in_other_tables()
    {
        var (labels, classes) = Table.Labels("kind");
        using (labels)
            labels.data<long>().ToArray().Should().Equal(0, 1, 0, 2);
        classes.Should().Equal("x", "y", "z");
        var (others, same) = Csv.Load("kind\nz\ny\n").Labels("kind", classes);
        using (others)
            others.data<long>().ToArray().Should().Equal(2, 1);
        same.Should().Equal(classes);
        // By number, where all are numbers.
        var (digits, order) = Csv.Load("d\n10\n9\n2\n").Labels("d");
        using (digits)
            digits.data<long>().ToArray().Should().Equal(2, 1, 0);
        order.Should().Equal("2", "9", "10");
    }

    [Fact]
    public void Rows_without_a_class_or_of_another_are_refused()
    {
        var gap = () => Csv.Load("a,k\n1,x\n2,\n").Labels("k");
        gap.Should().Throw<ArgumentException>().WithMessage("Column 'k': expected a class in each row, found none in data row 2.*");
        var other = () => Table.Labels("kind", ["x", "y"]);
        other.Should().Throw<ArgumentException>().WithMessage("Column 'kind': expected one of the classes 'x', 'y', found 'z' in data row 4.*");
    }

    [Fact]
    public void An_encoder_takes_tables_and_finds_its_columns_by_name()
    {
        using var scope = torch.NewDisposeScope();
        var encoder = TableEncoder.Fit(Table, new Dictionary<string, ColumnKind> { ["n"] = ColumnKind.Category });
        encoder.Columns.Select(column => column.GetType()).Should().Equal(typeof(CategoryColumn), typeof(CategoryColumn), typeof(YesNoColumn), typeof(NumberColumn));
        var states = encoder.Encode(Table);
        states.Equals(encoder.Encode(Table.Rows)).Should().BeFalse("it has NaN, which equals nothing");
        states.nan_to_num(-5).Equals(encoder.Encode(Table.Rows).nan_to_num(-5)).Should().BeTrue();
        var turned = Csv.Load("more,size,ok,kind,n\n?,2.5,yes,x,1\n?,NA,no,y,2\n?,-10,yes,x,3\n?,7,no,z,4\n");
        encoder.Encode(turned).nan_to_num(-5).Equals(states.nan_to_num(-5)).Should().BeTrue();

        var back = encoder.DecodeTable(states);
        back.Names.Should().Equal(Table.Names);
        back.Column("kind").Should().Equal("x", "y", "x", "z");
        back.Column("size")[1].Should().BeNull();

        var missing = () => encoder.Encode(Table.Without("ok"));
        missing.Should().Throw<ArgumentException>().WithMessage("*found 'ok'.*");
        var kinds = () => TableEncoder.Fit(Table, new Dictionary<string, ColumnKind> { ["no"] = ColumnKind.Category });
        kinds.Should().Throw<ArgumentException>().WithMessage("*found one of 'no'.*");
    }
}
