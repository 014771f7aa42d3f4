using DeepBelief.Tensors;

namespace DeepBelief.Evaluation;

/// <summary>
/// Independent whole numbers from 0 to a largest, p(n) ∝ q^|n - c|, in float64: where annealing of counts begins (Inusah and Kozubowski
/// 2006, "A discrete analogue of the Laplace distribution"). Around 0 it is the geometric distribution.
/// </summary>
/// <remarks>Where no bound is near, its variance is 2 q / (1 - q)², so that 1 - q = 2 / (1 + √(1 + 2 σ²)).</remarks>
internal sealed class DiscreteLaplace : IDisposable
{
    // Around 0, the geometric distribution of mean 1.
    private const double VarianceWithoutData = 4;

    // Of a column that hardly varies in the data; a model may vary more.
    private const double LeastVariance = 0.25;

    private readonly double most;
    private readonly Tensor center;
    private readonly Tensor logQ;
    private readonly Tensor below; // (1 - q) Σ q^|n - c| over n < c
    private readonly Tensor above; // over the others
    private readonly Tensor logPeak; // log p(c)

    /// <summary>
    /// Takes means and variances from data, <c>[rows, columns]</c>, float64. Without data: those of the uniform distribution, if the largest
    /// number is an end, otherwise a mean of 1.
    /// </summary>
    public DiscreteLaplace(long columns, double most, bool hasEnd, Tensor? data, Device device)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        this.most = most;
        var mean = data?.mean([0L]) ?? Columns(hasEnd ? most / 2 : 0);
        var variance = data is null ? Columns(hasEnd ? (most + 1) * (most + 1) / 12 : VarianceWithoutData) : (data - mean).Squared().mean([0L]);
        // A column that is constant in these rows may vary in the model, by about as much as other counts of this mean.
        variance = torch.where(variance.IsAbove(0), variance, mean).AtLeast(LeastVariance);
        center = mean.round().Within(0, most).DetachFromDisposeScope();
        logQ = variance.Times(2).Plus(1).sqrt().Plus(1).reciprocal().Times(-2).log1p().DetachFromDisposeScope();
        below = (logQ.exp() * (center * logQ).expm1().neg()).DetachFromDisposeScope();
        above = ((center.neg().Plus(most + 1)) * logQ).expm1().neg().DetachFromDisposeScope();
        logPeak = (logQ.expm1().neg() / below.Plus(above)).log().DetachFromDisposeScope();

        Tensor Columns(double value) => torch.empty(columns, ScalarType.Float64, device).Fill(value);
    }

    /// <summary>Standard deviations where no bound is near, <c>[columns]</c>.</summary>
    public Tensor Deviation()
    {
        using var scope = torch.NewDisposeScope();
        return (logQ.Times(0.5).exp().Times(Math.Sqrt(2)) / logQ.expm1().neg()).MoveToOuterDisposeScope();
    }

    /// <summary>True where numbers are within the bounds.</summary>
    public Tensor Has(Tensor numbers)
    {
        using var scope = torch.NewDisposeScope();
        return numbers.IsBelow(0).logical_or(numbers.IsAbove(most)).logical_not().MoveToOuterDisposeScope();
    }

    /// <summary>log p of numbers within the bounds, <c>[rows, columns]</c>, or <c>[rows]</c> of a given column.</summary>
    public Tensor LogProbability(Tensor numbers, int? column = null)
    {
        using var scope = torch.NewDisposeScope();
        var (c, slope, peak) = column is { } one ? (center.select(0, one), logQ.select(0, one), logPeak.select(0, one)) : (center, logQ, logPeak);
        return ((numbers - c).abs() * slope).Plus(peak).MoveToOuterDisposeScope();
    }

    /// <summary>Draws rows.</summary>
    public Tensor Sample(long count, Generator? generator)
    {
        using var scope = torch.NewDisposeScope();
        var place = torch.empty(count, center.shape[0], ScalarType.Float64, center.device).uniform_(0, 1, generator) * below.Plus(above);
        // On either side, the inverse of the geometric distribution.
        var down = center.Minus(1) - Steps(place / logQ.exp());
        var up = center.Plus(Steps(place - below));
        return torch.where(place.lt(below), down, up).Within(0, most).MoveToOuterDisposeScope();

        // The sum of (1 - q) q^j up to j is 1 - q^(j + 1).
        Tensor Steps(Tensor sum) => (sum.neg().log1p() / logQ).floor();
    }

    public void Dispose()
    {
        foreach (var tensor in new[] { center, logQ, below, above, logPeak })
            tensor.Dispose();
    }
}
