using DeepBelief.Files;
using DeepBelief.Tensors;

namespace DeepBelief.Units;

/// <summary>
/// A layer of N units that do not interact with each other: an exponential family, tilted by the inputs that the other
/// layer sends, p(x | I) = exp(-E(x) + I·x - Γ(I)).
/// </summary>
/// <remarks>
/// A layer knows nothing of the weights, so that any two kinds make an <see cref="Rbm"/>. Inputs and states are
/// <c>[batch, N]</c>, of the layer's element type and on its device; this is not checked here but by the model that owns
/// the layer. All methods but <see cref="Sample"/> and the two that write gradients can be followed by autograd.
/// </remarks>
public abstract class UnitLayer : torch.nn.Module
{
    /// <summary>Makes a layer.</summary>
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
    /// The kind of unit, as saved files name it: <c>bernoulli</c>, <c>binomial</c>, <c>composite</c>, <c>gaussian</c>,
    /// <c>relu</c>, <c>softmax</c> or <c>spin</c>. Units of your own have another; <c>UnitKinds.Register</c> lets files name it.
    /// </summary>
    public string Kind { get; }

    /// <summary>Number of units, N.</summary>
    public long Size { get; }

    /// <summary>The values that the units can take.</summary>
    public abstract UnitSupport Support { get; }

    /// <summary>
    /// How many joint states the layer has: 2^N for bits. Default: infinity, which stands for states that cannot be listed.
    /// </summary>
    public virtual double StateCount => double.PositiveInfinity;

    /// <summary>Joint states by number, so that sums over all of them can be taken block by block.</summary>
    /// <remarks>For layers with a finite <see cref="StateCount"/>; the order of the states is the layer's own.</remarks>
    /// <param name="numbers">Which: 64-bit integers in [0, <see cref="StateCount"/>), <c>[count]</c>, on the layer's device.</param>
    /// <returns>States, <c>[count, N]</c>, each number's the same at every call.</returns>
    /// <exception cref="NotSupportedException">The states cannot be listed.</exception>
    public virtual Tensor States(Tensor numbers)
        => throw new NotSupportedException($"The states of {Kind} units cannot be listed.");

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

    /// <summary>Adds Γ(d + to · I) - Γ(d + from · I) to a total of each row: one step of annealing.</summary>
    /// <remarks>Default: the difference of two <see cref="CumulantGenerator"/>s.</remarks>
    /// <param name="inputs">Inputs I, <c>[batch, N]</c>.</param>
    /// <param name="from">The first factor.</param>
    /// <param name="to">The second factor.</param>
    /// <param name="totals">What is added to, <c>[batch]</c>, in float64.</param>
    /// <param name="field">d, <c>[1, N]</c>; zeros when null.</param>
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
    /// <param name="generator">Source of randomness; torch's default generator when null.</param>
    /// <returns>States, <c>[batch, N]</c>.</returns>
    public abstract Tensor Sample(Tensor inputs, Generator? generator = null);

    /// <summary>
    /// Writes expected states, sampled ones or both into tensors that are there already: the step of a Markov chain that
    /// training repeats most.
    /// </summary>
    /// <remarks>Default: <see cref="Mean"/> and <see cref="Sample"/>, copied. A layer that can do both in one pass should.</remarks>
    /// <param name="inputs">Inputs I, <c>[batch, N]</c>.</param>
    /// <param name="means">Takes E[x | I], <c>[batch, N]</c>; null where it is not wanted.</param>
    /// <param name="states">
    /// Takes states drawn from p(x | I), <c>[batch, N]</c>; null where they are not wanted. It may be the tensor of the inputs
    /// itself.
    /// </param>
    /// <param name="generator">Source of randomness; torch's default generator when null.</param>
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
    /// The parameters that are linear terms of the energy, side by side those of all N units. Centering and a target of
    /// sparsity need them.
    /// </summary>
    /// <remarks>Default: there are none. Tensors that are made for it belong to the current dispose scope.</remarks>
    protected internal virtual IReadOnlyList<LinearTerm> LinearTerms => [];

    /// <summary>Adds <paramref name="scale"/> · Σ over rows of ∂E(x)/∂θ to the <c>.grad</c> of the layer's parameters.</summary>
    /// <param name="states">States x, <c>[batch, N]</c>.</param>
    /// <param name="scale">Factor of every row.</param>
    public abstract void AccumulateEnergyGradient(Tensor states, double scale);

    /// <summary>Adds <paramref name="scale"/> · Σ over rows of ∂Γ(I)/∂θ to the <c>.grad</c> of the layer's parameters.</summary>
    /// <param name="inputs">Inputs I, <c>[batch, N]</c>.</param>
    /// <param name="means"><see cref="Mean"/> of the inputs, which the caller has anyway.</param>
    /// <param name="scale">Factor of every row.</param>
    public abstract void AccumulateCumulantGradient(Tensor inputs, Tensor means, double scale);

    /// <summary>
    /// Sets an untrained layer's parameters (all biases exactly zero) so that, without inputs, it has the mean (and
    /// variance, where it has one) of the data: Hinton 2012, "A practical guide to training restricted Boltzmann
    /// machines", section 8. A trained layer stays as it
    /// is, and so does a parameter whose <c>requires_grad</c> is false.
    /// </summary>
    /// <param name="data">Rows of states, <c>[rows, N]</c>.</param>
    public abstract void InitializeFromData(Tensor data);

    /// <summary>Feed-forward modules that compute <see cref="Mean"/> of x Wᵀ, with copies of the parameters.</summary>
    /// <remarks>Default: there are none, as not every mean is one that <c>torch.nn</c> has a module for.</remarks>
    /// <param name="weight">W, <c>[N, inputs]</c>.</param>
    /// <returns>A linear module and, where the mean is not linear, its activation.</returns>
    /// <exception cref="NotSupportedException">No modules compute it.</exception>
    public virtual IReadOnlyList<torch.nn.Module<Tensor, Tensor>> ToFeedForward(Tensor weight)
        => throw new NotSupportedException($"Expected units whose mean a linear module and an activation compute, found {Description} ones.");

    /// <summary>
    /// What beside kind and size tells the layer from others; files hold it under these names. Plain values: <c>long</c>,
    /// <c>double</c>, <c>bool</c>, <c>string</c>. Default: nothing.
    /// </summary>
    public virtual IReadOnlyDictionary<string, object?> Settings { get; } = new OrderedDictionary<string, object?>();

    /// <summary>Size, kind and settings: two layers are alike if these are.</summary>
    internal string Description => Settings is { Count: > 0 } settings ? $"{Size} {Kind} {JsonConfig.Write(settings)}" : $"{Size} {Kind}";

    /// <summary>Kind, size and settings as one dictionary.</summary>
    internal OrderedDictionary<string, object?> Describe()
    {
        var description = new OrderedDictionary<string, object?> { ["kind"] = Kind, ["size"] = Size };
        foreach (var (name, value) in Settings)
            description.Add(name, value);
        return description;
    }
}
