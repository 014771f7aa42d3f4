using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using DeepBelief.Files;

namespace DeepBelief.Data;

/// <summary>Reads the lines of CSV files.</summary>
internal static class CsvReading
{
    private const string UsualDelimiters = ";\t|,";
    private const int MostShown = 60;

    public static CsvTable Read(Stream content, CsvOptions options)
    {
        using var reader = new StreamReader(content, Strict(options.Encoding), detectEncodingFromByteOrderMarks: true, bufferSize: -1, leaveOpen: true);
        using var parser = new CsvParser(reader, Layout(options), leaveOpen: true);
        try
        {
            return Read(parser, options);
        }
        catch (DecoderFallbackException e)
        {
            throw new DataFormatException($"Line {parser.RawRow} or soon after: expected text in {options.Encoding.WebName}, found other bytes. {nameof(CsvOptions)}.{nameof(CsvOptions.Encoding)} names another encoding.", e);
        }
    }

    /// <summary>The names of the columns of files without a header.</summary>
    public static string[] Names(long columns) => [.. Enumerable.Range(1, (int)columns).Select(i => FormattableString.Invariant($"column{i}"))];

    private static CsvTable Read(CsvParser parser, CsvOptions options)
    {
        var hasHeader = options.HasHeader;
        if (!parser.Read())
            throw new DataFormatException($"Expected {(hasHeader ? "a line of names" : "lines of values")}, found an empty file.");
        var first = parser.Record!;
        var rows = new List<string[]>();
        if (!hasHeader)
            rows.Add(first);
        while (parser.Read())
        {
            if (parser.Count != first.Length)
                throw new DataFormatException($"Line {parser.RawRow}: expected {first.Length} {(first.Length == 1 ? "value" : "values")}, as the first line has, found {parser.Count}.{Hint(first, options)}");
            rows.Add(parser.Record!);
        }

        try
        {
            return new CsvTable(hasHeader ? first : Names(first.Length), rows);
        }
        catch (ArgumentException e)
        {
            throw new DataFormatException($"The first line: {e.Message}", e);
        }
    }

    // Decimal commas in a file of semicolons, for instance.
    private static string Hint(string[] first, CsvOptions options)
        => first is [var line] && line.AsSpan().IndexOfAny([.. UsualDelimiters.Where(usual => usual != options.Delimiter)]) is >= 0 and var at
            ? $" The first line has '{line[at]}' in it: {nameof(CsvOptions)}.{nameof(CsvOptions.Delimiter)} says that it is between the values, if not '{options.Delimiter}'."
            : "";

    private static CsvConfiguration Layout(CsvOptions options)
    {
        var layout = new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Delimiter = options.Delimiter.ToString(),
            Mode = options.Quote is null ? CsvMode.NoEscape : CsvMode.RFC4180,
            BadDataFound = found => throw new DataFormatException(
                $"Line {found.Context.Parser!.RawRow - found.Field.Count(character => character == '\n')}: expected quotes around a whole value, and two for one inside, found '{Shown(found.Field)}'."),
        };
        if (options.Quote is { } quote)
            (layout.Quote, layout.Escape) = (quote, quote);
        return layout;
    }

    // With its byte order mark, so that such a mark is not taken for text.
    private static Encoding Strict(Encoding encoding)
    {
        var strict = (Encoding)encoding.Clone();
        strict.DecoderFallback = DecoderFallback.ExceptionFallback;
        return strict;
    }

    private static string Shown(string text) => text.Length <= MostShown ? text : $"{text[..MostShown]}...";
}
