using DeepBelief.Tensors;

namespace DeepBelief.Units;

/// <summary>Binary units: E(x) = -b·x with x in {0, 1}, so Γ(I) = Σ softplus(b + I) and E[x | I] = sigmoid(b + I).</summary>
/// <remarks>
/// Samples compare a uniform number with the probability. In float32, it has 31 bits on the CPU: a probability is rounded to a
/// multiple of 2^-30, and below that a unit is hardly ever on. On a GPU it has torch's 24 bits, 6e-8; in float64, 53 bits. State-dict
/// key: <c>bias</c>, <c>[N]</c>.
/// </remarks>
public sealed class BernoulliUnits : UnitLayer
{
    internal const string KindName = "bernoulli";

    // A unit that is constant in the data would get an infinite bias, which training could not undo.
    private const double LeastProbability = 0.01;

    private readonly Parameter bias;

    /// <summary>Creates a layer with zero biases, float32, on the CPU.</summary>
    /// <param name="size">Number of units, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is less than 1.</exception>
    public BernoulliUnits(long size)
        : base(KindName, size)
    {
        bias = Parameters.Zeros(size);
        RegisterComponents();
    }

    /// <summary>Biases b, <c>[N]</c>: the log-odds of the units without inputs.</summary>
    public Parameter Bias => bias;

    /// <inheritdoc/>
    public override UnitSupport Support => UnitSupport.Binary;

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
        return Softplus(inputs.Plus(bias)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor Mean(Tensor inputs)
    {
        using var scope = torch.NewDisposeScope();
        return inputs.Plus(bias).sigmoid().MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor Variance(Tensor inputs)
    {
        using var scope = torch.NewDisposeScope();
        var mean = Mean(inputs);
        return (mean * OneMinus(mean)).MoveToOuterDisposeScope();
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
        if ((UnitKernels.CanUseKernels(inputs, Size, means, states) || UnitKernels.CanRound(inputs, Size, means, states)) && TensorMemory.IsFast(bias))
        {
            BernoulliKernel.Activate(inputs, bias, means, states, UnitKernels.Key(states, generator));
            return;
        }

        var probability = Mean(inputs);
        _ = means?.copy_(probability);
        if (states is null)
            return;
        // On a CPU, comparing uniform numbers with p is four times as fast as bernoulli; elsewhere bernoulli is one
        // operator instead of two.
        if (states.device_type == DeviceType.CPU)
            _ = states.uniform_(0, 1, generator).lt_(probability);
        else
            _ = states.bernoulli_(probability, generator);
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
        var probability = data.mean(new long[] { 0 }).Within(LeastProbability, 1 - LeastProbability);
        Parameters.Assign(bias, (probability / OneMinus(probability)).log());
    }

    /// <inheritdoc/>
    public override IReadOnlyList<torch.nn.Module<Tensor, Tensor>> ToFeedForward(Tensor weight)
        => [FeedForward.Linear(weight, bias), torch.nn.Sigmoid()];

    internal override void AddCumulantDifference(Tensor inputs, double from, double to, Tensor totals, Tensor? field = null)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var own = field is null ? bias : bias.Plus(field.squeeze(0));
        if (UnitKernels.CanUseKernels(inputs, Size) && TensorMemory.IsFast(own) && totals.is_contiguous())
            BernoulliCumulantKernel.AddDifference(inputs, own, from, to, totals);
        else
            _ = totals.Add((Softplus(own.Plus(inputs, to)) - Softplus(own.Plus(inputs, from))).sum(1, type: ScalarType.Float64));
    }

    private void AddSums(Tensor values, double scale)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        if (Gradients.Of(bias) is not { } gradient)
            return;
        if ((UnitKernels.CanUseKernels(values, Size) || UnitKernels.CanRound(values, Size)) && TensorMemory.IsFast(gradient))
            ColumnSums.Add(values, null, gradient, null, scale);
        else
            _ = gradient.Add(values.sum(dim: 0), scale);
    }
}
