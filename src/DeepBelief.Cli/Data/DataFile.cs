using System.Globalization;
using DeepBelief.Cli.Output;
using DeepBelief.Data;
using DeepBelief.Files;
using DeepBelief.Tensors;

namespace DeepBelief.Cli.Data;

/// <summary>Rows that were read from a file: a table of texts, or numbers.</summary>
internal sealed class DataFile
{
    private const int ImageDimensions = 3;
    private const double Brightest = 255;

    private readonly Tensor? values;
    private readonly double? scale;

    private DataFile(string path, CsvTable? table, Tensor? values, double? scale)
        => (Path, Table, this.values, this.scale) = (path, table, values, scale);

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The table of a CSV file; null for files of tensors.</summary>
    public CsvTable? Table { get; }

    /// <summary>What the numbers are divided by; null for nothing, unless they are images.</summary>
    public double? Scale => scale;

    /// <summary>How many rows there are.</summary>
    public long Count => Table?.Rows.Count ?? (values!.dim() == 0 ? 0 : values.shape[0]);

    /// <summary>Reads a file; its content says what it is.</summary>
    public static DataFile Load(CommandRun run, string path, CsvOptions layout, string? key, double? scale)
    {
        var shown = CommandRun.Shown(path);
        var (table, tensors) = run.Open(path, stream => TensorFile.OfFile(stream, path, layout) is { } format ? ((CsvTable?)null, format.Load(stream)) : (CsvTable.Load(stream, layout), null));
        if (table is null)
            return new(shown, null, TensorFile.Pick(tensors!, key, shown), scale);
        run.Warn(DelimiterHint.Of(table, shown));
        return new(shown, table, null, scale);
    }

    /// <summary>The rows without some columns of a CSV file; tensors have no names to leave out by.</summary>
    public DataFile Without(IReadOnlyCollection<string> columns)
        => Table is null || columns.Count == 0 ? this : new(Path, Named(() => Table.Without(columns)), null, scale);

    /// <summary>The rows without a column, if it is there.</summary>
    public DataFile WithoutIfThere(string? column) => column is not null && Table?.Names.Contains(column) == true ? Without([column]) : this;

    /// <summary>All rows as numbers, <c>[rows, columns]</c>, <c>float32</c>, NaN where a value is missing.</summary>
    public Tensor Numbers()
    {
        if (Table is not null)
            return Named(() => Scaled(Table.ToTensor(), scale));
        if (values!.dim() == 0 || values.numel() == 0)
            throw new DataFormatException($"{Path}: expected rows, found a tensor of shape {Shapes.Text(values)}.");
        var isImages = values.dtype == ScalarType.Byte && values.dim() >= ImageDimensions;
        return Scaled(values.reshape(values.shape[0], -1).to(ScalarType.Float32), scale ?? (isImages ? Brightest : null));
    }

    /// <summary>Numbers of <see cref="Numbers"/> as the file has them.</summary>
    public Tensor Unscaled(Tensor numbers) => scale is { } by ? numbers.Times(by) : numbers;

    /// <summary>The rows in the units of an encoder.</summary>
    public Tensor Encode(TableEncoder encoder)
    {
        var names = encoder.Columns.Select(column => column.Name).ToList();
        if (Table is null)
        {
            return NumberTable.Is(encoder)
                ? NumberTable.Encode(encoder, Plain(names.Count, $"of {OddValues.List(names)}", NumberTable.IsScaled(encoder)))
                : throw new DataFormatException($"{Path}: expected a CSV file with the columns {OddValues.List(names)}, as the model was trained on a table, found a tensor.");
        }

        var absent = names.Except(Table.Names).ToList();
        return absent.Count == 0
            ? Named(() => encoder.Encode(Table))
            : throw new DataFormatException($"{Path}: expected the columns of the table that the model was trained on, found none of the name {OddValues.List(absent)} but {OddValues.List(Table.Names)}.");
    }

    /// <summary>
    /// The texts of a file of classes, one a row, in the one column that it then has; null if they are numbers of classes. Numbers are
    /// texts where classes that are known have such names, all of them.
    /// </summary>
    /// <param name="known">The names of the classes; null if they have none, or none yet.</param>
    public CsvTable? ClassTexts(IReadOnlyList<string>? known)
    {
        if (Table is null && known is null)
            return null;
        var table = Table ?? new CsvTable(["class"], [.. values!.to(ScalarType.Float64).contiguous().reshape(-1).data<double>().Select(number => new[] { number.ToString(CultureInfo.InvariantCulture) })]);
        var texts = table.Rows.SelectMany(row => row).Where(text => !string.IsNullOrWhiteSpace(text)).Distinct().ToList();
        var areNames = known is not null && texts.All(text => known.Contains(text!));
        return areNames || !texts.All(IsNumber) ? table : null;
    }

    /// <summary>Classes, whole numbers from 0, one for each row of another file, <c>[rows]</c>, <c>int64</c>.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="classes">How many classes there are; null for as many as come up, two or more.</param>
    public Tensor Classes(DataFile rows, long? classes)
    {
        var numbers = (Table is null ? values! : Named(() => Table.ToTensor())).to(ScalarType.Float64).reshape(-1);
        var whole = numbers.to(ScalarType.Int64);
        var isOther = whole.to(ScalarType.Float64).ne(numbers).logical_or(whole.ne(whole.abs()));
        if (isOther.any().item<bool>())
        {
            var first = isOther.to(ScalarType.Int64).argmax().item<long>();
            throw new DataFormatException(FormattableString.Invariant($"{Path}: data row {first + 1}: expected a class, a whole number from 0, found {numbers[first].item<double>()}."));
        }

        ExpectOneForEach(rows, whole.numel());
        if (whole.numel() == 0)
            throw new DataFormatException($"{Path}: expected classes, found none.");
        var most = whole.max().item<long>();
        if (classes is { } known && most >= known)
            throw new DataFormatException($"{Path}: expected classes from 0 to {known - 1}, found {most} in data row {whole.argmax().item<long>() + 1}.");
        return classes is not null || most > 0 ? whole : throw new DataFormatException($"{Path}: expected two classes or more, found 0 alone.");
    }

    /// <summary>The rows of one column.</summary>
    public DataFile Column(string column)
        => Table is null ? throw new UsageException($"{Path}: only CSV files have columns.") : new DataFile(Path, Named(() => Table.Select([column])), null, null);

    /// <summary>Throws unless there are as many classes as rows.</summary>
    public void ExpectOneForEach(DataFile rows, long found)
    {
        if (found != rows.Count)
            throw new DataFormatException($"{Path}: expected {rows.Count} classes, one for each row of {rows.Path}, found {found}.{(Table is not null && found == rows.Count - 1 ? " The first line is the column's name, but with '--no-header'." : "")}");
    }

    /// <summary>Has messages name the file.</summary>
    public T Named<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (ArgumentException e)
        {
            throw new DataFormatException($"{Path}: {Messages.Text(e)}", e);
        }
    }

    // The numbers of a tensor, for so many columns: where these are scaled, as they are in the file, else as for a model without columns.
    private Tensor Plain(long columns, string what, bool areScaled)
    {
        var rows = new DataFile(Path, null, values, areScaled ? 1 : null).Numbers();
        return rows.shape[1] == columns ? rows : throw new DataFormatException($"{Path}: expected {columns} columns, {what}, found {rows.shape[1]}.");
    }

    private static bool IsNumber(string? text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    private static Tensor Scaled(Tensor numbers, double? scale)
        => scale is { } by ? numbers.Over(by) : numbers;
}
