using DeepBelief.Tensors;
using DeepBelief.Units;

namespace DeepBelief.Evaluation;

/// <summary>Counts without an end, and others with so many states that the next is much like the last.</summary>
/// <remarks>
/// <para>A step is a sweep over all columns, which proposes to go up or down by 1 + ⌊s E⌋, with E from the exponential distribution, and
/// accepts by Metropolis' rule: the proposal is as likely as that of the way back. Chains of their own find each column's s before
/// those that count, for 44 % of acceptances, the best in one dimension (Gelman, Roberts and Gilks 1996, "Efficient Metropolis jumping
/// rules").</para>
/// <para>p_0 is a <see cref="DiscreteLaplace"/> distribution. It is normalised.</para>
/// </remarks>
internal sealed class CountColumns : AnnealedColumns
{
    private const double AcceptanceRate = 0.44;
    private const double ShortestStep = 0.1; // all but a few go to the next number
    private const double LongestStep = 1L << 20;

    private readonly Sites sites;
    private readonly long start;
    private readonly DiscreteLaplace laplace;
    private readonly Tensor size; // of each column's next step of tuning, [columns], float64
    private Tensor? sizes; // [steps of tuning, columns]

    /// <summary>Takes means and variances from all columns of data, <c>[rows, visible]</c>; may be null.</summary>
    public CountColumns(Sites sites, long start, Tensor? data, Tensor like)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        (this.sites, this.start) = (sites, start);
        var (end, largest) = (sites.States - 1, Whole(like.dtype));
        laplace = new DiscreteLaplace(sites.Count, Math.Min(end, largest), end <= largest, data is null ? null : Numbers(data), like.device);
        size = laplace.Deviation().DetachFromDisposeScope();
    }

    public override bool AreTuned => true;

    public override Tensor LogBase(Tensor rows)
    {
        using var scope = torch.NewDisposeScope();
        return laplace.LogProbability(Numbers(rows)).sum(1).MoveToOuterDisposeScope();
    }

    public override void SampleBase(Tensor rows, Generator? generator)
    {
        using var scope = torch.NewDisposeScope();
        _ = Units(rows).copy_(Values(laplace.Sample(rows.shape[0], generator), rows.dtype));
    }

    public override void Round(Tensor rows)
    {
        using var scope = torch.NewDisposeScope();
        _ = Units(rows).copy_(sites.Nearest(Units(rows)));
    }

    public override void Prepare(AnnealingOptions options, int steps)
        => sizes = torch.empty(steps, sites.Count, ScalarType.Float64, size.device).DetachFromDisposeScope();

    public override void Tune(FreeEnergyChains chains, double beta, int step)
    {
        using var scope = torch.NewDisposeScope();
        for (var column = 0; column < sites.Count; column++)
        {
            var ofColumn = size.select(0, column);
            var accepted = MoveColumn(chains, column, beta, ofColumn);
            _ = ofColumn.copy_((ofColumn * accepted.Minus(AcceptanceRate).exp()).Within(ShortestStep, LongestStep));
        }

        _ = sizes!.select(0, step).copy_(size);
    }

    public override void Move(FreeEnergyChains chains, double beta, int tuned)
    {
        for (var column = 0; column < sites.Count; column++)
        {
            using var scope = torch.NewDisposeScope();
            _ = MoveColumn(chains, column, beta, sizes!.select(0, tuned).select(0, column));
        }
    }

    public override void Dispose()
    {
        laplace.Dispose();
        size.Dispose();
        sizes?.Dispose();
    }

    // Half of the numbers up to which the type has all whole ones.
    private static long Whole(ScalarType type)
        => type switch { ScalarType.Float64 => 1L << 52, ScalarType.Float32 => 1 << 23, ScalarType.Float16 => 1 << 10, _ => 1 << 7 };

    /// <summary>Moves a column, and returns the mean probability of acceptance.</summary>
    private Tensor MoveColumn(FreeEnergyChains chains, int column, double beta, Tensor stepSize)
    {
        using var scope = torch.NewDisposeScope();
        var rows = chains.Visible;
        var units = rows.narrow(1, start + column, 1);
        var numbers = sites.Numbers(units).to(ScalarType.Float64);
        var lengths = torch.empty_like(numbers).uniform_(0, 1, chains.Generator).log_().neg_().mul_(stepSize).floor_().Add(1);
        var isUp = torch.empty_like(numbers).uniform_(0, 1, chains.Generator).IsBelow(0.5);
        var proposed = numbers.Plus(torch.where(isUp, lengths, lengths.neg()));
        // What is no count is refused: the energy does not get to see it.
        var isCount = laplace.Has(proposed);
        proposed = torch.where(isCount, proposed, numbers);
        var logBase = laplace.LogProbability(proposed, column) - laplace.LogProbability(numbers, column);
        var accepted = chains.Offer(units, Values(proposed, rows.dtype), logBase, beta, logRatio => logRatio.AtMost(0).exp());
        return (accepted * isCount.to(ScalarType.Float64)).mean().MoveToOuterDisposeScope();
    }

    /// <summary>The values of numbers, <c>[rows]</c> or <c>[rows, columns]</c>, as rows.</summary>
    private Tensor Values(Tensor numbers, ScalarType dtype)
    {
        using var scope = torch.NewDisposeScope();
        return sites.Values(numbers.to(ScalarType.Int64), dtype).reshape(numbers.shape[0], -1).MoveToOuterDisposeScope();
    }

    /// <summary>The numbers of states, as float64, <c>[rows, columns]</c>.</summary>
    private Tensor Numbers(Tensor rows) => sites.Numbers(sites.BySite(Units(rows))).to(ScalarType.Float64);

    private Tensor Units(Tensor rows) => rows.narrow(1, start, sites.Units);
}
