using DeepBelief.Files;

namespace DeepBelief.Data;

/// <summary>A table of texts, read from a CSV file or to be written to one: named columns, and rows of one value each.</summary>
/// <remarks>
/// <para>What a value means, such as a number or a gap, <see cref="TableEncoder"/> says, <see cref="ToTensor"/> or
/// <see cref="Labels"/>. Values are as the file has them, with spaces around them; empty ones are empty texts.</para>
/// <para>Blank lines are skipped. Files may be compressed with gzip, in one part, as <c>gzip</c> makes them, and to at least a hundredth
/// (and 1 MiB): more is taken for an attack.</para>
/// </remarks>
/// <example><code>
/// var table = CsvTable.Load("people.csv");
/// var encoder = TableEncoder.Fit(table);
/// using var states = encoder.Encode(table);
/// </code></example>
public sealed class CsvTable
{
    private readonly Dictionary<string, int> places = [];

    /// <summary>Makes a table of names and rows.</summary>
    /// <param name="names">The columns' names, at least one, all different.</param>
    /// <param name="rows">The rows, each with one value per column; null is a missing value, which is written as an empty one.</param>
    /// <exception cref="ArgumentException">There are no columns, two have one name, or a row has another length.</exception>
    public CsvTable(IReadOnlyList<string> names, IReadOnlyList<IReadOnlyList<string?>> rows)
    {
        ArgumentNullException.ThrowIfNull(names);
        ArgumentNullException.ThrowIfNull(rows);
        if (names.Count == 0)
            throw new ArgumentException("Expected at least one column, found none.", nameof(names));
        foreach (var (i, name) in names.Index())
        {
            ArgumentNullException.ThrowIfNull(name, nameof(names));
            if (!places.TryAdd(name, i))
                throw new ArgumentException($"Expected columns of different names, found more than one '{name}'.", nameof(names));
        }

        foreach (var (i, row) in rows.Index())
        {
            ArgumentNullException.ThrowIfNull(row, nameof(rows));
            if (row.Count != names.Count)
                throw new ArgumentException($"Data row {i + 1}: expected {names.Count} values, as there are columns, found {row.Count}.", nameof(rows));
        }

        (Names, Rows) = (names, rows);
    }

