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

    /// <summary>Reads a file; its content says what it is.</summary>
    public static DataFile Load(string path, CsvOptions layout, string? key, double? scale)
    {
        var tensors = FileFormat.Open(path, stream => TensorFile.Of(stream)?.Load(stream));
        return tensors is null ? new(path, CsvTable.Load(path, layout), null, scale) : new(path, null, Pick(path, tensors, key), scale);
    }

    /// <summary>The rows without some columns.</summary>
    public DataFile Without(IEnumerable<string> columns)
        => Table is null ? throw new UsageException($"{Path}: only CSV files have columns to leave out.") : new(Path, Table.Without(columns), null, scale);

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
        => Table is null
            ? throw new DataFormatException($"{Path}: expected a CSV file with the columns {string.Join(", ", encoder.Columns.Select(column => column.Name))}, as the model was trained on a table, found a tensor.")
            : Named(() => encoder.Encode(Table));

    /// <summary>Whole numbers from 0, one a row, <c>[rows]</c>, <c>int64</c>.</summary>
    public Tensor Classes()
    {
        var numbers = (Table is null ? values! : Named(() => Table.ToTensor())).to(ScalarType.Float64).reshape(-1);
        var whole = numbers.to(ScalarType.Int64);
        if (!whole.to(ScalarType.Float64).eq(numbers).all().item<bool>() || whole.numel() == 0 || whole.min().item<long>() < 0)
            throw new DataFormatException($"{Path}: expected labels, whole numbers from 0, found others.");
        return whole;
    }

    /// <summary>Whole numbers from 0 in a column, one a row, <c>[rows]</c>, <c>int64</c>.</summary>
    public Tensor Classes(string column)
        => Table is null ? throw new UsageException($"{Path}: only CSV files have columns.") : new DataFile(Path, Named(() => Table.Select([column])), null, null).Classes();

    /// <summary>Has messages name the file.</summary>
    public T Named<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (ArgumentException e)
        {
            throw new DataFormatException($"{Path}: {e.Message.Split(" (Parameter '")[0]}", e);
        }
    }

    private static Tensor Scaled(Tensor numbers, double? scale)
        => scale is { } by ? numbers.Over(by) : numbers;

    private static Tensor Pick(string path, IReadOnlyDictionary<string, Tensor> tensors, string? key)
    {
        try
        {
            return TensorFile.Pick(tensors, key);
        }
        catch (DataFormatException e)
        {
            throw new DataFormatException($"{path}: {e.Message}", e);
        }
    }
}
