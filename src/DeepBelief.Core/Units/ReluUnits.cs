using DeepBelief.Tensors;

namespace DeepBelief.Units;

/// <summary>
/// Non-negative real units with a learned variance: E(x) = Σ x²/2σ² - b x for x ≥ 0, so x | I is normal with mean σ²(b + I)
/// and variance σ², truncated at zero.
/// </summary>
/// <remarks>
/// <para>Γ(I) = Σ log σ + log ∫ exp(-y²/2 + s y) dy over y ≥ 0 with s = σ(b + I). Mean, variance and samples are accurate to a
/// few units in the last place: in float32 for s from -10⁴ to 10⁴, in float64 for s from -10⁸ to 10⁸. Source: the truncated
/// normal units of Tubiana and Monasson 2017, "Emergence of compositional representations in restricted Boltzmann machines".
/// Unlike these, the noisy rectified units max(0, I + noise) of Nair and Hinton 2010, "Rectified linear units improve
/// restricted Boltzmann machines", have no energy.</para>
/// <para>As with <see cref="GaussianUnits"/>, the parameter is the log-variance, and <c>Fit</c> steps in units of σ. The bias acts
/// like an input: it is not the mean.</para>
/// <para>Samples and means take a few times the memory of their inputs, also where autograd records them. It differentiates Γ up to
/// three times, so the variance once.</para>
/// <para>State-dict keys: <c>bias</c> and <c>log_variance</c>, both <c>[N]</c>.</para>
/// </remarks>
public sealed class ReluUnits : UnitLayer
{
    internal const string KindName = "relu";

    // Relative to the mean of all columns: a unit that is always zero would get an infinite bias.
    private const double LeastMean = 1e-2;

    // A unit's standard deviation is below its mean; at this s it is close enough.
    private const double LeastArgument = -10;

    // Relative to the squared mean: of a nearly constant column, every step would overshoot, as s² is the curvature.
    private const double LeastVariance = 1e-2;

    private readonly Parameter bias;
    private readonly Parameter log_variance;

    /// <summary>Creates a layer with zero biases and unit variances, float32, on the CPU.</summary>
    /// <param name="size">Number of units, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is less than 1.</exception>
    public ReluUnits(long size)
        : base(KindName, size)
    {
        bias = Parameters.Zeros(size);
        log_variance = Parameters.Zeros(size);
        RegisterComponents();
    }

    /// <summary>Biases b, <c>[N]</c>.</summary>
    public Parameter Bias => bias;

    /// <summary>log σ², <c>[N]</c>, before truncation.</summary>
    public Parameter LogVariance => log_variance;

    /// <inheritdoc/>
    public override UnitSupport Support => UnitSupport.NonNegative;

    internal override Tensor Variances
    {
        get
        {
            using var noGrad = torch.no_grad();
            return log_variance.exp();
        }
    }

    /// <inheritdoc/>
    protected internal override IReadOnlyList<LinearTerm> LinearTerms => [new(bias)];

    /// <summary>
    /// How much of a change of variances the biases make up for in training, 0 to 1, given the variances before: all where the mean
    /// is many deviations, nearly σ²b, which must not move along; nothing where most of the distribution is cut off.
    /// </summary>
    internal Tensor Shares(Tensor variances)
    {
        var squares = (bias * variances.sqrt()).AtLeast(0).Squared();
        return squares / squares.Plus(1);
    }

