using System.CommandLine;
using DeepBelief.Cli.Data;
using DeepBelief.Cli.Options;
using DeepBelief.Data;
using DeepBelief.Files;

namespace DeepBelief.Cli.Models;

/// <summary>Where the classes of rows are.</summary>
internal sealed class LabelOptions
{
    private readonly Option<string> column = new("--label-column") { Description = "The column of the CSV file that has the classes.", HelpName = "column" };
    private readonly FileOption file = new("--labels") { Description = "A file of the classes, one a row: whole numbers from 0, or texts in a CSV file of one column.", HelpName = "file", Use = new() { CanBeStandard = true } };

    /// <summary>Adds the options to a command.</summary>
    public LabelOptions(Command command)
    {
        command.Add(column);
        command.Add(file);
        command.Validators.Add(result =>
        {
            if (result.GetResult(column) is not null && result.GetResult(file) is not null)
                result.AddError($"{file.Name} and {column.Name} exclude each other.");
        });
    }

    /// <summary>True if one of the options was given.</summary>
    public bool AreGiven(CommandRun run) => Column(run) is not null || AreInFile(run);

    /// <summary>True if the classes are in a file of their own.</summary>
    public bool AreInFile(CommandRun run) => run.Parsed.GetValue(file) is not null;

    /// <summary>The column that was named, or null.</summary>
    public string? Column(CommandRun run) => run.Parsed.GetValue(column);

    /// <summary>The file of the classes; null if they have none of their own.</summary>
    public DataFile? File(CommandRun run, DataOptions data) => data.ReadLabels(run, file);

    /// <summary>Reads the classes of rows.</summary>
    /// <param name="run">The command.</param>
    /// <param name="own">Their own file, by <see cref="File"/>.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="known">The classes that there are; null if they are still to be found.</param>
    /// <returns>The class of each row, <c>[rows]</c>; and the column of their texts, or null if they are numbers.</returns>
    public (Tensor Labels, CategoryColumn? Column) Read(CommandRun run, DataFile? own, DataFile rows, KnownClasses? known = null)
    {
        if (own is not null)
            return Read(own, rows, known);
        var name = run.Parsed.GetValue(column) ?? known?.Column?.Name ?? throw new UsageException("Expected the classes of the rows, by --label-column or --labels.");
        if (rows.Table is null)
            throw new UsageException($"--label-column is for CSV files; --labels names a file of the classes of {rows.Path}.");
        // Of classes without names, they are numbers: texts numbered anew would be other classes.
        return known is { Column: null } ? Read(rows.Column(name), rows, known) : Texts(rows, name, known?.Column);
    }

    /// <summary>Reads a file of classes: texts, or whole numbers from 0.</summary>
    /// <param name="file">The file.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="known">The classes that there are; null if they are still to be found.</param>
    /// <returns>The class of each row, <c>[rows]</c>; and the column of their texts, or null if they are numbers.</returns>
    public static (Tensor Labels, CategoryColumn? Column) Read(DataFile file, DataFile rows, KnownClasses? known)
    {
        if (file.ClassTexts(known?.Column?.Categories) is not { } table)
            return (file.Classes(rows, known?.Count), known?.Column);
        if (table.Names is not [var name])
            throw new DataFormatException($"{file.Path}: expected one column of classes, found {table.Names.Count}: {string.Join(", ", table.Names)}. '--label-column' names a column of the file of the rows.");
        if (known is { Column: null })
            throw new DataFormatException($"{file.Path}: expected classes as whole numbers from 0, as {known.WithoutNames}, found texts, the first of them '{table.Rows[0][0]}'.");
        file.ExpectOneForEach(rows, table.Rows.Count);
        return Texts(file, table, name, known?.Column);
    }

    private static (Tensor Labels, CategoryColumn? Column) Texts(DataFile file, string name, CategoryColumn? known) => Texts(file, file.Table!, name, known);

    private static (Tensor Labels, CategoryColumn? Column) Texts(DataFile file, CsvTable table, string name, CategoryColumn? known) => file.Named(() =>
    {
        var (labels, texts) = table.Labels(name, known?.Categories);
        return texts.Count > 1 ? (labels, known ?? new CategoryColumn(name, texts)) : throw new ArgumentException($"Column '{name}': expected two classes or more, found '{texts[0]}' alone.");
    });
}
