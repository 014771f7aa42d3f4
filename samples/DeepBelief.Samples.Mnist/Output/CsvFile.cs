using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;

namespace DeepBelief.Samples.Mnist.Output;

/// <summary>Results as CSV files. Numbers lose no digit, but in columns with a format of their own.</summary>
internal static class CsvFile
{
    private static readonly CsvConfiguration Layout = new(CultureInfo.InvariantCulture) { NewLine = "\n" };

    /// <summary>Writes the whole file, with a column for each property of the rows, or nothing.</summary>
    /// <returns>The file's path.</returns>
    /// <exception cref="IOException">The file can't be written.</exception>
    public static async Task<string> WriteAsync<TRow>(string folder, string name, IEnumerable<TRow> rows, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, name);
        using var text = new StringWriter();
        using (var csv = new CsvWriter(text, Layout))
            csv.WriteRecords(rows);
        await OutputFile.WriteAsync(path, text.ToString(), cancellationToken);
        return path;
    }
}
