using DeepBelief.Tensors;

namespace DeepBelief.Units;

/// <summary>
/// Units of real numbers of 0 or more, with a learned variance: E(x) = Σ x²/2σ² - b x for x ≥ 0, so x | I is the normal law
/// with mean σ²(b + I) and variance σ², cut off at zero.
/// </summary>
/// <remarks>
/// <para>Γ(I) = Σ log σ + log ∫ exp(-y²/2 + s y) dy over y ≥ 0 with s = σ(b + I). Mean, variance and samples are those of this
/// law, to a few units in the last place of 32-bit floats for s from -10⁴ to 10⁴, and of 64-bit ones for s from -10⁸ to 10⁸.
/// They are not the noisy rectified units of Nair and Hinton 2010, "Rectified linear units improve restricted Boltzmann
/// machines", max(0, I + noise), which have no energy. Source: the truncated normal units of Tubiana and Monasson 2017,
/// "Emergence of compositional representations in restricted Boltzmann machines".</para>
/// <para>The variance is kept as its logarithm, as in <see cref="GaussianUnits"/>; learning rates are as small as there. The
/// bias acts like an input: it is not the mean.</para>
/// <para>State-dict keys: <c>bias</c> and <c>log_variance</c>, both <c>[N]</c>.</para>
/// </remarks>
public sealed class ReluUnits : UnitLayer
{
    internal const string KindName = "relu";

    // Of the mean of all columns: a unit that is always zero would get an infinite bias.
    private const double LeastMean = 1e-2;

    // The standard deviation of a unit is less than its mean; that near is near enough.
    private const double LeastArgument = -10;

    private readonly Parameter bias;
    private readonly Parameter log_variance;

    /// <summary>Makes a layer with zero biases and unit variances, in 32-bit floats on the CPU.</summary>
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

    /// <summary>log σ², <c>[N]</c>: that of the law before it is cut off.</summary>
    public Parameter LogVariance => log_variance;

    /// <inheritdoc/>
    public override UnitSupport Support => UnitSupport.NonNegative;

    /// <inheritdoc/>
    protected internal override IReadOnlyList<LinearTerm> LinearTerms => [new(bias)];

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
        var (s, _) = Standardised(inputs);
        return TruncatedNormal.LogNormaliser(s).Plus(log_variance, 0.5).sum(1).MoveToOuterDisposeScope();
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
            // Variance over squared mean depends on s alone, and falls with it, always below 1 and below 1/s².
            var ratio = (rows - mean).Squared().mean(new long[] { 0 }).AtLeast(1e-12) / mean.Squared();
            var s = Bisect(torch.empty_like(mean).Fill(LeastArgument), ratio.rsqrt(), at => Ratio(at).gt(ratio));
            var deviation = mean / TruncatedNormal.Mean(s);
            Parameters.Assign(log_variance, deviation.log().Times(2));
            Parameters.Assign(bias, s / deviation);
        }
        else
        {
            // The mean m(s) rises, and lies above s and below -1/s.
            var deviation = log_variance.to(ScalarType.Float64).Times(0.5).exp();
            var target = mean / deviation;
            Parameters.Assign(bias, Bisect(target.reciprocal().neg(), target, at => TruncatedNormal.Mean(at).lt(target)) / deviation);
        }

        static Tensor Ratio(Tensor s) => TruncatedNormal.Variance(s) / TruncatedNormal.Mean(s).Squared();
    }

    /// <summary>
    /// A linear module and <c>ReLU</c>, with copies of the parameters: max(0, σ²(b + I)). That is the most probable state, not
    /// <see cref="UnitLayer.Mean"/>, which no module computes: the mean is larger, by 0.8σ where b + I = 0, and by less and less
    /// on both sides.
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
        return (inputs.Plus(bias) * deviation, deviation);
    }

    // Both gradients are those of b E[x] - E[x²]/2σ², with the moments of the states or of their law.
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
        for (var step = 0; step < 60; step++)
        {
            var middle = low.Plus(high).Times(0.5);
            var below = isBelow(middle);
            (low, high) = (torch.where(below, middle, low), torch.where(below, high, middle));
        }

        return high;
    }
}
