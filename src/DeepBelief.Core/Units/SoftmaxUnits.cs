using DeepBelief.Tensors;

namespace DeepBelief.Units;

/// <summary>
/// One-hot groups of K units: each group takes one of K categories. E(x) = -b·x, so Γ(I) = Σ over groups log Σ exp(b + I),
/// and E[x | I] is the softmax of b + I in each group.
/// </summary>
/// <remarks>
/// <para>N = groups · K, and unit g K + k is category k of group g. The units of a group depend on each other:
/// <see cref="Variance"/> is the diagonal of their covariance. Also called Potts units. Source: Salakhutdinov, Mnih and Hinton
/// 2007, "Restricted Boltzmann machines for collaborative filtering".</para>
/// <para>State-dict key: <c>bias</c>, <c>[N]</c>.</para>
/// </remarks>
public sealed class SoftmaxUnits : UnitLayer
{
    internal const string KindName = "softmax";

    // Share of the initial probabilities that is spread evenly, for categories missing in the data.
    private const double Smoothing = 0.01;

    private readonly Parameter bias;

    /// <summary>Creates a layer with zero biases, float32, on the CPU.</summary>
    /// <param name="groups">Number of groups, 1 or more.</param>
    /// <param name="categories">Units per group, K, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is less than 1.</exception>
    public SoftmaxUnits(long groups, long categories)
        : base(KindName, Units(groups, categories))
    {
        Categories = categories;
        Support = new CategorySupport(categories);
        bias = Parameters.Zeros(Size);
        RegisterComponents();
    }

    /// <summary>Number of groups.</summary>
    public long Groups => Size / Categories;

    /// <summary>Units per group, K.</summary>
    public long Categories { get; }

    /// <summary>Biases b, <c>[N]</c>: the log-probabilities without inputs, up to a constant per group.</summary>
    public Parameter Bias => bias;

    /// <inheritdoc/>
    public override UnitSupport Support { get; }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, object?> Settings => new OrderedDictionary<string, object?> { ["categories"] = Categories };

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
        return Grouped(inputs.Plus(bias)).logsumexp(2).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor Mean(Tensor inputs)
    {
        using var scope = torch.NewDisposeScope();
        return Grouped(inputs.Plus(bias)).softmax(2).reshape(inputs.shape).MoveToOuterDisposeScope();
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
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        return OneHot(Choose(Grouped(inputs.Plus(bias)), generator)).MoveToOuterDisposeScope();
    }

    /// <summary>Draws a group that is clamped in part from the softmax over what is still open: nothing but 0 if a clamped unit is 1.</summary>
    /// <inheritdoc/>
    public override Tensor SampleClamped(Tensor inputs, Tensor states, Tensor clamped, Generator? generator = null)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var held = clamped.expand_as(states);
        var known = torch.where(held, states, torch.zeros_like(states));
        var taken = Grouped(known).sum(2, keepdim: true).IsAbove(0.5);
        var logits = torch.where(Grouped(held), Grouped(torch.empty_like(inputs).Fill(double.NegativeInfinity)), Grouped(inputs.Plus(bias)));
        var drawn = torch.where(taken, torch.zeros_like(logits), Grouped(OneHot(Choose(logits, generator))));
        return torch.where(held, states, drawn.reshape(states.shape)).MoveToOuterDisposeScope();
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
        var probability = data.mean(new long[] { 0 }).Times(1 - Smoothing).Plus(Smoothing / Categories);
        Parameters.Assign(bias, probability.log());
    }

    /// <summary>A linear module and <c>Softmax</c>, with copies of the parameters.</summary>
    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">More than one group: no modules compute the mean.</exception>
    public override IReadOnlyList<torch.nn.Module<Tensor, Tensor>> ToFeedForward(Tensor weight)
        => Groups == 1 ? [FeedForward.Linear(weight, bias), torch.nn.Softmax(1)] : base.ToFeedForward(weight);

    private static long Units(long groups, long categories)
    {
        Guard.Size(groups);
        Guard.Size(categories);
        return checked(groups * categories);
    }

    // argmax of b + I + Gumbel noise, which is -log of an exponential number.
    private static Tensor Choose(Tensor logits, Generator? generator)
        => (logits - torch.empty_like(logits).exponential_(1, generator).log()).argmax(2, keepdim: true);

    // chosen: the category of each group, [batch, groups, 1].
    private Tensor OneHot(Tensor chosen)
        => Range(0, Categories, chosen.device).eq(chosen).to(bias.dtype).reshape(-1, Size);

    private Tensor Grouped(Tensor values) => values.reshape(-1, Groups, Categories);

    private void AddSums(Tensor values, double scale)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        _ = Gradients.Of(bias)?.Add(values.sum(dim: 0), scale);
    }
}
