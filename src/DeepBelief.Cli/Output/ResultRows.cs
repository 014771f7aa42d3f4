using System.CommandLine;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DeepBelief.Cli.Data;
using DeepBelief.Cli.Options;
using DeepBelief.Data;

namespace DeepBelief.Cli.Output;

/// <summary>Where a command's rows go: into a file, whose ending says its format, or as CSV to standard output.</summary>
internal sealed partial class ResultRows
{
    private readonly FileOption file = new("--out", "-o")
    {
        Description = $"File of the rows: {TensorFile.Shown}, .csv or .tsv. Without it, or with -, CSV on standard output, or the rows in the JSON document.",
        HelpName = "file",
        Use = new() { IsWritten = true, CanBeStandard = true, Endings = [.. TensorFile.AllEndings, .. CsvFile.Endings] },
    };

    /// <summary>Adds the option to a command.</summary>
    public ResultRows(Command command) => command.Add(file);

    /// <summary>Refuses, before the work, a file that can't hold rows of texts.</summary>
    public void ExpectTexts(CommandRun run)
    {
        if (Path(run) is { } path && !CsvFile.IsCsv(path))
            throw new UsageException($"{path}: expected a file ending with .csv or .tsv, as the rows have texts, found another.");
    }

    /// <summary>Writes rows of numbers.</summary>
    /// <param name="run">The command.</param>
    /// <param name="values"><c>[rows, columns]</c>.</param>
    /// <param name="names">The columns' names.</param>
    /// <param name="json">What the document says beside them.</param>
    public Outcome Write(CommandRun run, Tensor values, IReadOnlyList<string> names, JsonObject json)
    {
        if (Path(run) is not { } path || CsvFile.IsCsv(path))
            return Write(run, CsvTable.FromTensor(values, names), json);
        TensorFile.SaveOne(path, values);
        return Written(json, path, values.shape[0]);
    }

    /// <summary>Writes rows of texts.</summary>
    public Outcome Write(CommandRun run, CsvTable table, JsonObject json)
    {
        ExpectTexts(run);
        if (Path(run) is { } path)
        {
            table.Save(path, CsvFile.Layout(path));
            return Written(json, path, table.Rows.Count);
        }

        json["columns"] = new JsonArray([.. table.Names.Select(name => JsonValue.Create(name))]);
        bool[] areNumbers = [.. table.Names.Select((_, column) => table.Rows.All(row => row[column] is not { } text || Number.IsMatch(text)))];
        json["rows"] = new JsonArray([.. table.Rows.Select(row => new JsonArray([.. row.Select((text, column) => Value(text, areNumbers[column]))]))]);
        return new(json, CsvFile.Text(table));
    }

    private string? Path(CommandRun run) => run.Parsed.GetValue(file) is { } path && path != FileUse.Standard ? path : null;

    private static Outcome Written(JsonObject json, string path, long rows)
    {
        json["file"] = path;
        json["rows"] = rows;
        return Outcome.Of(json, $"{rows} rows written to {path}");
    }

    // Numbers keep their digits; a column is one of numbers if all its texts are, as JSON has them: 01234 is none.
    private static JsonNode? Value(string? text, bool isNumber)
        => text is null ? null : isNumber ? JsonNode.Parse(text) : JsonValue.Create(text);

    [GeneratedRegex(@"\A-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?\z")]
    private static partial Regex Number { get; }
}
