using System.CommandLine;
using DeepBelief.Data;

namespace DeepBelief.Cli.Data;

/// <summary>The options by which files of rows are read.</summary>
internal sealed class DataOptions
{
    private readonly Argument<string> data = new("data")
    {
        Description = $"Rows: a CSV file, plain or compressed with gzip, or one of {TensorFile.Endings}. What it is, its content says. Images of uint8, with three dimensions or more, are flattened and divided by 255.",
    };

    private readonly Option<bool> noHeader = new("--no-header") { Description = "The first line of CSV files is a row; the columns are column1, column2, ..." };

    private readonly Option<string> delimiter = new("--delimiter")
    {
        Description = "What is between the values of CSV files; 'tab' is a tab. Default: a comma, in .tsv files a tab.",
        HelpName = "character",
    };

    private readonly Option<string> encoding = new("--encoding") { Description = "The encoding of CSV files, such as latin1. Default: UTF-8.", HelpName = "name" };

    private readonly Option<string> key = new("--key") { Description = "The tensor to read, where a file has several.", HelpName = "name" };

    private readonly Option<double?> scale = new("--scale") { Description = "Divide numbers by this, 255 for grey values for example.", HelpName = "number" };

    private readonly Option<string[]> ignore = new("--ignore") { Description = "Columns of CSV files to leave out.", HelpName = "column", AllowMultipleArgumentsPerToken = true };

    /// <summary>Adds the argument and the options to a command.</summary>
    public DataOptions(Command command)
    {
        command.Add(data);
        foreach (var option in new Option[] { noHeader, delimiter, encoding, key, scale, ignore })
            command.Add(option);
    }

    /// <summary>Reads the rows.</summary>
    public DataFile Read(ParseResult parsed) => Read(parsed, parsed.GetValue(data)!);

    /// <summary>Reads another file in the same way.</summary>
    public DataFile Read(ParseResult parsed, string path)
    {
        if (parsed.GetValue(scale) is { } by && !(by > 0 && double.IsFinite(by)))
            throw new UsageException($"--scale: expected a number above 0, found {by}.");
        var file = DataFile.Load(path, Layout(parsed, path), parsed.GetValue(key), parsed.GetValue(scale));
        return parsed.GetValue(ignore) is { Length: > 0 } columns ? file.Without(columns) : file;
    }

    /// <summary>Reads a file of one number a row, whose values are as they are.</summary>
    public DataFile ReadLabels(ParseResult parsed, string path) => DataFile.Load(path, Layout(parsed, path), null, null);

    private CsvOptions Layout(ParseResult parsed, string path)
    {
        var layout = CsvFile.Layout(path) with { HasHeader = !parsed.GetValue(noHeader) };
        if (parsed.GetValue(delimiter) is { } between)
            layout = layout with { Delimiter = between is "tab" or "\\t" ? '\t' : between.Length == 1 ? between[0] : throw new UsageException($"--delimiter: expected one character or 'tab', found '{between}'.") };
        if (parsed.GetValue(encoding) is not { } name)
            return layout;
        try
        {
            return layout with { Encoding = System.Text.Encoding.GetEncoding(name) };
        }
        catch (ArgumentException e)
        {
            throw new UsageException($"--encoding: expected the name of an encoding, such as utf-8, utf-16 or latin1, found '{name}'. {e.Message}");
        }
    }
}
