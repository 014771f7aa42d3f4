using DeepBelief.Sampling;

namespace DeepBelief.Training;

/// <summary>All rows in one tensor.</summary>
/// <param name="rows">The rows.</param>
/// <param name="options">How they are shuffled and cut.</param>
/// <param name="owned">Whether the tensor is disposed along with this.</param>
internal sealed class RowsInMemory(Tensor rows, OptimizationOptions options, bool owned = false) : TrainingRows
{
    private readonly ShuffledRows order = new(rows, options);

    public override int Batches => order.Batches;

    public override Tensor Overview => rows;

    public override IReadOnlyDictionary<string, Generator> Generators => order.Generators;

    public override void BeginEpoch(int epoch) => order.BeginEpoch();

    public override Tensor Read(int batch, NegativeSampler sampler)
    {
        var (start, count) = order.Range(batch);
        return sampler.Gather(rows, order.Rows, start, count);
    }

    public override void Dispose()
    {
        order.Dispose();
        if (owned)
            rows.Dispose();
    }
}
