using System.Runtime.InteropServices;
using DeepBelief.Files;
using DeepBelief.Units;

namespace DeepBelief.Data;

/// <summary>
/// Converts the rows of a table, as texts, to states of units and back: standardised numbers to Gaussian units, yes/no values
/// to Bernoulli units, one-hot categories to softmax units. Values may be missing.
/// </summary>
/// <remarks>
/// Applications read the table themselves, with any CSV reader. A missing value is null, empty, white space or one of
/// <see cref="MissingMarkers"/>, in a column of numbers also one of its <see cref="NumberColumn.OddTexts"/>; in tensors, all its
/// units are NaN. To fill gaps, let a trained model sample the missing units with the others clamped
/// (<c>MarkovChain.FillMissing</c>). Messages count the rows of the data from 1, without a header.
/// </remarks>
public sealed class TableEncoder
{
    private readonly TableColumn[] columns;
    private readonly HashSet<string> markers;

    /// <summary>Creates an encoder from known columns; missing values are marked by <see cref="TableEncoderOptions.UsualMarkers"/>.</summary>
    /// <param name="columns">The columns, in the order of the rows' values; at least one, each with a name of its own.</param>
    /// <exception cref="ArgumentException">There are no columns, two have one name, or a column has a marker as a value.</exception>
    public TableEncoder(params IEnumerable<TableColumn> columns)
        : this(columns, TableEncoderOptions.UsualMarkers)
    {
    }

    /// <summary>Creates an encoder from known columns.</summary>
    /// <param name="columns">The columns, in the order of the rows' values; at least one, each with a name of its own.</param>
    /// <param name="missingMarkers">The texts that mark a missing value, beside null, the empty text and white space.</param>
    /// <exception cref="ArgumentException">There are no columns, two have one name, or a column has a marker as a value.</exception>
    public TableEncoder(IEnumerable<TableColumn> columns, IEnumerable<string> missingMarkers)
    {
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(missingMarkers);
        this.columns = [.. columns];
        MissingMarkers = [.. missingMarkers.Select(marker => marker?.Trim() ?? throw new ArgumentNullException(nameof(missingMarkers)))];
        markers = [.. MissingMarkers];
        if (this.columns.Length == 0)
            throw new ArgumentException("Expected at least one column, found none.", nameof(columns));
        foreach (var column in this.columns)
        {
            ArgumentNullException.ThrowIfNull(column, nameof(columns));
            if (column.Texts.FirstOrDefault(IsMissing) is { } text)
                throw new ArgumentException($"Column '{column.Name}': expected values that do not mark missing ones, found '{text}'; take it out of the markers or of the column.", nameof(columns));
        }

        CheckNames(this.columns.Select(column => column.Name), nameof(columns));
        Width = checked((int)this.columns.Sum(column => (long)column.Width));
    }

    /// <summary>The columns, in order.</summary>
    public IReadOnlyList<TableColumn> Columns => columns;

    /// <summary>The texts that mark a missing value, beside null, the empty text and white space.</summary>
    public IReadOnlyList<string> MissingMarkers { get; }

    /// <summary>
    /// What a user should know of the columns, to be shown or logged: a text for each column of numbers among which others count as
    /// missing (<see cref="NumberColumn.OddTexts"/>), which names these. Empty if there is nothing.
    /// </summary>
    public IReadOnlyList<string> Warnings => [.. columns.Select(column => column.Warning).OfType<string>()];

    /// <summary>Number of units per row.</summary>
    public int Width { get; }

    /// <summary>Learns means, deviations and categories from the rows of a table.</summary>
    /// <remarks>
    /// A column of equal numbers has the deviation 1, so that its state is 0; a column of one text is a category of one unit,
    /// which is always 1. Neither tells a model anything.
    /// </remarks>
    /// <param name="names">The columns' names, all different.</param>
    /// <param name="rows">The rows, each with one value per column; missing values are ignored.</param>
    /// <param name="kinds">
    /// Each column's kind. Null tells it from the values: numbers if all are numbers, yes/no if there are two different values
    /// (also numbers, such as 0 and 1), else categories. A column of at least half numbers, three or more different ones, is one of
    /// numbers if few others are there (<see cref="TableEncoderOptions.MostOddTexts"/>), which then count as missing;
    /// <see cref="Warnings"/> names them. With more of them, it is refused unless it is said here to be of categories.
    /// </param>
    /// <param name="options">The marks of missing values, the most odd texts and the most categories; null uses the defaults.</param>
    /// <exception cref="ArgumentException">
    /// A row has the wrong length, two columns have one name, or a column has no values, values of the wrong kind or too many
    /// categories; the message names all columns at fault, and their odd values.
    /// </exception>
    public static TableEncoder Fit(
        IReadOnlyList<string> names,
        IReadOnlyList<IReadOnlyList<string?>> rows,
        IReadOnlyList<ColumnKind?>? kinds = null,
        TableEncoderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(names);
        ArgumentNullException.ThrowIfNull(rows);
        options ??= new TableEncoderOptions();
        options.Validate();
        if (kinds is not null && kinds.Count != names.Count)
            throw new ArgumentException($"Expected {names.Count} kinds, as there are names, found {kinds.Count}.", nameof(kinds));
        CheckNames(names, nameof(names));
        CheckLengths(rows, names.Count);
        HashSet<string> markers = [.. options.MissingMarkers.Select(marker => marker.Trim())];
        var (columns, faults) = (new List<TableColumn>(), new List<string>());
        foreach (var (i, name) in names.Index())
        {
            try
            {
                columns.Add(new ColumnValues(name, [.. rows.Select(row => row[i])], text => IsMissing(text, markers)).Fit(kinds?[i], options));
            }
            catch (ArgumentException e) when (e is not ArgumentOutOfRangeException)
            {
                faults.Add(e.Message);
            }
        }

        return faults.Count == 0 ? new TableEncoder(columns, options.MissingMarkers) : throw new ArgumentException(string.Join(Environment.NewLine, faults), nameof(rows));
    }