    /// <summary>The columns' names, in order.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The rows, each with one value per column.</summary>
    public IReadOnlyList<IReadOnlyList<string?>> Rows { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file, plain or compressed with gzip.</param>
    /// <param name="options">How it is laid out; null is for a header, commas, double quotes and UTF-8.</param>
    /// <exception cref="DataFormatException">
    /// The file is empty, has lines of different numbers of values, bad quotes, two columns of one name, or bytes that are no text in
    /// the encoding. The message has the line.
    /// </exception>
    /// <exception cref="IOException">The file could not be read.</exception>
    /// <exception cref="ArgumentException">The options are out of range.</exception>
    public static CsvTable Load(string path, CsvOptions? options = null) => FileFormat.Open(path, stream => Load(stream, options));

    /// <summary>Reads a stream.</summary>
    /// <param name="stream">A seekable stream, read as a whole; left open.</param>
    /// <param name="options">How it is laid out; null is for a header, commas, double quotes and UTF-8.</param>
    /// <exception cref="DataFormatException">As of the other <c>Load</c>.</exception>
    /// <exception cref="ArgumentException">The stream cannot seek, or the options are out of range.</exception>
    public static CsvTable Load(Stream stream, CsvOptions? options = null)
    {
        FileFormat.CheckReadable(stream);
        options ??= new CsvOptions();
        options.Validate();
        return GzipContent.Read(stream, content => CsvReading.Read(content, options));
    }

    /// <summary>Writes a file, atomically.</summary>
    /// <param name="path">The file; replaced if it exists.</param>
    /// <param name="options">How it is laid out; null is for a header, commas, double quotes and UTF-8. Lines end with a line feed.</param>
    /// <exception cref="ArgumentException">The options are out of range, or a text can't be written in them.</exception>
    /// <exception cref="IOException">The file could not be written.</exception>
    public void Save(string path, CsvOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        AtomicFile.Write(path, stream => Save(stream, options));
    }

    /// <summary>Writes to a stream.</summary>
    /// <param name="stream">A stream to write to; left open.</param>
    /// <param name="options">How it is laid out; null is for a header, commas, double quotes and UTF-8. Lines end with a line feed.</param>
    /// <exception cref="ArgumentException">The options are out of range, or a text can't be written in them.</exception>
    public void Save(Stream stream, CsvOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        options ??= new CsvOptions();
        options.Validate();
        CsvWriting.Write(stream, this, options);
    }

    /// <summary>Makes a table of the numbers of a matrix, for a file; NaN becomes a missing value.</summary>
    /// <param name="values"><c>[rows, columns]</c>, of any real type and on any device, dense.</param>
    /// <param name="names">The columns' names, all different; null names them <c>column1</c>, <c>column2</c> and so on.</param>
    /// <exception cref="ArgumentException">The tensor has another shape or type, or the names do not fit it.</exception>
    public static CsvTable FromTensor(Tensor values, IReadOnlyList<string>? names = null) => CsvNumbers.Table(values, names);

    /// <summary>Returns the values of all columns as numbers.</summary>
    /// <param name="missingMarkers">
    /// The texts that mark a missing value, beside null, the empty text and white space; null is for
    /// <see cref="TableEncoderOptions.UsualMarkers"/>.
    /// </param>
    /// <returns><c>[rows, columns]</c>, <c>float32</c>, on the CPU; NaN where a value is missing. The caller disposes it.</returns>
    /// <exception cref="ArgumentException">There are no rows, or a value is no number; the message names all columns at fault.</exception>
    public Tensor ToTensor(IEnumerable<string>? missingMarkers = null) => CsvNumbers.Tensor(this, missingMarkers ?? TableEncoderOptions.UsualMarkers);

    /// <summary>Returns the classes of a column, numbered from 0.</summary>
    /// <param name="name">The column.</param>
    /// <param name="classes">
    /// The classes in order, for a table that belongs to another one; null takes those of the column, by number if all are numbers, else
    /// by text.
    /// </param>
    /// <returns>The class of each row, <c>[rows]</c>, <c>int64</c>, on the CPU, which the caller disposes; and the classes' texts.</returns>
    /// <exception cref="ArgumentException">There is no such column, there are no rows, or a value is missing or no such class.</exception>
    public (Tensor Labels, IReadOnlyList<string> Classes) Labels(string name, IReadOnlyList<string>? classes = null) => CsvClasses.Of(name, Column(name), classes);

    /// <summary>Returns a column's values.</summary>
    /// <param name="name">The column.</param>
    /// <exception cref="ArgumentException">There is no such column.</exception>
    public IReadOnlyList<string?> Column(string name)
    {
        var place = Place(name, nameof(name));
        return [.. Rows.Select(row => row[place])];
    }

    /// <summary>Returns a table of some columns, in the order of their names here.</summary>
    /// <param name="names">The columns, at least one.</param>
    /// <exception cref="ArgumentException">There is no such column, or one is named twice.</exception>
    public CsvTable Select(params IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        string[] selected = [.. names];
        int[] from = [.. selected.Select(name => Place(name, nameof(names)))];
        return from.SequenceEqual(Enumerable.Range(0, Names.Count)) ? this : new(selected, [.. Rows.Select(row => Array.ConvertAll(from, place => row[place]))]);
    }

    /// <summary>Returns a table of all columns but some.</summary>
    /// <param name="names">The columns to leave out; at least one must be left.</param>
    /// <exception cref="ArgumentException">There is no such column, or none is left.</exception>
    public CsvTable Without(params IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        HashSet<int> without = [.. names.Select(name => Place(name, nameof(names)))];
        return Select(Names.Where((_, i) => !without.Contains(i)));
    }

    private int Place(string name, string argument)
    {
        ArgumentNullException.ThrowIfNull(name, argument);
        return places.TryGetValue(name, out var place)
            ? place
            : throw new ArgumentException($"Expected the name of a column ({OddValues.List(Names)}), found '{name}'.", argument);
    }
}
