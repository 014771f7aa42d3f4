using DeepBelief.Internal;

namespace DeepBelief.Units;

/// <summary>
/// Units of two signs: E(x) = -b·x with x in {-1, 1}, so Γ(I) = Σ log 2cosh(b + I) and E[x | I] = tanh(b + I).
/// </summary>
/// <remarks>
/// The spins of statistical physics. A machine of them can be what one of Bernoulli units can be, with other parameters; there,
/// swapping 0 and 1 in the data is another problem, and here it is the same. State-dict key: <c>bias</c>, <c>[N]</c>.
/// </remarks>
public sealed class SpinUnits : UnitLayer
{
    internal const string KindName = "spin";

    // As for Bernoulli units, where a mean of 0.98 here is a probability of 0.99.
    private const double MostMean = 0.98;

    private readonly Parameter bias;

    /// <summary>Makes a layer with zero biases, in 32-bit floats on the CPU.</summary>
    /// <param name="size">Number of units, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is less than 1.</exception>
    public SpinUnits(long size)
        : base(KindName, size)
    {
        bias = Parameters.Create(torch.zeros(size));
        RegisterComponents();
    }

    /// <summary>Biases b, <c>[N]</c>: half the log-odds of 1 without inputs.</summary>
    public Parameter Bias => bias;

    /// <inheritdoc/>
    public override UnitSupport Support { get; } = new IntervalSupport("spin", -1, 1);

    /// <inheritdoc/>
    public override Tensor Energy(Tensor states)
    {
        using var scope = torch.NewDisposeScope();
        return states.mv(bias).neg().MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor CumulantGenerator(Tensor inputs)
    {
        using var scope = torch.NewDisposeScope();
        var field = inputs + bias;
        return (torch.nn.functional.softplus(2 * field) - field).sum(1).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor Mean(Tensor inputs)
    {
        using var scope = torch.NewDisposeScope();
        return (inputs + bias).tanh().MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor Variance(Tensor inputs)
    {
        using var scope = torch.NewDisposeScope();
        var field = 2 * (inputs + bias);
        return (4 * field.sigmoid() * field.neg().sigmoid()).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor Sample(Tensor inputs, Generator? generator = null)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var probability = (2 * (inputs + bias)).sigmoid();
        var bits = torch.empty_like(probability).uniform_(0, 1, generator).lt_(probability);
        return bits.mul_(2).sub_(1).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override void AccumulateEnergyGradient(Tensor states, double scale) => AddSums(states, -scale);

    /// <inheritdoc/>
    public override void AccumulateCumulantGradient(Tensor inputs, Tensor means, double scale) => AddSums(means, scale);

    /// <inheritdoc/>
    public override void InitializeFromData(Tensor data)
    {
        if (!Parameters.IsUntouched(bias))
            return;
        using var scope = torch.NewDisposeScope();
        var mean = data.mean(new long[] { 0 }).clamp(-MostMean, MostMean);
        Parameters.Assign(bias, 0.5 * ((1 + mean) / (1 - mean)).log());
    }

    /// <inheritdoc/>
    public override IReadOnlyList<torch.nn.Module<Tensor, Tensor>> ToFeedForward(Tensor weight)
        => [FeedForward.Linear(weight, bias), torch.nn.Tanh()];

    private void AddSums(Tensor values, double scale)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        _ = Gradients.Of(bias)?.add_(values.sum(dim: 0), alpha: scale);
    }
}
