using DeepBelief.Data;
using DeepBelief.Tensors;

namespace DeepBelief.Training;

/// <summary>Rows read from a source in every epoch; its first batches are the overview.</summary>
internal sealed class SourceBatches : BatchReader
{
    private readonly Func<int, int, Batch> read;
    private readonly Func<int, int, Tensor, Tensor>? map;
    private readonly Action<Batch, string, bool> check;
    private readonly IDisposable? place; // in a source that makes its batches for this run
    private readonly List<(long Start, long Count)> first = []; // where the overview has the first batches
    private readonly bool keepsRows;
    private readonly bool keepsLabels;
    private readonly IProcessGroup? group;
    private readonly bool mapsByRow;
    private double share = 1;
    private int firstEpoch;
    private int epoch;

    private SourceBatches(
        int batches, Func<int, int, Batch> read, IDisposable? place, Action<Batch, string, bool> check, OptimizationOptions options, Func<int, int, Tensor, Tensor>? map, bool mapsByRow)
    {
        (Batches, this.read, this.place, this.check, this.map, this.mapsByRow, group) = (batches, read, place, check, map, mapsByRow, options.Group);
        var overviewRows = AutomaticOptions.OverviewRows(options);
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        try
        {
            // A source that keeps its batches returns the same tensors when it is asked again.
            var probe = place is null ? UserCode.Run(() => read(1, 1)) : default;
            var (rows, labels, count) = (new List<Tensor>(), new List<Tensor>(), 0L);
            for (var batch = 1; batch <= Batches && count < overviewRows; batch++)
            {
                using var ofBatch = torch.NewDisposeScope();
                var given = UserCode.Run(() => read(1, batch));
                if (batch == 1 && place is null)
                    (keepsRows, keepsLabels) = (TakeUnlessSame(probe.Rows, given.Rows), TakeUnlessSame(probe.Labels, given.Labels));
                var accepted = Accept(given, 1, batch, values: true);
                rows.Add(accepted.Rows.clone().MoveToOuterDisposeScope());
                if (accepted.Labels is { } some)
                    labels.Add(some.clone().MoveToOuterDisposeScope());
                first.Add((count, accepted.Count));
                count += accepted.Count;
            }

            Overview = new Batch(torch.cat(rows), labels.Count == 0 ? null : torch.cat(labels)).Detach();
        }
        catch
        {
            Leave();
            throw;
        }

        Rows = Overview.Count * Batches / first.Count;
    }

    /// <summary>Reads unlabelled rows.</summary>
    /// <param name="source">The source.</param>
    /// <param name="check">Throws if a batch does not fit, given its name for messages and whether to check values.</param>
    /// <param name="options">Say how many rows the overview has, and which ranks share a batch.</param>
    /// <param name="map">Makes other rows of those of an epoch and batch; null for none.</param>
    /// <param name="mapsByRow">True if the map makes a row of each row, whatever the others are, so that each rank does so for its own.</param>
    public static SourceBatches Of(
        IBatchSource source, Action<Batch, string, bool> check, OptimizationOptions options, Func<int, int, Tensor, Tensor>? map = null, bool mapsByRow = false)
    {
        var own = (source as ISequentialSource<IBatchSource>)?.Open();
        return new(AtLeastOne(source.Batches, nameof(source)), (epoch, batch) => new((own ?? source).Read(epoch, batch)), own as IDisposable, check, options, map, mapsByRow);
    }

    /// <summary>Reads labelled rows.</summary>
    /// <inheritdoc cref="Of(IBatchSource, Action{Batch, string, bool}, OptimizationOptions, Func{int, int, Tensor, Tensor}?, bool)"/>
    public static SourceBatches Of(
        ILabelledBatchSource source, Action<Batch, string, bool> check, OptimizationOptions options, Func<int, int, Tensor, Tensor>? map = null, bool mapsByRow = false)
    {
        var own = (source as ISequentialSource<ILabelledBatchSource>)?.Open();
        return new(AtLeastOne(source.Batches, nameof(source)), (epoch, batch) => Labelled((own ?? source).Read(epoch, batch)), own as IDisposable, check, options, map, mapsByRow);
    }

    public override int Batches { get; }

    public override long Rows { get; }

