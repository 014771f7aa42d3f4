#region usings
using DeepBelief;
using DeepBelief.Data;
using DeepBelief.Units;
#endregion

namespace Snippets;

/// <summary>The readme of the package DeepBelief.Csv.</summary>
public sealed class CsvSnippets : Support.SnippetTests
{
    [Fact]
    public void Tables_are_read_from_CSV_files()
    {
        File.WriteAllText("people.csv", "age,transport,car\n31,bus,no\n54,car,yes\n,bike,no\n20,bus,no\n");
        using (var gzip = new System.IO.Compression.GZipStream(File.Create("digits.csv.gz"), System.IO.Compression.CompressionLevel.Fastest))
            gzip.Write("0,1,2\n3,4,5\n"u8);

        #region program
        var table = CsvTable.Load("people.csv");
        var encoder = TableEncoder.Fit(table);              // numbers, yes/no, categories, gaps
        using var rows = encoder.Encode(table);
        using var rbm = new Rbm(encoder.CreateUnits(), new BernoulliUnits(40));

        var digits = CsvTable.Load("digits.csv.gz", new() { HasHeader = false });
        using var numbers = digits.ToTensor();              // [rows, columns], float32

        var (labels, classes) = table.Labels("transport");  // a column of classes, by its name
        using var features = TableEncoder.Fit(table.Without("transport")).Encode(table);
        #endregion

        rows.shape.Should().Equal(4, 1 + 3 + 1);
        numbers.data<float>().ToArray().Should().Equal(0, 1, 2, 3, 4, 5);
        labels.data<long>().ToArray().Should().Equal(1, 2, 0, 1);
        classes.Should().Equal("bike", "bus", "car");
        features.shape.Should().Equal(4, 2);
        labels.Dispose();
    }
}
