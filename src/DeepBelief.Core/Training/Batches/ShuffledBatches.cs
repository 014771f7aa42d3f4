using DeepBelief.Tensors;

namespace DeepBelief.Training;

/// <summary>Rows that are at hand as a whole, shuffled in every epoch.</summary>
/// <param name="rows">Number of rows.</param>
/// <param name="weights">How much each row counts, <c>[rows]</c>; null if all count alike.</param>
/// <param name="device">The rows' device.</param>
/// <param name="options">Provides the seed and the batch size.</param>
/// <param name="stream">The stream of random numbers that orders the rows.</param>
internal abstract class ShuffledBatches(long rows, Tensor? weights, Device device, OptimizationOptions options, int stream = Randomness.Order) : BatchReader
{
    private readonly int batchSize = AutomaticOptions.BatchSize(options, rows);
    private readonly Generator generator = Randomness.Generator(options.Seed, stream);
    private Tensor? order; // the numbers of all rows, [rows]
    private double share = 1;

    /// <summary>Opens rows in memory, dense or sparse.</summary>
    /// <param name="data">The rows, whose shape and type have been checked, with their labels, and weights as the caller gave them.</param>
    /// <param name="check">Throws if the values of dense rows, all or some, don't fit.</param>
    /// <param name="options">Provides the seed and the batch size.</param>
    /// <param name="stream">The stream of random numbers that orders the rows.</param>
    public static ShuffledBatches Open(Batch data, Action<Tensor> check, OptimizationOptions options, int stream = Randomness.Order)
    {
        if (!SparseRows.Are(data.Rows))
        {
            check(data.Rows);
            return new InMemoryBatches(new Batch(data.Rows.detach(), data.Labels?.detach(), Weights()).Detach(), options, owned: true, stream);
        }

        var rows = new SparseRows(data.Rows);
        try
        {
            rows.Check(check);
            var weights = Weights()?.DetachFromDisposeScope();
            return new SparseBatches(rows, data.Labels?.detach().DetachFromDisposeScope(), weights, options, stream);
        }
        catch
        {
            rows.Dispose();
            throw;
        }

        Tensor? Weights() => TrainingWeights.Normalized(data.Weights, data.Rows, data.Rows.dtype);
    }

    public sealed override int Batches => AutomaticOptions.Batches(options, rows);

    public sealed override long Rows => rows;

    public sealed override double Share => share;

    public sealed override IReadOnlyDictionary<string, Generator> Generators => new Dictionary<string, Generator> { ["order"] = generator };

    public sealed override void BeginEpoch(int epoch)
    {
        using var scope = torch.NewDisposeScope();
        order?.Dispose();
        // On the CPU, for the same order on every device.
        order = torch.randperm(rows, ScalarType.Int64, torch.CPU, generator: generator).to(device).DetachFromDisposeScope();
    }

    public sealed override Tensor? Weights(int batch) => weights?.index_select(0, Numbers(batch));

    public sealed override void Dispose()
    {
        generator.Dispose();
        order?.Dispose();
        DisposeRows();
    }

    /// <summary>The numbers of all rows in the epoch's order, <c>[rows]</c>.</summary>
    protected Tensor Order => order!;

    /// <summary>Where this rank's rows of a batch are in the order.</summary>
    protected (long Start, long Count) Range(int batch)
    {
        var start = (long)(batch - 1) * batchSize;
        var own = RankShare.Of(options.Group, Math.Min(batchSize, rows - start));
        share = own.Part;
        return (start + own.Start, own.Count);
    }

    /// <summary>The numbers of this rank's rows of a batch, a view of the order.</summary>
    protected Tensor Numbers(int batch)
    {
        var (start, count) = Range(batch);
        return Order.narrow(0, start, count);
    }

    /// <summary>Disposes the rows if the reader owns them.</summary>
    protected abstract void DisposeRows();
}
