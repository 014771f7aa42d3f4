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

    /// <summary>Reads the rows, the only file of the command to be read by these options.</summary>
    public DataFile Read(CommandRun run)
    {
        var file = ReadRows(run);
        Check(run, [file]);
        return file;
    }

    /// <summary>Reads the rows.</summary>
    public DataFile ReadRows(CommandRun run) => Load(run, run.Parsed.GetValue(data)!);

    /// <summary>Reads other rows in the same way; null if there are none.</summary>
    public DataFile? ReadRows(CommandRun run, FileOption other) => run.Parsed.GetValue(other) is { } path ? Load(run, path) : null;

    /// <summary>Reads a file of one number or text a row, which are as they are; null if there is none.</summary>
    public DataFile? ReadLabels(CommandRun run, FileOption other)
        => run.Parsed.GetValue(other) is { } path ? DataFile.Load(run, path, tables.Layout(run.Parsed, path), null, null) : null;

    /// <summary>Refuses options for files of a kind of which none was read.</summary>
    /// <param name="run">The command.</param>
    /// <param name="rows">The files of rows, the first of which messages name; null for those that there are not.</param>
    /// <param name="classes">The files of classes, in the same way.</param>
    public void Check(CommandRun run, IReadOnlyList<DataFile?> rows, params IEnumerable<DataFile?> classes)
    {
        var (path, hasTable) = (rows[0]!.Path, rows.Any(IsTable));
        if (run.Has(ignore) && !hasTable)
            throw new UsageException($"{ignore.Name} is for CSV files; {path} is none.");
        if (!hasTable && !classes.Any(IsTable))
            tables.ExpectNone(run.Parsed, path);
        if (run.Has(key) && rows.All(file => file is null || IsTable(file)))
            throw new UsageException($"{key.Name} is for files of tensors; {path} is a CSV file.");

        static bool IsTable(DataFile? file) => file?.Table is not null;
    }

    private DataFile Load(CommandRun run, string path)
        => DataFile.Load(run, path, tables.Layout(run.Parsed, path), run.Parsed.GetValue(key), run.Parsed.GetValue(scale)).Without(run.Parsed.GetValue(ignore) ?? []);
}
