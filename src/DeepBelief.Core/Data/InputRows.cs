using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DeepBelief;

/// <summary>Rows of numbers as an application has them, for models that predict from them. Nothing is copied.</summary>
/// <remarks>
/// Matrices, arrays and lists of rows convert implicitly. For other sequences there is <see cref="Of"/>, for numbers that lie one row
/// after the other, such as a <see cref="ReadOnlyMemory{T}"/>'s, the constructor. The numbers must not change while a model reads them.
/// </remarks>
/// <example><code>
/// int[] classes = net.Predict(new float[,] { { 0.1f, 0.9f }, { 0.7f, 0.2f } });
/// float[] row = [0.1f, 0.9f];
/// int one = net.Predict(new InputRows(row, width: 2))[0];
/// </code></example>
public readonly ref struct InputRows
{
    private readonly ReadOnlySpan<float> numbers; // one row after the other, or none
    private readonly IReadOnlyList<float[]>? rows; // the rows, each by itself
    private readonly int width; // of numbers
    private readonly bool isThere; // false for what null converts to

    /// <summary>Takes numbers that lie one row after the other.</summary>
    /// <param name="numbers">The numbers: as many rows as fit.</param>
    /// <param name="width">Numbers in a row, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The width is less than 1.</exception>
    /// <exception cref="ArgumentException">The numbers are no whole rows.</exception>
    public InputRows(ReadOnlySpan<float> numbers, int width)
        : this(numbers, width < 1 ? 0 : numbers.Length / width, width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        if (numbers.Length % width != 0)
            throw new ArgumentException($"Expected whole rows of {width} numbers, found {numbers.Length} numbers.", nameof(numbers));
    }

    private InputRows(ReadOnlySpan<float> numbers, int count, int width)
    {
        this.numbers = numbers;
        (Count, this.width, isThere) = (count, width, true);
    }

    private InputRows(IReadOnlyList<float[]> rows) => (this.rows, Count, isThere) = (rows, rows.Count, true);

    /// <summary>Number of rows.</summary>
    public int Count { get; }

    /// <summary>Takes rows of a sequence, which is read once.</summary>
    /// <param name="rows">The rows, all of the same length.</param>
    public static InputRows Of(IEnumerable<float[]> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return new(rows as IReadOnlyList<float[]> ?? [.. rows]);
    }

    /// <summary>Takes the rows of a matrix, <c>[rows, width]</c>.</summary>
    /// <param name="rows">The matrix.</param>
    public static implicit operator InputRows(float[,]? rows)
        => rows is null ? default : new(MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<byte, float>(ref MemoryMarshal.GetArrayDataReference(rows)), rows.Length), rows.GetLength(0), rows.GetLength(1));

    /// <summary>Takes rows, all of the same length.</summary>
    /// <param name="rows">The rows.</param>
    public static implicit operator InputRows(float[][]? rows) => rows is null ? default : new(rows);

    /// <summary>Takes rows, all of the same length.</summary>
    /// <param name="rows">The rows.</param>
    public static implicit operator InputRows(List<float[]>? rows) => rows is null ? default : new(rows);

    /// <summary>Throws unless there are rows, if only none, and all have so many numbers.</summary>
    internal void Check(long expected, string name)
    {
        if (!isThere)
            throw new ArgumentNullException(name);
        if (rows is null)
        {
            if (width != expected)
                throw new ArgumentException($"Expected rows of {expected} numbers, found rows of {width}.", name);
            return;
        }

        for (var i = 0; i < rows.Count; i++)
        {
            if (rows[i] is not { } row)
                throw new ArgumentException($"Row {i + 1}: expected {expected} numbers, found null.", name);
            if (row.Length != expected)
                throw new ArgumentException($"Row {i + 1}: expected {expected} numbers, found {row.Length}.", name);
        }
    }

    /// <summary>Copies some rows, whose width has been checked, to a new tensor.</summary>
    /// <returns><c>[count, width]</c>.</returns>
    internal Tensor ToTensor(int start, int count, ScalarType dtype, Device device)
    {
        using var scope = torch.NewDisposeScope();
        var columns = rows is null ? width : rows[start].Length;
        var copy = new float[checked(count * columns)];
        if (rows is null)
            numbers.Slice(checked(start * columns), copy.Length).CopyTo(copy);
        for (var i = 0; i < count && rows is not null; i++)
            rows[start + i].CopyTo(copy, i * columns);
        return torch.tensor(copy, ScalarType.Float32, torch.CPU).reshape(count, columns).to(dtype, device).MoveToOuterDisposeScope();
    }
}
