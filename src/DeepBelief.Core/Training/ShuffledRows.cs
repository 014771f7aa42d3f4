using DeepBelief.Internal;

namespace DeepBelief.Training;

/// <summary>The order of rows in memory, another one in every epoch.</summary>
internal sealed class ShuffledRows : IDisposable
{
    private readonly long count;
    private readonly int batchSize;
    private readonly Device device;
    private readonly Generator generator;
    private Tensor? order;

    public ShuffledRows(Tensor rows, OptimizationOptions options)
    {
        count = rows.shape[0];
        device = rows.device;
        batchSize = options.BatchSize;
        generator = Randomness.Generator(options.Seed, Randomness.Order);
        Generators = new Dictionary<string, Generator> { ["order"] = generator };
    }

    public IReadOnlyDictionary<string, Generator> Generators { get; }

    public int Batches => (int)((count + batchSize - 1) / batchSize);

    /// <summary>The numbers of all rows in the epoch's order, <c>[rows]</c>.</summary>
    public Tensor Rows => order!;

    public void BeginEpoch()
    {
        using var scope = torch.NewDisposeScope();
        order?.Dispose();
        // On the CPU, so that the order is the same on every device.
        order = torch.randperm(count, ScalarType.Int64, torch.CPU, generator: generator).to(device).DetachFromDisposeScope();
    }

    /// <summary>Which rows a batch has, <c>[batch]</c>.</summary>
    /// <param name="batch">The batch, from 1.</param>
    public Tensor Batch(int batch)
    {
        var (start, length) = Range(batch);
        return Rows.narrow(0, start, length);
    }

    /// <summary>Where in <see cref="Rows"/> a batch begins and how long it is.</summary>
    /// <param name="batch">The batch, from 1.</param>
    public (long Start, long Count) Range(int batch)
    {
        var start = (long)(batch - 1) * batchSize;
        return (start, Math.Min(batchSize, count - start));
    }

    public void Dispose()
    {
        generator.Dispose();
        order?.Dispose();
    }
}
