using DeepBelief.Tensors;

namespace DeepBelief.Training;

/// <summary>Rows in memory, shuffled in every epoch.</summary>
/// <param name="all">The rows.</param>
/// <param name="options">Provides the seed and the batch size.</param>
/// <param name="owned">True to dispose the rows with the reader.</param>
internal sealed class InMemoryBatches(Batch all, OptimizationOptions options, bool owned = false) : BatchReader
{
    private readonly int batchSize = AutomaticOptions.BatchSize(options, all.Count);
    private readonly Generator generator = Randomness.Generator(options.Seed, Randomness.Order);
    private Tensor? order; // the numbers of all rows, [rows]

    public override int Batches => (int)((all.Count + batchSize - 1) / batchSize);

    public override Batch Overview => all;

    public override IReadOnlyDictionary<string, Generator> Generators => new Dictionary<string, Generator> { ["order"] = generator };

    public override void BeginEpoch(int epoch)
    {
        using var scope = torch.NewDisposeScope();
        order?.Dispose();
        // On the CPU, for the same order on every device.
        order = torch.randperm(all.Count, ScalarType.Int64, torch.CPU, generator: generator).to(all.Rows.device).DetachFromDisposeScope();
    }

    public override Batch Read(int batch)
    {
        var (start, count) = Range(batch);
        return all.Select(order!.narrow(0, start, count));
    }

    public override void Read(int batch, Func<long, Tensor> target)
    {
        var (start, count) = Range(batch);
        var rows = target(count);
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        if (TensorMemory.IsFast(all.Rows) && TensorMemory.IsFast(rows) && order!.is_contiguous())
            GatherKernel.Gather(all.Rows, order, start, rows);
        else
            _ = rows.copy_(all.Rows.index_select(0, order!.narrow(0, start, count)));
    }

    public override void Dispose()
    {
        generator.Dispose();
        order?.Dispose();
        if (owned)
            all.Dispose();
    }

    private (long Start, long Count) Range(int batch)
    {
        var start = (long)(batch - 1) * batchSize;
        return (start, Math.Min(batchSize, all.Count - start));
    }
}