    /// <summary>Reads an encoder that <see cref="Save(string)"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="DataFormatException">The file is damaged or holds something else.</exception>
    /// <exception cref="IOException">The file could not be read.</exception>
    public static TableEncoder Load(string path) => FileFormat.Open(path, TableEncoderFile.Read);

    /// <summary>Writes the encoder to a small JSON file, beside the model that it belongs to.</summary>
    /// <param name="path">The file, written atomically; an existing file is replaced.</param>
    /// <exception cref="IOException">The file could not be written.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        AtomicFile.Write(path, stream => TableEncoderFile.Write(stream, this));
    }

    /// <summary>True if a value is missing in any column: null, empty, white space or one of <see cref="MissingMarkers"/>.</summary>
    /// <param name="value">A value.</param>
    public bool IsMissing(string? value) => IsMissing(value, markers);

    /// <summary>True if a value is missing in its column, where it can also be one of <see cref="NumberColumn.OddTexts"/>.</summary>
    /// <param name="value">A value of the column.</param>
    /// <param name="column">The column's number, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such column.</exception>
    public bool IsMissing(string? value, int column)
    {
        if (column < 0 || column >= columns.Length)
            throw new ArgumentOutOfRangeException(nameof(column), column, FormattableString.Invariant($"Expected the number of a column, 0 to {columns.Length - 1}, found {column}."));
        return IsMissing(value) || columns[column].IsGap(value!);
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
    /// <exception cref="ArgumentException">
    /// There are no rows, or a row has the wrong length or an unknown value; the message names all columns at fault.
    /// </exception>
    public Tensor Encode(IReadOnlyList<IReadOnlyList<string?>> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        if (rows.Count == 0)
            throw new ArgumentException("Expected at least one row, found none.", nameof(rows));
        CheckLengths(rows, columns.Length);
        var states = new float[rows.Count, Width];
        var all = MemoryMarshal.CreateSpan(ref states[0, 0], states.Length);
        var unknown = columns.Select(_ => new List<(string Text, int Row)>()).ToList();
        for (var (r, start) = (0, 0); r < rows.Count; r++)
        {
            for (var c = 0; c < columns.Length; c++)
            {
                var value = rows[r][c];
                var target = all.Slice(start, columns[c].Width);
                if (IsMissing(value, c))
                    target.Fill(float.NaN);
                else if (!columns[c].TryEncode(value!, target))
                    unknown[c].Add((value!, r + 1));
                start += columns[c].Width;
            }
        }

        var faults = columns.Zip(unknown).Where(column => column.Second.Count > 0)
            .Select(column => $"Column '{column.First.Name}': expected {column.First.Expected}, found {OddValues.List(column.Second)}.").ToList();
        if (faults.Count > 0)
            throw new ArgumentException(string.Join(Environment.NewLine, faults), nameof(rows));
        return torch.tensor(states, ScalarType.Float32, torch.CPU);
    }

    /// <summary>Decodes states or means: a category's largest unit wins; a yes/no unit is yes above 0.5.</summary>
    /// <param name="states"><c>[rows, <see cref="Width"/>]</c>, of any floating-point type and on any device; may have no rows.</param>
    /// <returns>The rows; null for values with a NaN unit.</returns>
    /// <exception cref="ArgumentException">The states have another shape.</exception>
    public IReadOnlyList<string?[]> Decode(Tensor states)
    {
        ArgumentNullException.ThrowIfNull(states);
        if (states.dim() != 2 || states.shape[1] != Width)
            throw new ArgumentException($"Expected a tensor of shape [rows, {Width}], found {Shapes.Text(states)}.", nameof(states));
        // An empty tensor has no memory to read.
        if (states.shape[0] == 0)
            return [];
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

    private static bool IsMissing(string? value, HashSet<string> markers)
        => string.IsNullOrWhiteSpace(value) || markers.Contains(value) || markers.Contains(value.Trim());

    private static bool HasGap(ReadOnlySpan<float> states)
    {
        foreach (var state in states)
        {
            if (float.IsNaN(state))
                return true;
        }

        return false;
    }

    private static void CheckNames(IEnumerable<string> names, string argument)
    {
        var twice = names.CountBy(name => name).Where(name => name.Value > 1).Select(name => $"'{name.Key}'").ToList();
        if (twice.Count > 0)
            throw new ArgumentException($"Expected columns of different names, found more than one {string.Join(", ", twice)}.", argument);
    }

    private static void CheckLengths(IReadOnlyList<IReadOnlyList<string?>> rows, int expected)
    {
        for (var r = 0; r < rows.Count; r++)
        {
            ArgumentNullException.ThrowIfNull(rows[r], nameof(rows));
            if (rows[r].Count != expected)
                throw new ArgumentException($"Data row {r + 1}: expected {expected} values, as there are columns, found {rows[r].Count}.", nameof(rows));
        }
    }
}
