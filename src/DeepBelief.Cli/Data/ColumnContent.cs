using System.Text.Json.Nodes;
using DeepBelief.Cli.Output;
using DeepBelief.Data;

namespace DeepBelief.Cli.Data;

/// <summary>What a column of a table holds.</summary>
/// <param name="Name">The column.</param>
/// <param name="Json">Its name, its kind, and what is known of it, for programs: the names of entries and kinds stay as they are.</param>
/// <param name="Text">The same for people.</param>
internal sealed record ColumnContent(string Name, JsonObject Json, string Text)
{
    /// <summary>The column of an encoder.</summary>
    public static ColumnContent Of(TableColumn column) => column switch
    {
        NumberColumn number => new(
            column.Name,
            Entries(column.Name, "number", ("mean", Outcome.Number(number.Mean)), ("deviation", Outcome.Number(number.Deviation))),
            FormattableString.Invariant($"number, mean {number.Mean:g4}, deviation {number.Deviation:g4}")),
        YesNoColumn bit => new(column.Name, Entries(column.Name, "yes-no", ("no", bit.No), ("yes", bit.Yes)), $"'{bit.No}' or '{bit.Yes}'"),
        CategoryColumn category => new(
            column.Name,
            Entries(column.Name, "category", ("categories", new JsonArray([.. category.Categories.Select(text => JsonValue.Create(text))]))),
            $"one of {category.Categories.Count}: {string.Join(", ", category.Categories)}"),
        _ => throw new NotSupportedException($"Expected a column of a number, of yes or no, or of a category, found {column.GetType()}."),
    };

    /// <summary>What the encoder of tables would take the one column of a table for.</summary>
    public static ColumnContent Of(CsvTable column)
    {
        try
        {
            return Of(TableEncoder.Fit(column).Columns[0]);
        }
        catch (ArgumentException e)
        {
            var (name, reason) = (column.Names[0], Messages.Text(e));
            return new(name, Entries(name, "unclear", ("reason", reason)), $"unclear: {reason}");
        }
    }

    private static JsonObject Entries(string name, string kind, params ReadOnlySpan<(string Name, JsonNode? Value)> facts)
    {
        var entries = new JsonObject { ["name"] = name, ["kind"] = kind };
        foreach (var (fact, value) in facts)
            entries[fact] = value;
        return entries;
    }
}
