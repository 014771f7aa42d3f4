using DeepBelief.Data;
using DeepBelief.Training;

namespace DeepBelief.Tests.Support;

/// <summary>The batches that a run over the same rows in memory would take, in its order; it remembers which were read.</summary>
internal sealed class ShuffledSource(Tensor rows, OptimizationOptions options) : IBatchSource
{
    public int Batches => new InMemoryBatches(new(rows), options).Batches;

    public List<(int Epoch, int Batch)> Reads { get; } = [];

    public Tensor Read(int epoch, int batch)
    {
        Reads.Add((epoch, batch));
        using var scope = torch.NewDisposeScope();
        using var batches = new InMemoryBatches(new(rows), options);
        for (var i = 1; i <= epoch; i++)
            batches.BeginEpoch(i);
        return batches.Read(batch).Rows.MoveToOuterDisposeScope();
    }
}
