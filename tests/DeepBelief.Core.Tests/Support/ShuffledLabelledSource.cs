using DeepBelief.Data;
using DeepBelief.Training;

namespace DeepBelief.Tests.Support;

/// <summary>The batches that a run over the same labelled rows in memory would take, in its order; it remembers which were read.</summary>
internal sealed class ShuffledLabelledSource(Tensor inputs, Tensor labels, OptimizationOptions options) : ILabelledBatchSource
{
    public int Batches => new InMemoryBatches(new(inputs), options).Batches;

    public List<(int Epoch, int Batch)> Reads { get; } = [];

    public (Tensor Inputs, Tensor Labels) Read(int epoch, int batch)
    {
        Reads.Add((epoch, batch));
        using var scope = torch.NewDisposeScope();
        using var batches = new InMemoryBatches(new(inputs, labels), options);
        for (var i = 1; i <= epoch; i++)
            batches.BeginEpoch(i);
        var (rows, classes, _) = batches.Read(batch);
        return scope.MoveToOuter(rows, classes!);
    }
}
