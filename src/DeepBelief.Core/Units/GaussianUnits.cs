using DeepBelief.Tensors;

namespace DeepBelief.Units;

/// <summary>
/// Real-valued units with a learned variance: E(x) = Σ (x - b)² / 2σ², so x | I is normal with mean b + σ²I and variance
/// σ², and Γ(I) = Σ bI + σ²I²/2 + log(2πσ²)/2.
/// </summary>
/// <remarks>
/// <para>The parameter is the log-variance (Cho, Ilin and Raiko 2011, "Improved learning of Gaussian-Bernoulli restricted
/// Boltzmann machines"), so the variance stays positive after any step. To keep it fixed, set
/// <c>LogVariance.requires_grad</c> to false. <c>Fit</c> steps in units of σ, so columns of any scale learn alike.</para>
/// <para>State-dict keys: <c>bias</c> and <c>log_variance</c>, both <c>[N]</c>.</para>
/// </remarks>
public sealed class GaussianUnits : UnitLayer
{
    internal const string KindName = "gaussian";

    // The variance of a column that never changes, relative to the mean of all.
    private const double ConstantVariance = 1e-2;

    // The variance that rounding leaves to a column that never changes, relative to its squared mean.
    private const double Rounding = 1e-12;

    private readonly Parameter bias;
    private readonly Parameter log_variance;

    /// <summary>Creates a layer with zero biases and unit variances, float32, on the CPU.</summary>
    /// <param name="size">Number of units, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is less than 1.</exception>
    public GaussianUnits(long size)
        : base(KindName, size)
    {
        bias = Parameters.Zeros(size);
        log_variance = Parameters.Zeros(size);
        RegisterComponents();
    }

    /// <summary>Biases b, <c>[N]</c>: the means without inputs.</summary>
    public Parameter Bias => bias;

    /// <summary>log σ², <c>[N]</c>.</summary>
    public Parameter LogVariance => log_variance;

    /// <inheritdoc/>
    public override UnitSupport Support => UnitSupport.Real;

    internal override Tensor Variances
    {
        get
        {
            using var noGrad = torch.no_grad();
            return log_variance.exp();
        }
    }

    /// <inheritdoc/>
    protected internal override IReadOnlyList<LinearTerm> LinearTerms
    {
        get
        {
            using var noGrad = torch.no_grad();
            return [new(bias, log_variance.exp())];
        }
    }

    /// <inheritdoc/>
    public override Tensor Energy(Tensor states)
    {
        using var scope = torch.NewDisposeScope();
        return ((states - bias).Squared() * log_variance.neg().exp().Times(0.5)).sum(1).MoveToOuterDisposeScope();
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
        var logNormaliser = log_variance.Plus(Math.Log(2 * Math.PI)).Times(0.5);
        return (inputs * bias).Plus(inputs.Squared() * log_variance.exp().Times(0.5)).Plus(logNormaliser).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor Mean(Tensor inputs)
    {
        using var scope = torch.NewDisposeScope();
        return (inputs * log_variance.exp()).Plus(bias).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor Variance(Tensor inputs)
    {
        using var scope = torch.NewDisposeScope();
        return log_variance.exp().Plus(torch.zeros_like(inputs)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor Sample(Tensor inputs, Generator? generator = null)
    {
        using var scope = torch.NewDisposeScope();
        var contiguous = inputs.contiguous();
        var states = torch.empty_like(contiguous);
        Activate(contiguous, null, states, generator);
        return states.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override void Activate(Tensor inputs, Tensor? means, Tensor? states, Generator? generator = null)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var deviation = log_variance.Times(0.5).exp();
        if (UnitKernels.CanUseKernels(inputs, Size, means, states) && TensorMemory.IsFast(bias) && TensorMemory.IsFast(log_variance))
        {
            GaussianKernel.Activate(inputs, bias, log_variance.exp(), deviation, means, states, UnitKernels.Key(states, generator));
            return;
        }

        var mean = Mean(inputs);
        _ = means?.copy_(mean);
        _ = states?.normal_(0, 1, generator).mul_(deviation).Add(mean);
    }

    /// <inheritdoc/>
    public override void AccumulateEnergyGradient(Tensor states, double scale)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var precision = log_variance.neg().exp();
        var (sums, squares) = Deviations(states);
        _ = Gradients.Of(bias)?.Add(sums * precision, -scale);
        _ = Gradients.Of(log_variance)?.Add(squares * precision, -0.5 * scale);
    }

    /// <inheritdoc/>
    public override void AccumulateCumulantGradient(Tensor inputs, Tensor means, double scale)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        _ = Gradients.Of(bias)?.Add(inputs.sum(dim: 0), scale);
        _ = Gradients.Of(log_variance)?.Add((inputs.Squared().sum(dim: 0) * log_variance.exp()).Plus(inputs.shape[0]), 0.5 * scale);
    }

    /// <inheritdoc/>
    public override void InitializeFromData(Tensor data)
    {
        if (!Parameters.IsUntouched(bias))
            return;
        using var scope = torch.NewDisposeScope();
        var mean = data.mean(new long[] { 0 });
        Parameters.Assign(bias, mean);
        if (!Parameters.IsUntouched(log_variance))
            return;
        var variance = (data - mean).Squared().mean(new long[] { 0 });
        var overall = variance.mean().Number();
        var constant = torch.empty_like(variance).Fill(overall > 0 ? ConstantVariance * overall : 1);
        Parameters.Assign(log_variance, torch.where((variance - mean.Squared().Times(Rounding)).IsAbove(0), variance, constant).log());
    }

    /// <inheritdoc/>
    public override IReadOnlyList<torch.nn.Module<Tensor, Tensor>> ToFeedForward(Tensor weight)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        return [FeedForward.Linear(weight * log_variance.exp().unsqueeze(1), bias)];
    }

    /// <summary>Σ (x - b) and Σ (x - b)² over the rows.</summary>
    private (Tensor Sums, Tensor Squares) Deviations(Tensor states)
    {
        if (UnitKernels.CanUseKernels(states, Size) && TensorMemory.IsFast(bias))
        {
            var (sums, squares) = (torch.zeros_like(bias), torch.zeros_like(bias));
            ColumnSums.Add(states, bias, sums, squares, 1);
            return (sums, squares);
        }

        var deviations = states - bias;
        return (deviations.sum(dim: 0), deviations.Squared().sum(dim: 0));
    }
}
