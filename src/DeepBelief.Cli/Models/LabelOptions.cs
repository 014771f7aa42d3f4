using System.CommandLine;
using DeepBelief.Cli.Data;
using DeepBelief.Cli.Options;
using DeepBelief.Data;

namespace DeepBelief.Cli.Models;

/// <summary>Where the classes of rows are.</summary>
internal sealed class LabelOptions
{
    private readonly Option<string> column = new("--label-column") { Description = "The column of the CSV file that has the classes.", HelpName = "column" };
    private readonly FileOption file = new("--labels") { Description = "A file of the classes, whole numbers from 0, one a row.", HelpName = "file", Use = new() { CanBeStandard = true } };

    /// <summary>Adds the options to a command.</summary>
    public LabelOptions(Command command)
    {
        command.Add(column);
        command.Add(file);
    }

    /// <summary>True if one of the options was given.</summary>
    public bool AreGiven(CommandRun run) => Column(run) is not null || AreInFile(run);

    /// <summary>True if the classes are in a file of their own.</summary>
    public bool AreInFile(CommandRun run) => run.Parsed.GetValue(file) is not null;

    /// <summary>The column that was named, or null.</summary>
    public string? Column(CommandRun run) => run.Parsed.GetValue(column);

    /// <summary>Reads the classes of rows.</summary>
    /// <param name="run">The command.</param>
    /// <param name="data">How files are read.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="known">The column of classes that a model has, whose name is that of the column unless another is given.</param>
    /// <param name="classes">How many classes a model has; null if it is still to be made.</param>
    /// <returns>The class of each row, <c>[rows]</c>; and the column of their texts, or null if they are numbers.</returns>
    public (Tensor Labels, CategoryColumn? Column) Read(CommandRun run, DataOptions data, DataFile rows, CategoryColumn? known = null, long? classes = null)
    {
        if (run.Parsed.GetValue(file) is { } path)
        {
            return run.Parsed.GetValue(column) is null
                ? (data.ReadLabels(run, path).Classes(rows, classes), null)
                : throw new UsageException("--labels and --label-column exclude each other.");
        }

        var name = run.Parsed.GetValue(column) ?? known?.Name ?? throw new UsageException("Expected the classes of the rows, by --label-column or --labels.");
        if (rows.Table is not { } table)
            throw new UsageException($"--label-column is for CSV files; --labels names a file of the classes of {rows.Path}.");
        return rows.Named(() =>
        {
            var (labels, texts) = table.Labels(name, known?.Categories);
            return texts.Count > 1 ? (labels, known ?? new CategoryColumn(name, texts)) : throw new ArgumentException($"Column '{name}': expected two classes or more, found '{texts[0]}' alone.");
        });
    }
}
