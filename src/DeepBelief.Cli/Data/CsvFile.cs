using System.Text;
using DeepBelief.Cli.Options;
using DeepBelief.Data;

namespace DeepBelief.Cli.Data;

/// <summary>Files of text, by their endings.</summary>
internal static class CsvFile
{
    /// <summary>How files of text that are written end.</summary>
    public static IReadOnlyList<string> Endings { get; } = [".csv", ".tsv"];

    /// <summary>True if a file to write is one of text.</summary>
    public static bool IsCsv(string path) => path.HasEnding(Endings);

    /// <summary>How the text of a file is laid out, unless told otherwise.</summary>
    public static CsvOptions Layout(string path) => path.HasEnding(".tsv", ".tsv.gz") ? new() { Delimiter = '\t' } : new();

    /// <summary>A table as a CSV file has it.</summary>
    public static string Text(CsvTable table)
    {
        using var text = new MemoryStream();
        table.Save(text);
        return Encoding.UTF8.GetString(text.ToArray());
    }
}
