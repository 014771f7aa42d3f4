using System.Text;
using DeepBelief.Data;
using DeepBelief.Tests.Support;

namespace DeepBelief.Csv.Tests;

public sealed class WritingTests
{
    private static readonly CsvTable Table = new(["a", "b, c"], [["1", "say \"hi\""], [null, "two\nlines"], [" x ", "ä"]]);

    [Fact]
    public void Values_that_need_quotes_have_them()
        => Csv.Text(Table).Should().Be("a,\"b, c\"\n1,\"say \"\"hi\"\"\"\n,\"two\nlines\"\n\" x \",ä\n");

    [Fact]
    public void What_is_written_is_read_again_in_any_layout()
    {
        CsvOptions[] layouts = [new(), new() { Delimiter = '\t', Quote = '\'' }, new() { Encoding = Encoding.Unicode }, new() { Encoding = Encoding.Latin1, Delimiter = ';' }];
        foreach (var options in layouts)
        {
            var again = Csv.Load(Csv.Bytes(Table, options), options);
            again.Names.Should().Equal(Table.Names);
            again.Rows.Select(row => string.Join('|', row)).Should().Equal(Table.Rows.Select(row => string.Join('|', row)));
        }
    }

    [Fact]
    public void A_gap_in_the_only_column_is_no_blank_line_which_would_be_skipped()
        => Csv.Load(Csv.Text(new CsvTable(["a"], [["1"], [null], ["3"]]))).Column("a").Should().Equal("1", "", "3");

    [Fact]
    public void A_text_with_any_end_of_a_line_stays_one_value()
        => Csv.Load(Csv.Text(new CsvTable(["a", "b"], [["x\ry", "1"], ["x\r\ny", "2"]]))).Column("a").Should().Equal("x\ry", "x\r\ny");

    [Fact]
    public void Tensors_of_complex_numbers_are_refused()
    {
        using var scope = torch.NewDisposeScope();
        var values = torch.zeros(2, 3, ScalarType.ComplexFloat32);
        var make = () => CsvTable.FromTensor(values);
        make.Should().Throw<ArgumentException>().WithMessage("Expected real numbers, found ComplexFloat32.*");
    }

    [Fact]
    public void Without_quotes_a_line_that_would_be_skipped_is_refused()
    {
        var save = () => Csv.Text(new CsvTable(["a"], [["1"], [null], ["3"]]), new() { Quote = null });
        save.Should().Throw<ArgumentException>().WithMessage("Expected texts that need no quotes*");
    }

    [Fact]
    public void What_can_not_be_written_is_refused_and_the_old_file_stays()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("a.csv", [65]);
        foreach (var options in new CsvOptions[] { new() { Quote = null }, new() { Encoding = Encoding.ASCII } })
        {
            var save = () => Table.Save(path, options);
            save.Should().Throw<ArgumentException>();
        }

        File.ReadAllBytes(path).Should().Equal(65);
        folder.Files.Should().Equal("a.csv");
        var withoutQuotes = () => Table.Save(path, new() { Quote = null });
        withoutQuotes.Should().Throw<ArgumentException>().WithMessage("Expected texts that need no quotes, as the options have none, found 'b, c'.*");
    }

    [Fact]
    public void Without_a_header_no_names_are_written()
        => Csv.Text(new CsvTable(["a", "b"], [["1", "2"]]), new() { HasHeader = false }).Should().Be("1,2\n");
}
