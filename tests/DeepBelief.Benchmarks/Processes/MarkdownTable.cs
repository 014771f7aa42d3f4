namespace DeepBelief.Benchmarks.Processes;

/// <summary>A table that reads well on a terminal, too.</summary>
/// <param name="headers">The columns; those that begin with &gt; are aligned to the right.</param>
internal sealed class MarkdownTable(params string[] headers)
{
    private readonly bool[] right = [.. headers.Select(header => header.StartsWith('>'))];
    private readonly List<string[]> rows = [[.. headers.Select(header => header.TrimStart('>'))]];

    public MarkdownTable Add(IEnumerable<string[]> more)
    {
        rows.AddRange(more);
        return this;
    }

    public void Write(TextWriter output)
    {
        int[] widths = [.. right.Select((_, column) => rows.Max(row => row[column].Length))];
        Line(rows[0]);
        output.WriteLine($"|{string.Join("|", widths.Select((width, column) => right[column] ? $"{new string('-', width + 1)}:" : new string('-', width + 2)))}|");
        foreach (var row in rows.Skip(1))
            Line(row);

        void Line(string[] row)
            => output.WriteLine($"| {string.Join(" | ", row.Select((cell, column) => right[column] ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column])))} |");
    }
}
