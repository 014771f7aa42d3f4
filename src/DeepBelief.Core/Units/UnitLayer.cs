using DeepBelief.Files;
using DeepBelief.Tensors;

namespace DeepBelief.Units;

/// <summary>
/// A layer of N units that do not interact with each other: an exponential family tilted by the inputs from the other
/// layer, p(x | I) = exp(-E(x) + I·x - Γ(I)).
/// </summary>
/// <remarks>
/// A layer does not know the weights, so any two kinds can form an <see cref="Rbm"/>. Inputs and states are <c>[batch, N]</c>, of
/// the layer's element type and on its device; the model that owns the layer checks this, the layer does not. Autograd can
/// differentiate <see cref="Energy"/>, <see cref="CumulantGenerator"/>, <see cref="Mean"/> and <see cref="Variance"/>.
/// </remarks>
public abstract class UnitLayer : torch.nn.Module
{
    private bool isDisposed;

    /// <summary>Creates a layer.</summary>
    /// <param name="kind">See <see cref="Kind"/>.</param>
    /// <param name="size">Number of units, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is less than 1.</exception>
    protected UnitLayer(string kind, long size)
        : base(kind)
    {
        Guard.Size(size);
        Kind = kind;
        Size = size;
    }

    /// <summary>
    /// The kind of unit in saved files, such as <c>bernoulli</c>. <c>UnitKinds</c> registers those of the library; units of your own
    /// need another name, and <c>UnitKinds.Register</c> makes files with it readable.
    /// </summary>
    public string Kind { get; }

    /// <summary>Number of units, N.</summary>
    public long Size { get; }

    /// <summary>The values that the units can take: one of those that <see cref="UnitSupport"/> makes, or your own.</summary>
    public abstract UnitSupport Support { get; }

    /// <summary>Number of joint states, 2^N for binary units; infinity if they cannot be listed. Default: that of the <see cref="Support"/>.</summary>
    public virtual double StateCount => Support.States(Size)?.Count ?? double.PositiveInfinity;

    /// <summary>True if the states are a list, however long: doubles end where 1,024 bits do, and <see cref="StateCount"/> is infinite there.</summary>
    internal virtual bool IsDiscrete => Support.States(Size) is not null || double.IsFinite(StateCount);

    /// <summary>
    /// A bound of a unit's variance, as a multiple of a bit's greatest, by which the steps of training are smaller. Default: the
    /// squared range of the states, if they are a list (Popoviciu's inequality), otherwise 1.
    /// </summary>
    internal virtual double Spread => Support.States(Size)?.Parts.Max(part => part.Sites.Range * part.Sites.Range) ?? 1;

    /// <summary>Returns joint states by number, for sums over all states in blocks.</summary>
    /// <remarks>
    /// Requires a finite <see cref="StateCount"/>. The layer defines the order, which must not change. Default: the units' or
    /// groups' states are the digits of the number, lowest first, so that bit i of the number is unit i of a layer of bits.
    /// </remarks>
    /// <param name="numbers">State numbers, int64 in [0, <see cref="StateCount"/>), <c>[count]</c>, on the layer's device.</param>
    /// <returns>States, <c>[count, N]</c>.</returns>
    /// <exception cref="NotSupportedException">The states cannot be listed.</exception>
    public virtual Tensor States(Tensor numbers)
        => Support.States(Size)?.States(numbers, parameters().FirstOrDefault()?.dtype ?? ScalarType.Float32)
            ?? throw new NotSupportedException($"The states of {Kind} units cannot be listed.");

    /// <summary>Energy of the layer's own terms, summed over the units.</summary>
    /// <param name="states">States x, <c>[batch, N]</c>.</param>
    /// <returns>E(x), <c>[batch]</c>.</returns>
    public abstract Tensor Energy(Tensor states);

    /// <summary>
    /// The log-normaliser Γ(I) = log Σ exp(-E(x) + I·x) (an integral for continuous units), summed over the units. Its
    /// first derivative is <see cref="Mean"/>, its second <see cref="Variance"/>.
    /// </summary>
    /// <param name="inputs">Inputs I, <c>[batch, N]</c>.</param>
    /// <returns>Γ(I), <c>[batch]</c>.</returns>
    public abstract Tensor CumulantGenerator(Tensor inputs);

