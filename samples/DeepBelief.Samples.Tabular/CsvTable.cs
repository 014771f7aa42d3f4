using System.Globalization;
using CsvHelper;

namespace DeepBelief.Samples.Tabular;

/// <summary>Reads CSV files with a header.</summary>
internal static class CsvTable
{
    public static Table Read(string path)
    {
        using var reader = new StreamReader(path);
        using var parser = new CsvParser(reader, CultureInfo.InvariantCulture);
        if (!parser.Read())
            throw new ArgumentException($"{path}: expected a header, found an empty file.");
        var names = parser.Record!;
        var rows = new List<string?[]>();
        while (parser.Read())
            rows.Add(parser.Record!);
        return new Table(names, rows);
    }
}
