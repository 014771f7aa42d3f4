using System.Runtime.InteropServices;
using DeepBelief.Files;
using DeepBelief.Units;

namespace DeepBelief.Data;

/// <summary>
/// Converts the rows of a table, as texts, to states of units and back: standardised numbers to Gaussian units, yes/no values
/// to Bernoulli units, one-hot categories to softmax units. Values may be missing.
/// </summary>
/// <remarks>
/// Applications read the table themselves, with any CSV reader. A missing value is null, empty or white space; in tensors, all
/// its units are NaN. Training requires rows without gaps. To fill gaps, let a trained model sample the missing units with
/// the others clamped (<c>MarkovChain.FillMissing</c>).
/// </remarks>
public sealed class TableEncoder
{
    private const int FewestNumbers = 3;

    private readonly TableColumn[] columns;

    /// <summary>Creates an encoder from known columns, for example of an earlier <see cref="Fit"/>.</summary>
    /// <param name="columns">The columns, in the order of the rows' values; at least one.</param>
    /// <exception cref="ArgumentException">There are no columns.</exception>
    public TableEncoder(params IEnumerable<TableColumn> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        this.columns = [.. columns];
        if (this.columns.Length == 0)
            throw new ArgumentException("Expected at least one column, found none.", nameof(columns));
        foreach (var column in this.columns)
            ArgumentNullException.ThrowIfNull(column, nameof(columns));
        Width = this.columns.Sum(column => column.Width);
    }

    /// <summary>The columns, in order.</summary>
    public IReadOnlyList<TableColumn> Columns => columns;

    /// <summary>Number of units per row.</summary>
    public int Width { get; }

    /// <summary>Learns means, deviations and categories from the rows of a table.</summary>
    /// <param name="names">The columns' names.</param>
    /// <param name="rows">The rows, each with one value per column; missing values are ignored.</param>
    /// <param name="kinds">
    /// Each column's kind. Null guesses it from the distinct values: numbers if there are three or more and all are numbers, yes/no
    /// if there are at most two, otherwise categories.
    /// </param>
    /// <exception cref="ArgumentException">A row has the wrong length, a column no values, or a value the wrong kind.</exception>
    public static TableEncoder Fit(IReadOnlyList<string> names, IReadOnlyList<IReadOnlyList<string?>> rows, IReadOnlyList<ColumnKind?>? kinds = null)
    {
        ArgumentNullException.ThrowIfNull(names);
        ArgumentNullException.ThrowIfNull(rows);
        if (kinds is not null && kinds.Count != names.Count)
            throw new ArgumentException($"Expected {names.Count} kinds, as there are names, found {kinds.Count}.", nameof(kinds));
        CheckLengths(rows, names.Count);
        return new TableEncoder(names.Select((name, i) =>
        {
            var values = rows.Select(row => row[i]).Where(value => !IsMissing(value)).Select(value => value!).ToList();
            if (values.Count == 0)
                throw new ArgumentException($"Column '{name}': expected at least one value, found none.", nameof(rows));
            return (kinds?[i] ?? Guess(values)) switch
            {
                ColumnKind.Number => NumberColumn.Fit(name, values),
                ColumnKind.YesNo => YesNoColumn.Fit(name, values),
                ColumnKind.Category => (TableColumn)CategoryColumn.Fit(name, values),
                var kind => throw new ArgumentOutOfRangeException(nameof(kinds), kind, "Expected a kind of column."),
            };
        }));
    }

    /// <summary>Creates visible units for the encoded rows; adjacent columns of one kind share a layer.</summary>
    public CompositeUnits CreateUnits()
    {
        var parts = new List<UnitLayer>();
        for (var start = 0; start < columns.Length;)
        {
            var alike = columns.Skip(start).TakeWhile(columns[start].IsLike).Count();
            parts.Add(columns[start].Units(alike));
            start += alike;
        }

        return new CompositeUnits(parts);
    }

    /// <summary>Encodes rows as states of units.</summary>
    /// <param name="rows">The rows, at least one, each with one value per column.</param>
    /// <returns><c>[rows, <see cref="Width"/>]</c>, <c>float32</c>, on the CPU; NaN where a value is missing.</returns>
    /// <exception cref="ArgumentException">There are no rows, or a row has the wrong length or an unknown value.</exception>
    public Tensor Encode(IReadOnlyList<IReadOnlyList<string?>> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        if (rows.Count == 0)
            throw new ArgumentException("Expected at least one row, found none.", nameof(rows));
        CheckLengths(rows, columns.Length);
        var states = new float[rows.Count, Width];
        var all = MemoryMarshal.CreateSpan(ref states[0, 0], states.Length);
        for (var (r, start) = (0, 0); r < rows.Count; r++)
        {
            for (var c = 0; c < columns.Length; c++)
            {
                var value = rows[r][c];
                var target = all.Slice(start, columns[c].Width);
                if (IsMissing(value))
                    target.Fill(float.NaN);
                else if (!columns[c].TryEncode(value!, target))
                    throw Unknown(columns[c].Name, value!, "a value of the column's kind", r);
                start += columns[c].Width;
            }
        }

        return torch.tensor(states, ScalarType.Float32, torch.CPU);
    }

    /// <summary>Decodes states or means: a category's largest unit wins; a yes/no unit is yes above 0.5.</summary>
    /// <param name="states"><c>[rows, <see cref="Width"/>]</c>, of any floating-point type and on any device.</param>
    /// <returns>The rows; null for values with a NaN unit.</returns>
    /// <exception cref="ArgumentException">The states have another shape.</exception>
    public IReadOnlyList<string?[]> Decode(Tensor states)
    {
        ArgumentNullException.ThrowIfNull(states);
        if (states.dim() != 2 || states.shape[1] != Width)
            throw new ArgumentException($"Expected a tensor of shape [rows, {Width}], found {Shapes.Text(states)}.", nameof(states));
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var values = states.detach().to(ScalarType.Float32).cpu().contiguous().data<float>().ToArray();
        var rows = new string?[states.shape[0]][];
        for (var (r, start) = (0, 0); r < rows.Length; r++)
        {
            rows[r] = new string?[columns.Length];
            for (var c = 0; c < columns.Length; c++)
            {
                var own = values.AsSpan(start, columns[c].Width);
                rows[r][c] = HasGap(own) ? null : columns[c].Decode(own);
                start += columns[c].Width;
            }
        }

        return rows;
    }

    internal static ArgumentException Unknown(string column, string value, string expected, int? row = null)
        => new($"Column '{column}'{(row is { } number ? $", row {number}" : string.Empty)}: expected {expected}, found '{value}'.");

    private static bool IsMissing(string? value) => string.IsNullOrWhiteSpace(value);

    private static bool HasGap(ReadOnlySpan<float> states)
    {
        foreach (var state in states)
        {
            if (float.IsNaN(state))
                return true;
        }

        return false;
    }

    private static ColumnKind Guess(List<string> values)
    {
        var different = values.Distinct().Count();
        if (different >= FewestNumbers && values.All(value => TableColumn.TryParse(value, out _)))
            return ColumnKind.Number;
        return different < FewestNumbers ? ColumnKind.YesNo : ColumnKind.Category;
    }

    private static void CheckLengths(IReadOnlyList<IReadOnlyList<string?>> rows, int expected)
    {
        for (var r = 0; r < rows.Count; r++)
        {
            ArgumentNullException.ThrowIfNull(rows[r], nameof(rows));
            if (rows[r].Count != expected)
                throw new ArgumentException($"Row {r}: expected {expected} values, as there are columns, found {rows[r].Count}.", nameof(rows));
        }
    }
}
