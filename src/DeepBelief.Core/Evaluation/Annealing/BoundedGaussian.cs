using DeepBelief.Tensors;
using DeepBelief.Units;

namespace DeepBelief.Evaluation;

/// <summary>Independent Gaussian units, each within an interval, in float64: where annealing of real numbers begins.</summary>
internal sealed class BoundedGaussian : IDisposable
{
    // Reflections at bounds in one step; more of them belong to steps far too long, which end outside.
    private const int MostReflections = 4;

    // Of a column's squared mean; by less than this, a column varies by rounding alone.
    private const double Rounding = 1e-12;
    private const double RoundingOfDoubles = 1e-26;

    private static readonly double BelowOne = Math.BitDecrement(1);

    private readonly Tensor mean;
    private readonly Tensor deviation;
    private readonly Tensor lower; // in deviations from the mean
    private readonly Tensor upper;
    private readonly bool isBounded;

    /// <summary>
    /// Takes means and deviations from data, <c>[rows, units]</c>; without data, those of the uniform distribution of an interval with two
    /// bounds, otherwise a deviation of 1 around 0 or the bound that is nearest to it.
    /// </summary>
    public BoundedGaussian(IReadOnlyList<Interval> intervals, Tensor? data, Device device)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var (least, most) = (Columns(interval => interval.Least), Columns(interval => interval.Most));
        isBounded = intervals.Any(interval => double.IsFinite(interval.Least) || double.IsFinite(interval.Most));
        var center = data?.mean([0L]).to(ScalarType.Float64) ?? Columns(interval => HasTwoBounds(interval) ? (interval.Least + interval.Most) / 2 : 0);
        center = torch.minimum(torch.maximum(center, least), most);
        var width = data is null ? Columns(interval => HasTwoBounds(interval) ? (interval.Most - interval.Least) / Math.Sqrt(12) : 1) : Deviations(data);
        mean = center.DetachFromDisposeScope();
        deviation = width.DetachFromDisposeScope();
        lower = ((least - center) / width).DetachFromDisposeScope();
        upper = ((most - center) / width).DetachFromDisposeScope();

        Tensor Columns(Func<Interval, double> value)
            => torch.cat([.. intervals.Select(interval => torch.empty(interval.Units, ScalarType.Float64, device).Fill(value(interval)))]);
    }

    /// <summary>log ∫ exp(-z²/2) dv over the intervals, with z the <see cref="Standardized"/> v.</summary>
    public double LogPartition
    {
        get
        {
            using var scope = torch.NewDisposeScope();
            var (_, mass) = Masses();
            return mass.Times(Math.Sqrt(Math.PI / 2)).log().Plus(deviation.log()).sum().Number();
        }
    }

    /// <summary>Draws rows, standardized.</summary>
    public Tensor Sample(long count, Generator? generator)
    {
        using var scope = torch.NewDisposeScope();
        var (below, mass) = Masses();
        var uniform = torch.empty(count, mean.shape[0], ScalarType.Float64, mean.device).uniform_(0, 1, generator);
        return below.Plus(uniform * mass).Within(-BelowOne, BelowOne).erfinv().Times(Math.Sqrt(2)).MoveToOuterDisposeScope();
    }

    /// <summary>Rows in deviations from the mean, z.</summary>
    public Tensor Standardized(Tensor rows)
    {
        using var scope = torch.NewDisposeScope();
        return ((rows.to(ScalarType.Float64) - mean) / deviation).MoveToOuterDisposeScope();
    }

    /// <summary>The rows of standardized ones.</summary>
    public Tensor Values(Tensor standardized, ScalarType dtype)
    {
        using var scope = torch.NewDisposeScope();
        return mean.Plus(standardized * deviation).to(dtype).MoveToOuterDisposeScope();
    }

    /// <summary>The gradient with respect to standardized rows, from that with respect to rows.</summary>
    public Tensor Slope(Tensor gradient) => gradient * deviation;

    /// <summary>
    /// Reflects what has left the intervals, and its momentum, in place (Neal 2011, "MCMC using Hamiltonian dynamics", section 5.1).
    /// </summary>
    /// <returns>True for rows that are inside now, <c>[rows]</c>.</returns>
    public Tensor Reflect(Tensor standardized, Tensor momentum)
    {
        using var scope = torch.NewDisposeScope();
        for (var times = 0; isBounded && times < MostReflections; times++)
        {
            var (isBelow, isAbove) = (standardized.lt(lower), standardized.gt(upper));
            var bound = torch.where(isBelow, lower, upper);
            var isOutside = isBelow.logical_or(isAbove);
            _ = standardized.copy_(torch.where(isOutside, bound.Times(2) - standardized, standardized));
            _ = momentum.copy_(torch.where(isOutside, momentum.neg(), momentum));
        }

        return standardized.ge(lower).logical_and(standardized.le(upper)).all(1).MoveToOuterDisposeScope();
    }

    /// <summary>The nearest rows within the intervals.</summary>
    public Tensor Nearest(Tensor rows)
    {
        using var scope = torch.NewDisposeScope();
        var inside = torch.minimum(torch.maximum(Standardized(rows), lower), upper);
        return Values(inside, rows.dtype).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        foreach (var tensor in new[] { mean, deviation, lower, upper })
            tensor.Dispose();
    }

    private static bool HasTwoBounds(Interval interval) => double.IsFinite(interval.Least) && double.IsFinite(interval.Most);

    private static Tensor Deviations(Tensor data)
    {
        using var scope = torch.NewDisposeScope();
        var mean = data.mean([0L]);
        var variance = (data - mean).Squared().mean([0L]).to(ScalarType.Float64);
        var overall = variance.mean();
        // A column that is constant in these rows may vary in the model, by about as much as the others do.
        var other = torch.where(overall.IsAbove(0), overall, torch.ones_like(overall));
        var rounding = data.dtype == ScalarType.Float64 ? RoundingOfDoubles : Rounding;
        return torch.where(variance.gt(mean.to(ScalarType.Float64).Squared().Times(rounding)), variance, other).sqrt().MoveToOuterDisposeScope();
    }

    /// <summary>erf of the lower bound / √2, and how much that of the upper bound is more: twice the normal probability between them.</summary>
    private (Tensor Below, Tensor Mass) Masses()
    {
        var below = lower.Times(Math.Sqrt(0.5)).erf();
        return (below, upper.Times(Math.Sqrt(0.5)).erf() - below);
    }
}
