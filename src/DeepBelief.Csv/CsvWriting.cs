using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;

namespace DeepBelief.Data;

/// <summary>Writes the lines of CSV files.</summary>
internal static class CsvWriting
{
    public static void Write(Stream stream, CsvTable table, CsvOptions options)
    {
        var layout = new CsvConfiguration(CultureInfo.InvariantCulture) { Delimiter = options.Delimiter.ToString(), NewLine = "\n" };
        if (options.Quote is { } quote)
            (layout.Quote, layout.Escape) = (quote, quote);
        else
            layout.Mode = CsvMode.NoEscape;
        using var writer = new StreamWriter(stream, Plain(options.Encoding), bufferSize: -1, leaveOpen: true);
        using var csv = new CsvWriter(writer, layout, leaveOpen: true);
        if (options.HasHeader)
            WriteLine(csv, table.Names, options);
        foreach (var row in table.Rows)
            WriteLine(csv, row, options);
    }

    private static void WriteLine(CsvWriter csv, IReadOnlyList<string?> values, CsvOptions options)
    {
        foreach (var value in values)
        {
            // A line that is empty would be skipped.
            var isEmptyLine = values.Count == 1 && string.IsNullOrEmpty(value);
            if (options.Quote is null && (isEmptyLine || value?.AsSpan().IndexOfAny(options.Delimiter, '\r', '\n') is >= 0))
                throw new ArgumentException($"Expected texts that need no quotes, as the options have none, found '{value}'.", nameof(options));
            // CsvHelper looks for the end of lines that it writes; it reads others.
            if (isEmptyLine || value?.AsSpan().IndexOfAny('\r', '\n') is >= 0)
                csv.WriteField(value ?? string.Empty, shouldQuote: true);
            else
                csv.WriteField(value);
        }

        csv.NextRecord();
    }

    // UTF-8 needs no byte order mark, and throws where a text has half a character.
    private static Encoding Plain(Encoding encoding)
    {
        if (encoding is UTF8Encoding)
            return new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
        var strict = (Encoding)encoding.Clone();
        strict.EncoderFallback = EncoderFallback.ExceptionFallback;
        return strict;
    }
}
