using DeepBelief.Internal;

namespace DeepBelief.Training;

/// <summary>The order of rows in memory, another one in every epoch.</summary>
internal sealed class ShuffledRows : IDisposable
{
    private readonly long rows;
    private readonly int batchSize;
    private readonly Device device;
    private readonly Generator generator;
    private Tensor? order;

    public ShuffledRows(Tensor rows, OptimizationOptions options)
    {
        this.rows = rows.shape[0];
        device = rows.device;
        batchSize = options.BatchSize;
        generator = Randomness.Generator(options.Seed, Randomness.Order);
        Generators = new Dictionary<string, Generator> { ["order"] = generator };
    }

    public IReadOnlyDictionary<string, Generator> Generators { get; }

    public int Batches => (int)((rows + batchSize - 1) / batchSize);

    public void BeginEpoch()
    {
        using var scope = torch.NewDisposeScope();
        order?.Dispose();
        // On the CPU, so that the order is the same on every device.
        order = torch.randperm(rows, ScalarType.Int64, generator: generator).to(device).DetachFromDisposeScope();
    }

    /// <summary>Which rows a batch has, <c>[batch]</c>.</summary>
    /// <param name="batch">The batch, from 1.</param>
    public Tensor Batch(int batch)
    {
        var start = (long)(batch - 1) * batchSize;
        return order!.narrow(0, start, Math.Min(batchSize, rows - start));
    }

    public void Dispose()
    {
        generator.Dispose();
        order?.Dispose();
    }
}
