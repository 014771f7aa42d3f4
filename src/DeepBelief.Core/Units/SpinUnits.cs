using DeepBelief.Tensors;

namespace DeepBelief.Units;

/// <summary>Spin units: E(x) = -b·x with x in {-1, 1}, so Γ(I) = Σ log 2cosh(b + I) and E[x | I] = tanh(b + I).</summary>
/// <remarks>
/// An RBM of spins can represent the same distributions as one of Bernoulli units, with other parameters. Swapping the two
/// values in the data leaves learning unchanged; for Bernoulli units it does not. In float32, samples round probabilities up to a
/// multiple of 2^-24, 6e-8, as torch's uniform numbers do. State-dict key: <c>bias</c>, <c>[N]</c>.
/// </remarks>
public sealed class SpinUnits : UnitLayer
{
    internal const string KindName = "spin";

    // As for Bernoulli units: a mean of 0.98 is a probability of 0.99.
    private const double MostMean = 0.98;

    private readonly Parameter bias;

    /// <summary>Creates a layer with zero biases, float32, on the CPU.</summary>
    /// <param name="size">Number of units, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is less than 1.</exception>
    public SpinUnits(long size)
        : base(KindName, size)
    {
        bias = Parameters.Zeros(size);
        RegisterComponents();
    }

    /// <summary>Biases b, <c>[N]</c>: half the log-odds of 1 without inputs.</summary>
    public Parameter Bias => bias;

    /// <inheritdoc/>
    public override UnitSupport Support { get; } = new IntervalSupport("spin", -1, 1, step: 2);

    /// <inheritdoc/>
    protected internal override IReadOnlyList<LinearTerm> LinearTerms => [new(bias)];

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
        return CumulantTerms(inputs).sum(1).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    internal override Tensor CumulantTerms(Tensor inputs)
    {
        using var scope = torch.NewDisposeScope();
        var field = inputs.Plus(bias);
        return (Softplus(field.Times(2)) - field).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor Mean(Tensor inputs)
    {
        using var scope = torch.NewDisposeScope();
        return inputs.Plus(bias).tanh().MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor Variance(Tensor inputs)
    {
        using var scope = torch.NewDisposeScope();
        var field = inputs.Plus(bias).Times(2);
        return (field.sigmoid().Times(4) * field.neg().sigmoid()).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor Sample(Tensor inputs, Generator? generator = null)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var probability = inputs.Plus(bias).Times(2).sigmoid();
        var bits = torch.empty_like(probability).uniform_(0, 1, generator).lt_(probability);
        return bits.Scale(2).Add(-1).MoveToOuterDisposeScope();
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
        var mean = data.mean(new long[] { 0 }).Within(-MostMean, MostMean);
        Parameters.Assign(bias, (mean.Plus(1) / OneMinus(mean)).log().Times(0.5));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<torch.nn.Module<Tensor, Tensor>> ToFeedForward(Tensor weight)
        => [FeedForward.Linear(weight, bias), torch.nn.Tanh()];

    private void AddSums(Tensor values, double scale)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        _ = Gradients.Of(bias)?.Add(values.sum(dim: 0), scale);
    }
}
