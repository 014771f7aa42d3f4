using DeepBelief.Internal;

namespace DeepBelief.Training;

/// <summary>All labelled rows in two tensors.</summary>
/// <param name="inputs">The rows.</param>
/// <param name="labels">Their classes.</param>
/// <param name="options">How they are shuffled and cut, and how many are scored.</param>
internal sealed class LabelledRowsInMemory(Tensor inputs, Tensor labels, ClassifierTrainingOptions options) : LabelledRows
{
    private readonly ShuffledRows order = new(inputs, options);
    private readonly (Tensor Inputs, Tensor Labels) scored = Some(inputs, labels, options);

    public override int Batches => order.Batches;

    public override (Tensor Inputs, Tensor Labels) Overview => (inputs, labels);

    public override (Tensor Inputs, Tensor Labels) Scored => scored;

    public override IReadOnlyDictionary<string, Generator> Generators => order.Generators;

    public override void BeginEpoch(int epoch) => order.BeginEpoch();

    public override (Tensor Inputs, Tensor Labels) Read(int batch)
    {
        var rows = order.Batch(batch);
        return (inputs.index_select(0, rows), labels.index_select(0, rows));
    }

    public override void Dispose()
    {
        order.Dispose();
        scored.Inputs.Dispose();
        scored.Labels.Dispose();
    }

    private static (Tensor Inputs, Tensor Labels) Some(Tensor inputs, Tensor labels, ClassifierTrainingOptions options)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var total = inputs.shape[0];
        if (options.EvaluationRows is not { } count || count >= total)
            return (inputs.alias().DetachFromDisposeScope(), labels.alias().DetachFromDisposeScope());
        using var generator = Randomness.Generator(options.Seed, Randomness.Rows);
        var some = torch.randperm(total, ScalarType.Int64, torch.CPU, generator: generator).narrow(0, 0, count).to(inputs.device);
        return (inputs.index_select(0, some).DetachFromDisposeScope(), labels.index_select(0, some).DetachFromDisposeScope());
    }
}
