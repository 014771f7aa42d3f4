using DeepBelief.Data;

namespace DeepBelief.Cli.Data;

/// <summary>Files of text, by their endings.</summary>
internal static class CsvFile
{
    /// <summary>True if a file to write is one of text.</summary>
    public static bool IsCsv(string path) => Ends(path, ".csv") || Ends(path, ".tsv");

    /// <summary>How the text of a file is laid out, unless told otherwise.</summary>
    public static CsvOptions Layout(string path) => Ends(path, ".tsv") || Ends(path, ".tsv.gz") ? new() { Delimiter = '\t' } : new();

    private static bool Ends(string path, string ending) => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase);
}
