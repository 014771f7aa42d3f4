using System.CommandLine;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DeepBelief.Cli.Data;
using DeepBelief.Data;

namespace DeepBelief.Cli.Output;

/// <summary>Where a command's rows go: into a file, whose ending says its format, or as CSV to standard output.</summary>
internal sealed partial class ResultRows
{
    private readonly Option<string> file = new("--out", "-o")
    {
        Description = $"File of the rows: {TensorFile.Endings}, .csv or .tsv. Without it, CSV on standard output, or the rows in the JSON document.",
        HelpName = "file",
    };

    /// <summary>Adds the option to a command.</summary>
    public ResultRows(Command command) => command.Add(file);

    /// <summary>Writes rows of numbers.</summary>
    /// <param name="run">The command.</param>
    /// <param name="values"><c>[rows, columns]</c>.</param>
    /// <param name="names">The columns' names.</param>
    /// <param name="json">What the document says beside them.</param>
    public Outcome Write(CommandRun run, Tensor values, IReadOnlyList<string> names, JsonObject json)
    {
        if (run.Parsed.GetValue(file) is not { } path || CsvFile.IsCsv(path))
            return Write(run, CsvTable.FromTensor(values, names), json);
        TensorFile.SaveOne(path, values);
        return Written(json, path, values.shape[0]);
    }

    /// <summary>Writes rows of texts.</summary>
    public Outcome Write(CommandRun run, CsvTable table, JsonObject json)
    {
        if (run.Parsed.GetValue(file) is { } path)
        {
            if (!CsvFile.IsCsv(path))
                throw new UsageException($"{path}: expected a file ending with .csv or .tsv, as the rows have texts, found another.");
            table.Save(path, CsvFile.Layout(path));
            return Written(json, path, table.Rows.Count);
        }

        json["columns"] = new JsonArray([.. table.Names.Select(name => JsonValue.Create(name))]);
        bool[] areNumbers = [.. table.Names.Select((_, column) => table.Rows.All(row => row[column] is not { } text || Number.IsMatch(text)))];
        json["rows"] = new JsonArray([.. table.Rows.Select(row => new JsonArray([.. row.Select((text, column) => Value(text, areNumbers[column]))]))]);
        using var text = new MemoryStream();
        table.Save(text);
        return new(json, System.Text.Encoding.UTF8.GetString(text.ToArray()));
    }

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
