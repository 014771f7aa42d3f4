using System.CommandLine;
using DeepBelief.Cli.Options;

namespace DeepBelief.Cli.Data;

/// <summary>The options by which files of rows are read.</summary>
internal sealed class DataOptions
{
    private readonly FileArgument data = new("data")
    {
        Description = $"Rows: a CSV file, plain or compressed with gzip, or one of {TensorFile.Shown}; - is standard input. What it is, its content says. Images of uint8, with three dimensions or more, are flattened and divided by 255.",
        Use = new() { CanBeStandard = true },
    };

    private readonly Option<string> key = new("--key") { Description = "The tensor to read, where a file has several.", HelpName = "name" };

    private readonly Option<double?> scale = NumberOption.Positive("--scale", "Divide numbers by this, 255 for grey values for example.");

    private readonly Option<string[]> ignore = new("--ignore") { Description = "Columns of CSV files to leave out.", HelpName = "column", AllowMultipleArgumentsPerToken = true };

    private readonly TableOptions tables;

    /// <summary>Adds the argument and the options to a command.</summary>
    public DataOptions(Command command)
    {
        command.Add(data);
        tables = new TableOptions(command);
        foreach (var option in new Option[] { key, scale, ignore })
            command.Add(option);
    }

    /// <summary>Reads the rows.</summary>
    /// <param name="run">The command.</param>
    /// <param name="hasOthers">True if other files, which may be CSV files, are read, too.</param>
    public DataFile Read(CommandRun run, bool hasOthers = false)
    {
        var file = Read(run, run.Parsed.GetValue(data)!);
        if (file.Table is null && !hasOthers)
            tables.ExpectNone(run.Parsed, file.Path);
        return file;
    }

    /// <summary>Reads another file in the same way.</summary>
    public DataFile Read(CommandRun run, string path)
    {
        var file = DataFile.Load(run, path, tables.Layout(run.Parsed, path), run.Parsed.GetValue(key), run.Parsed.GetValue(scale));
        return run.Parsed.GetValue(ignore) is { Length: > 0 } columns ? file.Without(columns) : file;
    }

    /// <summary>Reads a file of one number a row, whose values are as they are.</summary>
    public DataFile ReadLabels(CommandRun run, string path) => DataFile.Load(run, path, tables.Layout(run.Parsed, path), null, null);
}
