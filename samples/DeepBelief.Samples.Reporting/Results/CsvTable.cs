using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using DeepBelief.Samples.Reporting.Output;

namespace DeepBelief.Samples.Reporting.Results;

/// <summary>Tables as CSV. Numbers lose no digit, but in columns with a format of their own.</summary>
public static class CsvTable
{
    private static readonly CsvConfiguration Layout = new(CultureInfo.InvariantCulture) { NewLine = "\n" };

    /// <summary>A header and a line for each row.</summary>
    public static string Format(ResultTable table)
    {
        using var text = new StringWriter();
        using (var csv = new CsvWriter(text, Layout))
        {
            foreach (var column in table.Columns.Where(column => !column.IsJsonOnly))
                csv.WriteField(column.Name);
            csv.NextRecord();
            foreach (var row in table.Rows)
            {
                foreach (var (value, column) in row.Zip(table.Columns).Where(cell => !cell.Second.IsJsonOnly))
                    csv.WriteField(Text(value, column.CsvFormat));
                csv.NextRecord();
            }
        }

        return text.ToString();
    }

    /// <summary>Writes the whole file or nothing; returns its path.</summary>
    /// <exception cref="IOException">The file can't be written.</exception>
    public static string Write(string folder, string name, ResultTable table)
    {
        var path = Path.Combine(folder, name);
        OutputFile.Write(path, Format(table));
        return path;
    }

    private static string Text(object? value, string? format) => value switch
    {
        null => "",
        IFormattable number => number.ToString(format, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}
