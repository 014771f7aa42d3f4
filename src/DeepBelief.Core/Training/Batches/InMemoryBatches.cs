using DeepBelief.Tensors;

namespace DeepBelief.Training;

/// <summary>Rows of a dense tensor.</summary>
/// <param name="all">The rows.</param>
/// <param name="options">Provides the seed and the batch size.</param>
/// <param name="owned">True to dispose the rows with the reader.</param>
/// <param name="stream">The stream of random numbers that orders the rows.</param>
internal sealed class InMemoryBatches(Batch all, OptimizationOptions options, bool owned = false, int stream = Randomness.Order)
    : ShuffledBatches(all.Count, all.Weights, all.Rows.device, options, stream)
{
    public override Batch Overview => all;

    public override Batch Read(int batch) => all.Select(Numbers(batch));

    public override void Read(int batch, Func<long, Tensor> target)
    {
        var (start, count) = Range(batch);
        var rows = target(count);
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        if (TensorMemory.IsFast(all.Rows) && (TensorMemory.IsFast(rows) || TensorMemory.IsRounded(rows)) && Order.is_contiguous())
            GatherKernel.Gather(all.Rows, Order, start, rows);
        else
            _ = rows.copy_(all.Rows.index_select(0, Numbers(batch)));
    }

    protected override void DisposeRows()
    {
        if (owned)
            all.Dispose();
    }
}