    public override double Share => share;

    public override Batch Overview { get; }

    public override IReadOnlyDictionary<string, Generator> Generators { get; } = new Dictionary<string, Generator>();

    public override void BeginEpoch(int epoch)
    {
        this.epoch = epoch;
        if (firstEpoch == 0)
            firstEpoch = epoch;
    }

    // Checks values in the run's first epoch only, as that costs a pass over the rows.
    public override Batch Read(int batch)
    {
        // These have been read, so the source is not asked twice in an epoch.
        if (epoch == 1 && batch <= first.Count)
            return OfRank(Copy(first[batch - 1]));
        using var scope = torch.NewDisposeScope();
        var given = UserCode.Run(() => read(epoch, batch), (own, result) =>
        {
            if (result.Rows is not null && !keepsRows)
                _ = own.MoveToOuter(result.Rows);
            if (result.Labels is not null && !keepsLabels)
                _ = own.MoveToOuter(result.Labels);
        });
        var rows = Accept(given, epoch, batch, values: epoch == firstEpoch, OfRank);
        // Does nothing to tensors that are the source's, and so not in the scope.
        _ = scope.MoveToOuter(rows.Rows);
        if (rows.Labels is { } labels)
            _ = scope.MoveToOuter(labels);
        return rows;
    }

    public override void Read(int batch, Func<long, Tensor> target)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var rows = Read(batch).Rows;
        _ = target(rows.shape[0]).copy_(rows);
    }

    public override void Dispose()
    {
        Leave();
        Overview.Dispose();
    }

    private static int AtLeastOne(int batches, string name)
        => batches >= 1 ? batches : throw new ArgumentException($"Expected a source of at least one batch, found {batches}.", name);

    private static Batch Labelled((Tensor Rows, Tensor Labels) batch) => new(batch.Rows, batch.Labels);

    private static bool TakeUnlessSame(Tensor? probe, Tensor? again)
    {
        if (ReferenceEquals(probe, again))
            return true;
        probe?.Dispose();
        return false;
    }

    private void Leave()
    {
        if (place is not null)
            UserCode.Run(place.Dispose);
    }

    // Otherwise the check says what is wrong.
    private static bool HasRows(Batch given)
        => given.Rows is { } rows && rows.dim() > 0 && rows.shape[0] > 0 && (given.Labels is not { } labels || (labels.dim() > 0 && labels.shape[0] == rows.shape[0]));

    /// <summary>This rank's rows of a batch.</summary>
    private Batch OfRank(Batch all)
    {
        if (group is null)
            return all;
        var own = RankShare.Of(group, all.Count);
        share = own.Part;
        return all.Narrow(own.Start, own.Count);
    }

    // In memory of its own, as products round by where rows are in memory.
    private Batch Copy((long Start, long Count) part)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var some = Overview.Narrow(part.Start, part.Count);
        return new Batch(some.Rows.clone(), some.Labels?.clone()).MoveToOuterDisposeScope();
    }

    /// <summary>Checks a batch, or a part of it, and moves what is the run's to the current dispose scope.</summary>
    private Batch Accept(Batch given, int ofEpoch, int batch, bool values, Func<Batch, Batch>? part = null)
    {
        using var scope = torch.NewDisposeScope();
        var name = FormattableString.Invariant($"batch {batch} of epoch {ofEpoch}");
        Take(given.Rows, keepsRows);
        Take(given.Labels, keepsLabels);
        var isDivided = part is not null && mapsByRow && HasRows(given);
        if (isDivided)
            given = part!(given);
        var result = map is null ? given : given with { Rows = map(ofEpoch, batch, given.Rows) };
        check(result, name, values);
        if (part is not null && !isDivided)
            result = part(result);
        _ = scope.MoveToOuter(result.Rows);
        if (result.Labels is { } labels)
            _ = scope.MoveToOuter(labels);
        return result;

        void Take(Tensor? tensor, bool isKept)
        {
            if (tensor is { IsInvalid: true })
                throw new ArgumentException("Expected a tensor that is alive, found a disposed one. The run disposes the batches that a source returns: return a slice, alias() or clone() of a tensor that the source keeps.", name);
            if (tensor is not null && !isKept)
                scope.Attach(tensor);
        }
    }
}
