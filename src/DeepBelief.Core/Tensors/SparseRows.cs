using System.Runtime.CompilerServices;

namespace DeepBelief.Tensors;

/// <summary>The rows of a sparse matrix, of which some can be read as dense rows. Duplicate entries are summed, as torch does.</summary>
internal sealed class SparseRows : IDisposable
{
    // Of a dense block: 64 MiB of float32.
    private const long BlockElements = 1L << 24;

    private readonly Tensor starts; // of each row among the entries, [rows + 1]
    private readonly Tensor columns; // [entries]
    private readonly Tensor values; // [entries]

    /// <param name="matrix">A sparse tensor, <c>[rows, columns]</c>; not kept. COO is made of other layouts.</param>
    public SparseRows(Tensor matrix)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        (Count, Columns) = (matrix.shape[0], matrix.shape[1]);
        if (!matrix.is_sparse)
            matrix = matrix.to_sparse();
        var indices = matrix.SparseIndices;
        var width = torch.zeros(1, ScalarType.Int64, matrix.device).Add(Columns);
        var (places, inverse, _) = (indices.select(0, 0) * width).Plus(indices.select(0, 1)).unique(sorted: true, return_inverse: true);
        values = torch.zeros(places.shape[0], matrix.dtype, matrix.device).index_put_(matrix.SparseValues.detach(), [inverse!], accumulate: true).DetachFromDisposeScope();
        columns = places.Remainder(Columns).DetachFromDisposeScope();
        starts = torch.searchsorted(places, Range(0, Count + 1, matrix.device) * width).DetachFromDisposeScope();
    }

    /// <summary>True if a tensor is sparse, of whichever layout.</summary>
    public static bool Are(Tensor? rows) => rows is { IsInvalid: false } && (rows.is_sparse || Guard.IsCompressed(rows));

    /// <summary>Maps the rows of a sparse matrix, of which only blocks are ever dense; throws if they don't fit a model.</summary>
    /// <param name="matrix">A sparse tensor, <c>[rows, columns]</c>.</param>
    /// <param name="width">The model's number of columns.</param>
    /// <param name="like">A parameter of the model.</param>
    /// <param name="map">Maps dense rows, <c>[some, columns]</c>, to a new tensor with as many.</param>
    /// <param name="name">The argument's name.</param>
    /// <returns>What the rows are mapped to, in order, in the current dispose scope.</returns>
    public static Tensor Map(Tensor matrix, long width, Tensor like, Func<Tensor, Tensor> map, [CallerArgumentExpression(nameof(matrix))] string? name = null)
    {
        Guard.SparseRows(matrix, width, like, name);
        using var scope = torch.NewDisposeScope();
        using var rows = new SparseRows(matrix);
        return torch.cat([.. rows.Blocks().Select(Mapped)]).MoveToOuterDisposeScope();

        Tensor Mapped(Tensor block)
        {
            using (block)
                return map(block);
        }
    }

    /// <summary>Hands rows to a check: as they are, or dense blocks of those of a sparse matrix.</summary>
    public static void Check(Tensor rows, Action<Tensor> check)
    {
        if (!Are(rows))
        {
            check(rows);
            return;
        }

        using var sparse = new SparseRows(rows);
        sparse.Check(check);
    }

    /// <summary>Hands all rows to a check, in dense blocks.</summary>
    public void Check(Action<Tensor> check)
    {
        foreach (var block in Blocks())
        {
            using (block)
                check(block);
        }
    }

    /// <summary>Number of rows.</summary>
    public long Count { get; }

    /// <summary>Number of columns.</summary>
    public long Columns { get; }

    /// <summary>The device of the values.</summary>
    public Device Device => values.device;

    /// <summary>Number of rows in a dense block of moderate size.</summary>
    public long BlockRows => Math.Clamp(BlockElements / Columns, 1, Count);

    /// <summary>Returns the rows with the given numbers, <c>[numbers, columns]</c>, dense.</summary>
    public Tensor Read(Tensor numbers)
    {
        var rows = torch.empty(numbers.shape[0], Columns, values.dtype, values.device);
        Read(numbers, rows);
        return rows;
    }

    /// <summary>Writes the rows with the given numbers to a dense tensor, rounded to its type.</summary>
    public void Read(Tensor numbers, Tensor target)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var first = starts.index_select(0, numbers);
        var counts = starts.narrow(0, 1, Count).index_select(0, numbers) - first;
        var row = Range(0, numbers.shape[0], values.device).repeat_interleave(counts);
        // The entries of a row follow each other: its first one, and how far the entry is from where the row begins in the batch.
        var before = counts.cumsum(0) - counts;
        var entries = (first - before).index_select(0, row).Plus(Range(0, row.shape[0], values.device));
        _ = target.zero_().index_put_(values.index_select(0, entries).to(target.dtype), row, columns.index_select(0, entries));
    }

    /// <summary>Returns weighted sums over the rows, by column, in float64, <c>[columns]</c>.</summary>
    /// <param name="weights">The rows' weights, <c>[rows]</c>; null if all are 1.</param>
    /// <returns>The sums of the values and of their squares, without NaN, and of the weights of what is not NaN.</returns>
    public (Tensor Values, Tensor Squares, Tensor Weights) Sums(Tensor? weights)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var ofRows = weights?.to(ScalarType.Float64) ?? torch.ones(Count, ScalarType.Float64, values.device);
        var ofEntries = ofRows.repeat_interleave(starts.narrow(0, 1, Count) - starts.narrow(0, 0, Count));
        var numbers = values.to(ScalarType.Float64);
        var missing = numbers.isnan().to(ScalarType.Float64);
        numbers = numbers.nan_to_num(0);
        var weighted = numbers * ofEntries;
        return scope.MoveToOuter(
            columns.bincount(weighted, Columns),
            columns.bincount(weighted * numbers, Columns),
            ofRows.sum() - columns.bincount(missing * ofEntries, Columns));
    }

    /// <summary>Returns all rows in dense blocks, each to be disposed by the caller.</summary>
    public IEnumerable<Tensor> Blocks()
    {
        for (var first = 0L; first < Count; first += BlockRows)
        {
            using var numbers = Range(first, Math.Min(Count, first + BlockRows), values.device);
            yield return Read(numbers);
        }
    }

    public void Dispose()
    {
        starts.Dispose();
        columns.Dispose();
        values.Dispose();
    }
}
