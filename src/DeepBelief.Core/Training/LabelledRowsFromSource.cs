using DeepBelief.Data;
using DeepBelief.Internal;

namespace DeepBelief.Training;

/// <summary>Labelled rows that a source gives. Its first batches, as many as are scored, stand for all.</summary>
internal sealed class LabelledRowsFromSource : LabelledRows
{
    // Where the options, which would have all rows in memory scored, say nothing.
    private const int DefaultScored = 1000;

    private readonly ILabelledBatchSource source;
    private readonly torch.nn.Module<Tensor, Tensor> network;
    private readonly (Tensor Inputs, Tensor Labels) first;
    private readonly long classes;
    private int firstEpoch;
    private int epoch;

    public LabelledRowsFromSource(ILabelledBatchSource source, torch.nn.Module<Tensor, Tensor> network, ClassifierTrainingOptions options)
    {
        this.source = source;
        this.network = network;
        Batches = source.Batches;
        if (Batches < 1)
            throw new ArgumentException($"Expected a source of at least one batch, found {Batches}.", nameof(source));
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var (inputs, labels) = (new List<Tensor>(), new List<Tensor>());
        for (var batch = 1; batch <= Batches && inputs.Sum(rows => rows.shape[0]) < (options.EvaluationRows ?? DefaultScored); batch++)
        {
            var rows = source.Read(1, batch);
            var name = Name(1, batch);
            if (batch == 1)
            {
                ClassifierTraining.CheckInputs(network, rows.Inputs, name);
                classes = ClassifierTraining.Classes(network, rows.Inputs);
            }

            Check(rows, inputs.FirstOrDefault() ?? rows.Inputs, name, values: true);
            inputs.Add(rows.Inputs.clone());
            labels.Add(rows.Labels.clone());
        }

        first = (torch.cat(inputs).DetachFromDisposeScope(), torch.cat(labels).DetachFromDisposeScope());
    }

    public override int Batches { get; }

    public override (Tensor Inputs, Tensor Labels) Overview => first;

    public override (Tensor Inputs, Tensor Labels) Scored => first;

    public override IReadOnlyDictionary<string, Generator> Generators { get; } = new Dictionary<string, Generator>();

    public override void BeginEpoch(int epoch)
    {
        this.epoch = epoch;
        if (firstEpoch == 0)
            firstEpoch = epoch;
    }

    public override (Tensor Inputs, Tensor Labels) Read(int batch)
    {
        var rows = source.Read(epoch, batch);
        // What values a source gives is looked at in the run's first epoch only: it costs a pass over the rows.
        Check(rows, first.Inputs, Name(epoch, batch), values: epoch == firstEpoch);
        return rows;
    }

    public override void Dispose()
    {
        first.Inputs.Dispose();
        first.Labels.Dispose();
    }

    private static string Name(int epoch, int batch) => FormattableString.Invariant($"batch {batch} of epoch {epoch}");

    private void Check((Tensor Inputs, Tensor Labels) rows, Tensor like, string name, bool values)
    {
        ClassifierTraining.CheckInputs(network, rows.Inputs, name);
        ClassifierTraining.CheckAlike(rows.Inputs, like, name);
        Guard.LabelKind(rows.Labels, rows.Inputs, name);
        if (!values)
            return;
        Guard.Values(rows.Inputs, Units.UnitSupport.Real, name);
        Guard.Labels(rows.Labels, rows.Inputs, classes, name);
    }
}