    /// <inheritdoc/>
    public override Tensor Energy(Tensor states)
    {
        using var scope = torch.NewDisposeScope();
        return (states * (states * log_variance.neg().exp().Times(0.5) - bias)).sum(1).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor CumulantGenerator(Tensor inputs)
    {
        using var scope = torch.NewDisposeScope();
        return CumulantTerms(inputs).sum(1).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    internal override Tensor CumulantTerms(Tensor inputs)
    {
        using var scope = torch.NewDisposeScope();
        var (s, _) = Standardised(inputs);
        return TruncatedNormal.LogNormaliser(s).Plus(log_variance, 0.5).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor Mean(Tensor inputs)
    {
        using var scope = torch.NewDisposeScope();
        var (s, deviation) = Standardised(inputs);
        return (TruncatedNormal.Mean(s) * deviation).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor Variance(Tensor inputs)
    {
        using var scope = torch.NewDisposeScope();
        var (s, _) = Standardised(inputs);
        return (TruncatedNormal.Variance(s) * log_variance.exp()).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor Sample(Tensor inputs, Generator? generator = null)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var (s, deviation) = Standardised(inputs);
        return (TruncatedNormal.Sample(s, generator) * deviation).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override void AccumulateEnergyGradient(Tensor states, double scale)
        => AddMoments(() => states, () => states.Squared(), -scale);

    /// <inheritdoc/>
    public override void AccumulateCumulantGradient(Tensor inputs, Tensor means, double scale)
        => AddMoments(() => means, () => Variance(inputs).Plus(means.Squared()), scale);

    /// <inheritdoc/>
    public override void InitializeFromData(Tensor data)
    {
        if (!Parameters.IsUntouched(bias))
            return;
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var rows = data.to(ScalarType.Float64);
        var mean = rows.mean(new long[] { 0 });
        var overall = mean.mean().Number();
        mean = mean.AtLeast(overall > 0 ? LeastMean * overall : 1);
        if (Parameters.IsUntouched(log_variance))
        {
            // Variance / mean² depends on s alone and decreases in s; it is below 1 and below 1/s².
            var ratio = ((rows - mean).Squared().mean(new long[] { 0 }) / mean.Squared()).AtLeast(LeastVariance);
            var s = Bisect(torch.empty_like(mean).Fill(LeastArgument), ratio.rsqrt(), at => Ratio(at).gt(ratio));
            var deviation = mean / TruncatedNormal.Mean(s);
            Parameters.Assign(log_variance, deviation.log().Times(2));
            Parameters.Assign(bias, s / deviation);
        }
        else
        {
            // The mean m(s) increases in s; it is above s and, for s < 0, below -1/s.
            var deviation = log_variance.to(ScalarType.Float64).Times(0.5).exp();
            var target = mean / deviation;
            Parameters.Assign(bias, Bisect(target.reciprocal().neg(), target, at => TruncatedNormal.Mean(at).lt(target)) / deviation);
        }

        static Tensor Ratio(Tensor s) => TruncatedNormal.Variance(s) / TruncatedNormal.Mean(s).Squared();
    }

    /// <summary>
    /// A linear module and <c>ReLU</c>, with copies of the parameters: max(0, σ²(b + I)). This is the mode, not
    /// <see cref="UnitLayer.Mean"/>, which no module computes: the mean is larger, by 0.8σ at b + I = 0 and by less away from it.
    /// </summary>
    /// <inheritdoc/>
    public override IReadOnlyList<torch.nn.Module<Tensor, Tensor>> ToFeedForward(Tensor weight)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var variance = log_variance.exp();
        return [FeedForward.Linear(weight * variance.unsqueeze(1), variance * bias), torch.nn.ReLU()];
    }

    private (Tensor S, Tensor Deviation) Standardised(Tensor inputs)
    {
        var deviation = log_variance.Times(0.5).exp();
        using var sum = inputs.Plus(bias);
        return (sum * deviation, deviation);
    }

    // Both gradients are those of b E[x] - E[x²]/2σ², with the moments of the states or of their distribution.
    private void AddMoments(Func<Tensor> first, Func<Tensor> second, double scale)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        _ = Gradients.Of(bias)?.Add(first().sum(dim: 0), scale);
        _ = Gradients.Of(log_variance)?.Add(second().sum(dim: 0) * log_variance.neg().exp(), 0.5 * scale);
    }

    private static Tensor Bisect(Tensor low, Tensor high, Func<Tensor, Tensor> isBelow)
    {
        high = torch.maximum(low, high);
        using var scope = torch.NewDisposeScope();
        for (var step = 0; step < 60; step++)
        {
            using var stepScope = torch.NewDisposeScope();
            var middle = low.Plus(high).Times(0.5);
            var below = isBelow(middle);
            (low, high) = (torch.where(below, middle, low).MoveToOuterDisposeScope(), torch.where(below, high, middle).MoveToOuterDisposeScope());
        }

        return high.MoveToOuterDisposeScope();
    }
}
