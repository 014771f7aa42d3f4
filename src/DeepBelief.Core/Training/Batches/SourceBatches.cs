using DeepBelief.Data;

namespace DeepBelief.Training;

/// <summary>Rows read from a source in every epoch; its first batches are the overview.</summary>
internal sealed class SourceBatches : BatchReader
{
    private readonly Func<int, int, Batch> read;
    private readonly Action<Batch, string, bool> check;
    private int firstEpoch;
    private int epoch;

    private SourceBatches(int batches, Func<int, int, Batch> read, Action<Batch, string, bool> check, int overviewRows)
    {
        (Batches, this.read, this.check) = (batches, read, check);
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var first = new List<Batch>();
        for (var batch = 1; batch <= Batches && first.Sum(rows => rows.Count) < overviewRows; batch++)
        {
            var rows = Read(1, batch, values: true);
            first.Add(new(rows.Rows.clone(), rows.Labels?.clone()));
        }

        Overview = new Batch(
            torch.cat([.. first.Select(rows => rows.Rows)]),
            first[0].Labels is null ? null : torch.cat([.. first.Select(rows => rows.Labels!)])).Detach();
    }

    /// <summary>Reads unlabelled rows.</summary>
    /// <param name="source">The source.</param>
    /// <param name="check">Throws if a batch does not fit, given its name for messages and whether to check values.</param>
    /// <param name="overviewRows">Minimum number of rows of the overview.</param>
    public static SourceBatches Of(IBatchSource source, Action<Batch, string, bool> check, int overviewRows)
        => new(AtLeastOne(source.Batches, nameof(source)), (epoch, batch) => new(source.Read(epoch, batch)), check, overviewRows);

    /// <summary>Reads labelled rows.</summary>
    /// <inheritdoc cref="Of(IBatchSource, Action{Batch, string, bool}, int)"/>
    public static SourceBatches Of(ILabelledBatchSource source, Action<Batch, string, bool> check, int overviewRows)
        => new(AtLeastOne(source.Batches, nameof(source)), (epoch, batch) => Labelled(source.Read(epoch, batch)), check, overviewRows);

    public override int Batches { get; }

    public override Batch Overview { get; }

    public override IReadOnlyDictionary<string, Generator> Generators { get; } = new Dictionary<string, Generator>();

    public override void BeginEpoch(int epoch)
    {
        this.epoch = epoch;
        if (firstEpoch == 0)
            firstEpoch = epoch;
    }

    // Checks values in the run's first epoch only, as that costs a pass over the rows.
    public override Batch Read(int batch) => Read(epoch, batch, values: epoch == firstEpoch);

    public override void Read(int batch, Func<long, Tensor> target)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var rows = Read(batch).Rows;
        _ = target(rows.shape[0]).copy_(rows);
    }

    public override void Dispose() => Overview.Dispose();

    private static int AtLeastOne(int batches, string name)
        => batches >= 1 ? batches : throw new ArgumentException($"Expected a source of at least one batch, found {batches}.", name);

    private static Batch Labelled((Tensor Rows, Tensor Labels) batch) => new(batch.Rows, batch.Labels);

    private Batch Read(int ofEpoch, int batch, bool values)
    {
        var rows = read(ofEpoch, batch);
        check(rows, FormattableString.Invariant($"batch {batch} of epoch {ofEpoch}"), values);
        return rows;
    }
}
