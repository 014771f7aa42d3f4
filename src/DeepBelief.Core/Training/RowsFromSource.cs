using DeepBelief.Data;
using DeepBelief.Internal;
using DeepBelief.Sampling;

namespace DeepBelief.Training;

/// <summary>Rows that a source gives. Its first batches, as many as an epoch is evaluated on, stand for all.</summary>
internal sealed class RowsFromSource : TrainingRows
{
    private readonly IBatchSource source;
    private readonly IEnergyModel model;
    private int firstEpoch;
    private int epoch;

    public RowsFromSource(IBatchSource source, IEnergyModel model, TrainingOptions options)
    {
        this.source = source;
        this.model = model;
        Batches = source.Batches;
        if (Batches < 1)
            throw new ArgumentException($"Expected a source of at least one batch, found {Batches}.", nameof(source));
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var first = new List<Tensor>();
        for (var batch = 1; batch <= Batches && first.Sum(rows => rows.shape[0]) < options.EvaluationRows; batch++)
            first.Add(Read(1, batch, checkValues: true).clone());
        Overview = torch.cat(first).DetachFromDisposeScope();
    }

    public override int Batches { get; }

    public override Tensor Overview { get; }

    public override IReadOnlyDictionary<string, Generator> Generators { get; } = new Dictionary<string, Generator>();

    public override void BeginEpoch(int epoch)
    {
        this.epoch = epoch;
        if (firstEpoch == 0)
            firstEpoch = epoch;
    }

    // What values a source gives is looked at in the run's first epoch only: it costs a pass over the rows.
    public override Tensor Read(int batch, NegativeSampler sampler) => Read(epoch, batch, checkValues: epoch == firstEpoch);

    public override void Dispose() => Overview.Dispose();

    private Tensor Read(int ofEpoch, int batch, bool checkValues)
    {
        var rows = source.Read(ofEpoch, batch);
        var name = FormattableString.Invariant($"batch {batch} of epoch {ofEpoch}");
        Guard.Rows(rows, model.VisibleSize, Parameters.Representative(model), name);
        if (checkValues)
            Guard.Values(rows, model.VisibleSupport, name);
        return rows;
    }
}
