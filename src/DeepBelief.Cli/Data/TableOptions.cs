using System.CommandLine;
using System.Text;
using DeepBelief.Cli.Options;
using DeepBelief.Data;

namespace DeepBelief.Cli.Data;

/// <summary>The options by which CSV files are read.</summary>
internal sealed class TableOptions
{
    private const string Tab = "tab";

    private readonly Option<bool> noHeader = new("--no-header") { Description = "The first line of CSV files is a row; the columns are column1, column2, ..." };

    private readonly Option<string> delimiter = new("--delimiter")
    {
        Description = "What is between the values of CSV files; 'tab' is a tab. Default: a comma, in .tsv files a tab.",
        HelpName = "character",
    };

    private readonly Option<string> encoding = new("--encoding") { Description = "The encoding of CSV files, such as latin1. Default: UTF-8.", HelpName = "name" };

    /// <summary>Adds the options to a command.</summary>
    public TableOptions(Command command)
    {
        delimiter.Expect(text => text is Tab or "\\t" || (text.Length == 1 && text[0] is not ('\r' or '\n' or '\0' or '"')), $"one character, no quote, or '{Tab}'");
        encoding.Expect(text => Find(text) is not null, "the name of an encoding, such as utf-8, utf-16 or latin1");
        foreach (var option in All)
            command.Add(option);
    }

    private IReadOnlyList<Option> All => [noHeader, delimiter, encoding];

    /// <summary>How a CSV file is laid out.</summary>
    public CsvOptions Layout(ParseResult parsed, string path)
    {
        var layout = CsvFile.Layout(path) with { HasHeader = !parsed.GetValue(noHeader) };
        if (parsed.GetValue(delimiter) is { } between)
            layout = layout with { Delimiter = between.Length == 1 ? between[0] : '\t' };
        return parsed.GetValue(encoding) is { } name ? layout with { Encoding = Find(name)! } : layout;
    }

    /// <summary>Throws if one of the options was given, where no CSV file is read.</summary>
    public void ExpectNone(ParseResult parsed, string path)
    {
        if (All.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } given)
            throw new UsageException($"{given.Name} is for CSV files; {path} is none.");
    }

    private static Encoding? Find(string name)
    {
        try
        {
            return Encoding.GetEncoding(name);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }
}