    /// <summary>The terms whose sum is the <see cref="CumulantGenerator"/>, as a rule one of each unit. Default: all in one.</summary>
    /// <remarks>Where generators are subtracted, their terms keep the digits that the sums of many have lost.</remarks>
    /// <param name="inputs">Inputs I, <c>[batch, N]</c>.</param>
    /// <returns><c>[batch, terms]</c>.</returns>
    internal virtual Tensor CumulantTerms(Tensor inputs)
    {
        using var scope = torch.NewDisposeScope();
        return CumulantGenerator(inputs).unsqueeze(1).MoveToOuterDisposeScope();
    }

    /// <summary>Adds Γ(d + to · I) - Γ(d + from · I) to each row's total: one annealing step.</summary>
    /// <remarks>
    /// Inputs I: <c>[batch, N]</c>. Totals: <c>[batch]</c>, float64. Field d: <c>[1, N]</c>, zeros if null. Default: the difference
    /// of two <see cref="CumulantGenerator"/>s.
    /// </remarks>
    internal virtual void AddCumulantDifference(Tensor inputs, double from, double to, Tensor totals, Tensor? field = null)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        _ = totals.Add(CumulantGenerator(Inputs(to))).sub_(CumulantGenerator(Inputs(from)));

        Tensor Inputs(double factor) => field is null ? inputs.Times(factor) : field.Plus(inputs, factor);
    }

    /// <summary>Expected states given the inputs.</summary>
    /// <param name="inputs">Inputs I, <c>[batch, N]</c>.</param>
    /// <returns>E[x | I], <c>[batch, N]</c>.</returns>
    public abstract Tensor Mean(Tensor inputs);

    /// <summary>Variances of the states given the inputs.</summary>
    /// <param name="inputs">Inputs I, <c>[batch, N]</c>.</param>
    /// <returns>Var[x | I], <c>[batch, N]</c>.</returns>
    public abstract Tensor Variance(Tensor inputs);

    /// <summary>States drawn from p(x | I).</summary>
    /// <param name="inputs">Inputs I, <c>[batch, N]</c>.</param>
    /// <param name="generator">Null uses torch's default generator.</param>
    /// <returns>States, <c>[batch, N]</c>.</returns>
    public abstract Tensor Sample(Tensor inputs, Generator? generator = null);

    /// <summary>States drawn from p(x | I, clamped units).</summary>
    /// <remarks>
    /// Default: draws all units and restores the clamped ones. Override it if units depend on each other given their inputs, as
    /// the categories of a group do: of a group that is clamped in part, the default might keep two categories, or none.
    /// </remarks>
    /// <param name="inputs">Inputs I, <c>[batch, N]</c>.</param>
    /// <param name="states">States, <c>[batch, N]</c>; those of the clamped units are kept, the others ignored.</param>
    /// <param name="clamped">Mask of clamped units, <c>bool</c>, <c>[batch, N]</c>, or <c>[1, N]</c> for all rows.</param>
    /// <param name="generator">Null uses torch's default generator.</param>
    /// <returns>States, <c>[batch, N]</c>.</returns>
    /// <exception cref="NotSupportedException">A group of <see cref="UnitSupport.OneOf"/> is clamped in part, and the layer has the default.</exception>
    public virtual Tensor SampleClamped(Tensor inputs, Tensor states, Tensor clamped, Generator? generator = null)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        if (Support is CategorySupport groups && groups.AreSplit(clamped))
            throw new NotSupportedException($"Expected groups that are known whole or not at all, found a group of {groups.Categories} categories known in part: {Description} units draw it if they override {nameof(SampleClamped)}.");
        return torch.where(clamped, states, Sample(inputs, generator)).MoveToOuterDisposeScope();
    }

    /// <summary>Writes means, samples or both to existing tensors: the most frequent step of training.</summary>
    /// <remarks>Default: copies <see cref="Mean"/> and <see cref="Sample"/>. Override it if one pass can compute both.</remarks>
    /// <param name="inputs">Inputs I, <c>[batch, N]</c>.</param>
    /// <param name="means">Receives E[x | I], <c>[batch, N]</c>; may be null.</param>
    /// <param name="states">Receives samples of p(x | I), <c>[batch, N]</c>; may be null, or the same tensor as the inputs.</param>
    /// <param name="generator">Null uses torch's default generator.</param>
    public virtual void Activate(Tensor inputs, Tensor? means, Tensor? states, Generator? generator = null)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        if (means is not null)
            _ = means.copy_(Mean(inputs));
        if (states is not null)
            _ = states.copy_(Sample(inputs, generator));
    }

    /// <summary>
    /// The variances σ² of the units, <c>[N]</c>, if they are parameters, in whose units training then steps; otherwise null. The
    /// tensor belongs to the current dispose scope.
    /// </summary>
    internal virtual Tensor? Variances => null;

    /// <summary>
    /// The parameters that are linear terms of the energy; concatenated, they cover all N units in order. Required for centering
    /// and for a sparsity target.
    /// </summary>
    /// <remarks>Default: none. Tensors created for the result belong to the current dispose scope.</remarks>
    protected internal virtual IReadOnlyList<LinearTerm> LinearTerms => [];

    /// <summary>Adds <paramref name="scale"/> · Σ over rows of ∂E(x)/∂θ to the <c>.grad</c> of the layer's parameters.</summary>
    /// <param name="states">States x, <c>[batch, N]</c>.</param>
    /// <param name="scale">Factor of each row.</param>
    public abstract void AccumulateEnergyGradient(Tensor states, double scale);

    /// <summary>Adds <paramref name="scale"/> · Σ over rows of ∂Γ(I)/∂θ to the <c>.grad</c> of the layer's parameters.</summary>
    /// <param name="inputs">Inputs I, <c>[batch, N]</c>.</param>
    /// <param name="means"><see cref="Mean"/> of the inputs, which the caller already has.</param>
    /// <param name="scale">Factor of each row.</param>
    public abstract void AccumulateCumulantGradient(Tensor inputs, Tensor means, double scale);

    /// <summary>
    /// Sets an untrained layer's parameters (all biases exactly zero) so that, without inputs, its mean, and its variance if it
    /// has such a parameter, match the data: Hinton 2012, "A practical guide to training restricted Boltzmann machines",
    /// section 8. Trained layers and parameters whose <c>requires_grad</c> is false stay unchanged.
    /// </summary>
    /// <param name="data">
    /// Rows of states or means of states, <c>[rows, N]</c>. Of sparse data, and of data with weights or missing values, training gives
    /// two rows of the same means and, unless the units' states are a list, variances; these may be outside the support.
    /// </param>
    public abstract void InitializeFromData(Tensor data);

    /// <summary>Feed-forward modules that compute <see cref="Mean"/> of x Wᵀ, with copies of the parameters.</summary>
    /// <remarks>Default: throws, as <c>torch.nn</c> has no module for some means.</remarks>
    /// <param name="weight">W, <c>[N, inputs]</c>.</param>
    /// <returns>A linear module and, where the mean is not linear, its activation.</returns>
    /// <exception cref="NotSupportedException">No modules compute it.</exception>
    public virtual IReadOnlyList<torch.nn.Module<Tensor, Tensor>> ToFeedForward(Tensor weight)
        => throw new NotSupportedException($"Expected units whose mean a linear module and an activation compute, found {Description} ones.");

    /// <summary>
    /// What defines the layer besides kind and size, under the names used in files. Plain values: <c>long</c>, <c>double</c>,
    /// <c>bool</c>, <c>string</c>. Default: empty.
    /// </summary>
    public virtual IReadOnlyDictionary<string, object?> Settings { get; } = new OrderedDictionary<string, object?>();

    /// <summary>Size, kind and settings; layers are alike if these are equal.</summary>
    internal string Description => Settings is { Count: > 0 } settings ? $"{Size} {Kind} {JsonConfig.Write(settings)}" : $"{Size} {Kind}";

    /// <summary>True if the layer, or a part of it, is disposed: torch's modules just have no parameters then.</summary>
    internal virtual bool IsDisposed => isDisposed;

    /// <summary>Kind, size and settings in one dictionary.</summary>
    internal OrderedDictionary<string, object?> Describe()
    {
        var description = new OrderedDictionary<string, object?> { ["kind"] = Kind, ["size"] = Size };
        foreach (var (name, value) in Settings)
            description.Add(name, value);
        return description;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        isDisposed = true;
        base.Dispose(disposing);
    }
}
