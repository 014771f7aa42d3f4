using DeepBelief.Tensors;

namespace DeepBelief.Units;

/// <summary>
/// Count units: the number of ones among n bits that share weights and bias. E(x) = Σ -b x - log C(n, x) with x in
/// {0, ..., n}, so Γ(I) = Σ n softplus(b + I) and E[x | I] = n sigmoid(b + I).
/// </summary>
/// <remarks>
/// Source: Teh and Hinton 2001, "Rate-coded restricted Boltzmann machines for face recognition". State-dict key: <c>bias</c>,
/// <c>[N]</c>. No module of <c>torch.nn</c> computes the mean, so a network with such hidden units cannot become a classifier.
/// </remarks>
public sealed class BinomialUnits : UnitLayer
{
    internal const string KindName = "binomial";

    // float32 is exact for all counts up to here.
    internal const long MostTrials = 1 << 24;

    // As for Bernoulli units.
    private const double LeastProbability = 0.01;

    private readonly Parameter bias;

    /// <summary>Creates a layer with zero biases, float32, on the CPU.</summary>
    /// <param name="size">Number of units, 1 or more.</param>
    /// <param name="trials">Bits per unit, n, 1 to 16,777,216 (2^24).</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    public BinomialUnits(long size, long trials)
        : base(KindName, size)
    {
        Guard.Option(trials is >= 1 and <= MostTrials, nameof(trials), trials, $"1 to {MostTrials}");
        Trials = trials;
        Support = new IntervalSupport("binomial", 0, trials, step: 1);
        bias = Parameters.Zeros(size);
        RegisterComponents();
    }

    /// <summary>Bits per unit, n: the largest state.</summary>
    public long Trials { get; }

    /// <summary>Biases b, <c>[N]</c>: the log-odds of a bit without inputs.</summary>
    public Parameter Bias => bias;

    /// <inheritdoc/>
    public override UnitSupport Support { get; }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, object?> Settings => new OrderedDictionary<string, object?> { ["trials"] = Trials };

    // Sums of independent bits, so the bound by their range is far from it.
    internal override double Spread => Trials;

    /// <inheritdoc/>
    protected internal override IReadOnlyList<LinearTerm> LinearTerms => [new(bias)];

    /// <inheritdoc/>
    public override Tensor Energy(Tensor states)
    {
        using var scope = torch.NewDisposeScope();
        var logFactorials = states.Plus(1).lgamma().Plus(states.neg().Plus(Trials + 1).lgamma());
        var ofTrials = torch.tensor(Trials + 1.0, ScalarType.Float64, torch.CPU).lgamma().Number();
        return (logFactorials.Minus(ofTrials) - states * bias).sum(1).MoveToOuterDisposeScope();
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
        return Softplus(inputs.Plus(bias)).Times(Trials).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor Mean(Tensor inputs)
    {
        using var scope = torch.NewDisposeScope();
        return inputs.Plus(bias).sigmoid().Times(Trials).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor Variance(Tensor inputs)
    {
        using var scope = torch.NewDisposeScope();
        var logit = inputs.Plus(bias);
        return (logit.sigmoid().Times(Trials) * logit.neg().sigmoid()).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor Sample(Tensor inputs, Generator? generator = null)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var probability = inputs.Plus(bias).sigmoid();
        return torch.binomial(torch.empty_like(probability).Fill(Trials), probability, generator).MoveToOuterDisposeScope();
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
        var probability = data.mean(new long[] { 0 }).Over(Trials).Within(LeastProbability, 1 - LeastProbability);
        Parameters.Assign(bias, (probability / OneMinus(probability)).log());
    }

    private void AddSums(Tensor values, double scale)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        _ = Gradients.Of(bias)?.Add(values.sum(dim: 0), scale);
    }
}
