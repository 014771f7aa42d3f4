using DeepBelief.Data;

namespace DeepBelief.Cli.Data;

/// <summary>Tells a table that was read with another delimiter than it was written with.</summary>
internal static class DelimiterHint
{
    private const int RowsLookedAt = 100;
    private const int MostShown = 60;

    private static readonly (char Delimiter, string Option)[] Usual = [(';', "\";\""), ('\t', "tab"), ('|', "\"|\""), (',', ",")];

    /// <summary>A warning, if all lines of a table of one column have another delimiter in them, as often each; else null.</summary>
    public static string? Of(CsvTable table, string path)
    {
        if (table.Names is not [var name])
            return null;
        var lines = table.Rows.Take(RowsLookedAt).Select(row => row[0] ?? "").Prepend(name).ToList();
        foreach (var (delimiter, option) in Usual)
        {
            var count = name.Count(character => character == delimiter);
            if (count > 0 && lines.All(line => line.Count(character => character == delimiter) == count))
                return $"{path}: found one column, '{(name.Length <= MostShown ? name : $"{name[..MostShown]}...")}'. '--delimiter {option}' finds {count + 1}, if that is between the values.";
        }

        return null;
    }
}
