using System.Text;
using DeepBelief.Data;
using DeepBelief.Files;
using DeepBelief.Tests.Support;

namespace DeepBelief.Csv.Tests;

public sealed class ReadingTests
{
    [Fact]
    public void Quotes_gaps_and_ends_of_lines_are_read_as_they_are_meant()
    {
        var table = Csv.Load("name,\"size, m\",note\r\nAnn,1.7,\"says \"\"hi\"\"\"\r\n\r\nBob,,\"two\nlines\"\n Carl ,\"\",5 disks");
        table.Names.Should().Equal("name", "size, m", "note");
        table.Rows.Should().HaveCount(3);
        table.Rows[0].Should().Equal("Ann", "1.7", "says \"hi\"");
        table.Rows[1].Should().Equal("Bob", "", "two\nlines");
        table.Rows[2].Should().Equal(" Carl ", "", "5 disks");
    }

    [Fact]
    public void The_layout_can_be_another()
    {
        var table = Csv.Load("'a;b';2\nits;'it''s'\n", new() { HasHeader = false, Delimiter = ';', Quote = '\'' });
        table.Names.Should().Equal("column1", "column2");
        table.Rows.Should().HaveCount(2);
        table.Rows[0].Should().Equal("a;b", "2");
        table.Rows[1].Should().Equal("its", "it's");
        Csv.Load("a\tb\n\"1\t2\"\n", new() { Delimiter = '\t', Quote = null }).Rows.Should().ContainSingle().Which.Should().Equal("\"1", "2\"");
    }

    [Fact]
    public void Text_is_read_in_its_encoding_and_byte_order_marks_are_none_of_it()
    {
        const string Text = "größe,x\nä,1\n";
        byte[][] marked = [[.. Encoding.UTF8.GetPreamble(), .. Encoding.UTF8.GetBytes(Text)], [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(Text)], Encoding.UTF8.GetBytes(Text)];
        foreach (var file in marked)
        {
            foreach (var table in new[] { Csv.Load(file), Csv.Load(Csv.Compressed(file)) })
            {
                table.Names.Should().Equal("größe", "x");
                table.Rows[0].Should().Equal("ä", "1");
            }
        }

        Csv.Load(Encoding.Latin1.GetBytes(Text), new() { Encoding = Encoding.Latin1 }).Names[0].Should().Be("größe");
        Refused(() => Csv.Load(Encoding.Latin1.GetBytes(Text)), "Line * or soon after: expected text in utf-8, found other bytes. CsvOptions.Encoding names another encoding.");
    }

    [Theory]
    [InlineData("a,b\n1,2\n3\n", "Line 3: expected 2 values, as the first line has, found 1.")]
    [InlineData("a,b\n\n1,2\n\"x\ny\",2,3\n", "Line 5: expected 2 values, as the first line has, found 3.")]
    [InlineData("a\n1,2\n", "Line 2: expected 1 value, as the first line has, found 2.")]
    [InlineData("a,b\n1,\"2\n3,4\n", "Line 2: expected quotes around a whole value, and two for one inside, found '\"2*")]
    [InlineData("a,b\n1,\"2\"3\n", "Line 2: expected quotes around a whole value, and two for one inside, found '\"2\"3'.")]
    [InlineData("a,\"\n", "*expected quotes around a whole value*")]
    [InlineData("a\n5\" disk\n", "Line 2: expected quotes around a whole value, and two for one inside, found '5\" disk'.")]
    [InlineData("a,b,a\n1,2,3\n", "The first line: Expected columns of different names, found more than one 'a'.*")]
    [InlineData("", "Expected a line of names, found an empty file.")]
    [InlineData("\n\n", "Expected a line of names, found an empty file.")]
    public void What_could_be_a_mistake_is_refused_with_its_line(string text, string message)
    {
        Refused(() => Csv.Load(text), message);
        using var folder = new TemporaryFolder();
        var path = folder.Write("table.csv", Encoding.UTF8.GetBytes(text));
        Refused(() => CsvTable.Load(path), $"{path}: {message}");
    }

    [Fact]
    public void A_header_alone_is_a_table_without_rows_and_without_a_header_no_line_is_missing()
    {
        Csv.Load("a,b\n").Rows.Should().BeEmpty();
        Csv.Load("1,2\n", new() { HasHeader = false }).Rows.Should().ContainSingle();
        Refused(() => Csv.Load("", new() { HasHeader = false }), "Expected lines of values, found an empty file.");
    }

    [Fact]
    public void A_compressed_file_that_is_cut_short_or_damaged_is_no_shorter_table()
    {
        var refused = 0;
        var whole = Csv.Compressed(Encoding.UTF8.GetBytes("a,b\n" + string.Concat(Enumerable.Range(0, 40).Select(i => $"{i},{i * i}\n"))));
        Csv.Load(whole).Rows.Should().HaveCount(40);
        for (var length = 2; length < whole.Length; length++)
            Refused(() => Csv.Load(whole[..length]), "*xpected*found*");
        for (var at = 10; at < whole.Length; at++)
        {
            var damaged = (byte[])whole.Clone();
            damaged[at] ^= 0x10;
            try
            {
                // Bits that fill up the last byte mean nothing.
                Csv.Load(damaged).Column("b").Should().Equal(Csv.Load(whole).Column("b"));
            }
            catch (DataFormatException)
            {
                refused++;
            }
        }

        refused.Should().BeGreaterThanOrEqualTo(whole.Length - 11);
    }

    [Fact]
    public void A_small_file_that_becomes_large_is_refused_before_it_does()
    {
        var bomb = Csv.Compressed([.. Encoding.UTF8.GetBytes("a\n\""), .. Enumerable.Repeat((byte)'x', 30_000_000)]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Refused(() => Csv.Load(bomb), "Expected compressed data of at most * bytes, as the file is small, found more.");
        // 4 MB, in a buffer that doubled to hold them.
        (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(50_000_000);
    }

    [Fact]
    public void Options_out_of_range_are_named_together()
    {
        var load = () => Csv.Load("a\n", new() { Delimiter = '\n', Quote = ' ', Encoding = null! });
        load.Should().Throw<ArgumentException>().WithMessage("*Delimiter*").WithMessage("*Quote*").WithMessage("*Encoding*");
        var same = () => Csv.Load("a\n", new() { Delimiter = ';', Quote = ';' });
        same.Should().Throw<ArgumentException>().WithMessage("*Quote*");
        var none = () => CsvTable.Load(new MemoryStream(), new() { Delimiter = '\0' });
        none.Should().Throw<ArgumentException>().WithMessage("*Delimiter*");
    }

    private static void Refused(Action read, string message) => read.Should().Throw<DataFormatException>().WithMessage(message);
}
