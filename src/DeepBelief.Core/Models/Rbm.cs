using System.Runtime.CompilerServices;
using DeepBelief.Tensors;
using DeepBelief.Units;

namespace DeepBelief;

/// <summary>
/// A restricted Boltzmann machine (RBM): visible and hidden units and the weights between them, with the joint energy E(v, h) =
/// E_v(v) + E_h(h) - h W vᵀ and the free energy F(v) = E_v(v) - Γ_h(v Wᵀ).
/// </summary>
/// <remarks>
/// <para>As a module it maps v to E[h | v]. State-dict keys: <c>weight</c>, <c>[hidden, visible]</c> as in <c>nn.Linear</c>, and
/// <c>visible.*</c> and <c>hidden.*</c>, the parameters of the unit layers.</para>
/// <para>For Gaussian visible units the weights multiply v itself, not v/σ or v/σ² as in some papers: their W/σ² is W here, and
/// p(v | h) = N(b + σ² h W, σ²).</para>
/// <para>Sources: Smolensky 1986; Hinton 2002, "Training products of experts by minimizing contrastive divergence"; Hinton 2012,
/// "A practical guide to training restricted Boltzmann machines". Not thread-safe during training.</para>
/// </remarks>
/// <example><code>
/// using var rbm = Rbm.Bernoulli(visible: 784, hidden: 500);
/// var history = rbm.Fit(images, new() { Epochs = 20, NegativePhase = new PersistentContrastiveDivergence() });
/// using var features = rbm.Transform(images); // [rows, 500]
/// using var samples = MarkovChain.Run(rbm, images, steps: 1000);
/// rbm.Save("rbm.pt");
/// </code></example>
public sealed class Rbm : torch.nn.Module<Tensor, Tensor>, IConditionalModel
{
    private readonly Parameter weight;
    private readonly UnitLayer visible;
    private readonly UnitLayer hidden;
    private long? seedOfWeights; // of default weights; null for others

    /// <summary>Creates an untrained RBM of any two kinds of units, with their element type and device.</summary>
    /// <param name="visible">Visible units, owned and disposed by the RBM.</param>
    /// <param name="hidden">Hidden units, owned and disposed by the RBM.</param>
    /// <param name="weights">Weight initialization; null uses <see cref="WeightInitialization.Default"/>.</param>
    /// <param name="seed">Seed of the weights.</param>
    /// <exception cref="ArgumentException">The layers are the same object, or differ in element type or device.</exception>
    public Rbm(UnitLayer visible, UnitLayer hidden, WeightInitialization? weights = null, long seed = 0)
        : base(nameof(Rbm))
    {
        ArgumentNullException.ThrowIfNull(visible);
        ArgumentNullException.ThrowIfNull(hidden);
        if (ReferenceEquals(visible, hidden))
            throw new ArgumentException("Expected two layers, found the same one twice.", nameof(hidden));
        this.visible = visible;
        this.hidden = hidden;
        var parameters = visible.parameters().Concat(hidden.parameters()).ToList();
        foreach (var parameter in parameters)
            Guard.SameKind(parameter, parameters[0], nameof(hidden));
        weights ??= WeightInitialization.Default;
        if (weights == WeightInitialization.Default)
            seedOfWeights = seed;
        using (Parameters.OutsideInference())
        using (torch.NewDisposeScope())
        {
            var values = weights.Draw(visible.Size, hidden.Size, seed);
            weight = Parameters.Create(parameters.Count == 0 ? values : values.to(parameters[0].dtype, parameters[0].device));
        }

        RegisterComponents();
    }

    /// <summary>Creates a view: an RBM of units and weights that belong to another model.</summary>
    internal Rbm(UnitLayer visible, UnitLayer hidden, Parameter weight)
        : base(nameof(Rbm))
    {
        (this.visible, this.hidden, this.weight) = (visible, hidden, weight);
        RegisterComponents();
    }

    /// <summary>Creates an RBM with binary visible and hidden units.</summary>
    /// <param name="visible">Number of visible units, 1 or more.</param>
    /// <param name="hidden">Number of hidden units, 1 or more.</param>
    /// <param name="weights">Weight initialization; null uses <see cref="WeightInitialization.Default"/>.</param>
    /// <param name="seed">Seed of the weights.</param>
    /// <param name="device">Device; null uses the CPU.</param>
    /// <param name="dtype">Element type, <c>float32</c> or <c>float64</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is less than 1.</exception>
    /// <exception cref="ArgumentException">The device is not available, or the element type is not floating-point.</exception>
    public static Rbm Bernoulli(
        long visible,
        long hidden,
        WeightInitialization? weights = null,
        long seed = 0,
        Device? device = null,
        ScalarType dtype = ScalarType.Float32)
    {
        Guard.Size(visible);
        Guard.Size(hidden);
        return Placement.Moved(new Rbm(new BernoulliUnits(visible), new BernoulliUnits(hidden), weights, seed), device, dtype);
    }

    /// <summary>Creates an RBM with real-valued visible units of learned variance, and binary hidden units.</summary>
    /// <inheritdoc cref="Bernoulli"/>
    public static Rbm Gaussian(
        long visible,
        long hidden,
        WeightInitialization? weights = null,
        long seed = 0,
        Device? device = null,
        ScalarType dtype = ScalarType.Float32)
    {
        Guard.Size(visible);
        Guard.Size(hidden);
        return Placement.Moved(new Rbm(new GaussianUnits(visible), new BernoulliUnits(hidden), weights, seed), device, dtype);
    }

    /// <summary>The weights W, <c>[hidden, visible]</c>.</summary>
    public Parameter Weight => weight;

    /// <summary>The visible units.</summary>
    public UnitLayer Visible => visible;

    /// <summary>The hidden units.</summary>
    public UnitLayer Hidden => hidden;

    /// <inheritdoc/>
    public long VisibleSize => visible.Size;

    /// <summary>Number of hidden units.</summary>
    public long HiddenSize => hidden.Size;

    /// <summary>Of a machine that is a <see cref="DbmHalves"/>, the blocks of weights that training leaves as they are; null for all others.</summary>
    internal IReadOnlyList<(long Row, long Rows, long Column, long Columns)>? FixedBlocks { get; init; }

    /// <summary>The seed of default weights; null once they are others. Set for a copy whose weights are those of the original.</summary>
    internal long? DefaultWeightSeed
    {
        get
        {
            if (seedOfWeights is not { } seed)
                return null;
            using var noGrad = torch.no_grad();
            using var scope = torch.NewDisposeScope();
            return weight.equal(WeightInitialization.Default.Draw(VisibleSize, HiddenSize, seed).to(weight.dtype, weight.device)).all().item<bool>() ? seed : null;
        }

        set => seedOfWeights = value;
    }

    /// <inheritdoc/>
    public UnitSupport VisibleSupport => visible.Support;

    /// <summary>Returns E[h | v], as <see cref="HiddenMean"/> does.</summary>
    /// <param name="input">v, <c>[batch, visible]</c>.</param>
    /// <returns><c>[batch, hidden]</c>.</returns>
    public override Tensor forward(Tensor input) => HiddenMean(input);

    /// <summary>Returns the joint energy of pairs of rows.</summary>
    /// <param name="visible">v, <c>[batch, visible]</c>.</param>
    /// <param name="hidden">h, <c>[batch, hidden]</c>.</param>
    /// <returns>E(v, h), <c>[batch]</c>, in nats.</returns>
    public Tensor Energy(Tensor visible, Tensor hidden)
    {
        CheckVisible(visible);
        CheckHidden(hidden);
        if (visible.shape[0] != hidden.shape[0])
            throw new ArgumentException($"Expected as many rows as {nameof(visible)} has, {visible.shape[0]}, found {hidden.shape[0]}.", nameof(hidden));
        using var scope = torch.NewDisposeScope();
        var coupling = (HiddenInputs(visible) * hidden).sum(1);
        return (Visible.Energy(visible).Plus(Hidden.Energy(hidden)) - coupling).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor FreeEnergy(Tensor visible)
    {
        CheckVisible(visible);
        using var scope = torch.NewDisposeScope();
        return (Visible.Energy(visible) - Hidden.CumulantGenerator(HiddenInputs(visible))).MoveToOuterDisposeScope();
    }

    /// <summary>Returns the free energy of hidden states, F(h) = E_h(h) - Γ_v(h W); Σ_h exp(-F(h)) = Z, too.</summary>
    /// <param name="hidden">h, <c>[batch, hidden]</c>.</param>
    /// <returns><c>[batch]</c>, in nats.</returns>
    public Tensor HiddenFreeEnergy(Tensor hidden)
    {
        CheckHidden(hidden);
        using var scope = torch.NewDisposeScope();
        return (Hidden.Energy(hidden) - Visible.CumulantGenerator(VisibleInputs(hidden))).MoveToOuterDisposeScope();
    }

    /// <summary>Returns E[h | v], without sampling.</summary>
    /// <remarks>Supports autograd, unlike <see cref="Transform"/>.</remarks>
    /// <param name="visible">v, <c>[batch, visible]</c>.</param>
    /// <returns><c>[batch, hidden]</c>.</returns>
    public Tensor HiddenMean(Tensor visible)
    {
        CheckVisible(visible);
        using var scope = torch.NewDisposeScope();
        return Hidden.Mean(HiddenInputs(visible)).MoveToOuterDisposeScope();
    }

    /// <summary>Returns the features E[h | v] of rows, as <see cref="HiddenMean"/> does, but without a graph for autograd.</summary>
    /// <param name="visible">v, <c>[batch, visible]</c>; may be sparse: only blocks of its rows become dense.</param>
    /// <returns><c>[batch, hidden]</c>, dense.</returns>
    public Tensor Transform(Tensor visible)
    {
        using var noGrad = torch.no_grad();
        return SparseRows.Are(visible) ? SparseRows.Map(visible, VisibleSize, weight, HiddenMean) : HiddenMean(visible);
    }

    /// <summary>
    /// Returns the features of rows with missing values, E[h | known units]: missing units have no part in it, as
    /// <see cref="Training.MissingValues.LeaveOut"/> trains the RBM.
    /// </summary>
    /// <param name="visible">v, <c>[batch, visible]</c>; NaN is a missing value.</param>
    /// <returns><c>[batch, hidden]</c>.</returns>
    public Tensor TransformKnown(Tensor visible)
    {
        using var complete = LeaveOutMissing(visible);
        using var inside = InputChecks.Enter();
        return Transform(complete);
    }

    /// <summary>Returns E[v | h], without sampling.</summary>
    /// <param name="hidden">h, <c>[batch, hidden]</c>.</param>
    /// <returns><c>[batch, visible]</c>.</returns>
    public Tensor VisibleMean(Tensor hidden)
    {
        CheckHidden(hidden);
        using var scope = torch.NewDisposeScope();
        return Visible.Mean(VisibleInputs(hidden)).MoveToOuterDisposeScope();
    }

    /// <summary>Samples hidden states from p(h | v).</summary>
    /// <param name="visible">v, <c>[batch, visible]</c>.</param>
    /// <param name="generator">Random generator; null uses torch's default generator.</param>
    /// <returns><c>[batch, hidden]</c>.</returns>
    public Tensor SampleHidden(Tensor visible, Generator? generator = null)
    {
        CheckVisible(visible);
        Guard.Alive(generator);
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        return Hidden.Sample(HiddenInputs(visible), generator).MoveToOuterDisposeScope();
    }

    /// <summary>Samples visible states from p(v | h).</summary>
    /// <param name="hidden">h, <c>[batch, hidden]</c>.</param>
    /// <param name="generator">Random generator; null uses torch's default generator.</param>
    /// <returns><c>[batch, visible]</c>.</returns>
    public Tensor SampleVisible(Tensor hidden, Generator? generator = null)
    {
        CheckHidden(hidden);
        Guard.Alive(generator);
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        return Visible.Sample(VisibleInputs(hidden), generator).MoveToOuterDisposeScope();
    }

    /// <summary>Takes one step of block Gibbs sampling: h from p(h | v), then v from p(v | h).</summary>
    /// <inheritdoc/>
    public Tensor Transition(Tensor visible, Generator? generator = null)
    {
        CheckVisible(visible);
        Guard.Alive(generator);
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var states = Hidden.Sample(HiddenInputs(visible), generator);
        return Visible.Sample(VisibleInputs(states), generator).MoveToOuterDisposeScope();
    }

    /// <summary>Takes one step of block Gibbs sampling: h from p(h | v), then the free units from p(v | h, clamped units).</summary>
    /// <inheritdoc/>
    public Tensor ClampedTransition(Tensor visible, Tensor clamped, Generator? generator = null)
    {
        CheckVisible(visible);
        Guard.Mask(clamped, visible);
        Guard.Alive(generator);
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        if (InputChecks.AreDue)
            Visible.Support.CheckHeld(visible, clamped.logical_not().expand_as(visible));
        var states = Hidden.Sample(HiddenInputs(visible), generator);
        return Visible.SampleClamped(VisibleInputs(states), visible, clamped, generator).MoveToOuterDisposeScope();
    }

    /// <summary>Returns the mean-field reconstruction E[v | E[h | v]], without sampling.</summary>
    /// <inheritdoc/>
    public Tensor Reconstruct(Tensor visible, Generator? generator = null)
    {
        CheckVisible(visible);
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        return Visible.Mean(VisibleInputs(Hidden.Mean(HiddenInputs(visible)))).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Reconstructs rows from their known values, E[v | E[h | known units]]: a prediction of all units, such as the probabilities
    /// of the stars that a viewer would give each film. For an RBM trained by <see cref="Training.MissingValues.LeaveOut"/>; after
    /// other training, <see cref="Sampling.MarkovChain.FillMissing"/> draws the missing values.
    /// </summary>
    /// <param name="visible">v, <c>[batch, visible]</c>; NaN is a missing value.</param>
    /// <returns><c>[batch, visible]</c>.</returns>
    public Tensor ReconstructKnown(Tensor visible)
    {
        using var complete = LeaveOutMissing(visible);
        using var inside = InputChecks.Enter();
        return Reconstruct(complete);
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Gaussian visible units take half of the data's variance, which leaves the other half to the hidden units, and their weights
    /// are divided by the standard deviation. Default weights from bits that are rarely on grow, so that hidden units notice them.
    /// </remarks>
    public void InitializeFromData(Tensor data)
    {
        Guard.Rows(data, VisibleSize, weight);
        InputChecks.Values(Visible.Support, data);
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var before = Visible.Variances;
        var isUntouched = Visible.parameters().All(Parameters.IsUntouched);
        GaussianUnits[] untouched = [.. SharedInputs.Parts(Visible).Select(columns => columns.Part).OfType<GaussianUnits>().Where(units => Parameters.IsUntouched(units.Bias) && Parameters.IsUntouched(units.LogVariance))];
        Visible.InitializeFromData(data);
        // At the data's full variance, small weights are at a saddle point: there would be nothing left for hidden units to explain.
        foreach (var units in untouched)
            Parameters.Assign(units.LogVariance, units.LogVariance.Plus(-Math.Log(2)));
        if (!weight.requires_grad)
            return;
        // The inputs of the hidden units stay of the same size when the data's unit of measurement changes,
        if (before is not null)
            _ = weight.mul_((before / Visible.Variances!).sqrt());
        // and when most of the bits are off.
        if (isUntouched && DefaultWeightSeed is not null)
            _ = weight.Scale(Math.Sqrt(VisibleSize / InputWidth.Of(Visible, data)));
    }

    /// <summary>Adds the gradient in closed form: ∂F/∂W = -E[h | v]ᵀ v, ∂F/∂θ_v = ∂E_v/∂θ_v and ∂F/∂θ_h = -∂Γ_h/∂θ_h.</summary>
    /// <inheritdoc/>
    public void AccumulateGradient(Tensor data, Tensor model)
    {
        Guard.Rows(data, VisibleSize, weight);
        Guard.Rows(model, VisibleSize, weight);
        InputChecks.Values(Visible.Support, data);
        InputChecks.Values(Visible.Support, model);
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        using var gradient = new RbmGradient(this);
        gradient.Phases.Begin(data.shape[0], model.shape[0]);
        _ = gradient.Phases.Data.Visible.copy_(data);
        _ = gradient.Phases.Model.Visible.copy_(model);
        gradient.Add();
    }

    /// <summary>
    /// Returns a feed-forward classifier initialized from the RBM: a linear module with copies of the weights, an activation, and a
    /// linear output module with random weights. It is the <see cref="Dbn.ToClassifier"/> of a network of one layer.
    /// </summary>
    /// <remarks>
    /// Needs hidden units whose <see cref="UnitLayer.ToFeedForward"/> has modules: Bernoulli, spin, Gaussian, ReLU, one group of
    /// categories, or units of your own that override it. The visible units don't matter.
    /// </remarks>
    /// <param name="classes">Number of classes, 2 or more.</param>
    /// <param name="seed">Seed of the output module's weights.</param>
    /// <param name="dropout">Dropout before the linear modules, where the rate is more than 0; null for none. Counts in state-dict keys.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of classes is less than 2, or a rate is out of range.</exception>
    /// <exception cref="NotSupportedException">No modules compute the mean of the hidden units.</exception>
    /// <example><code>
    /// using var net = rbm.ToClassifier(classes: 10);
    /// net.FitClassifier(images, labels);
    /// </code></example>
    public Classifier ToClassifier(long classes, long seed = 0, DropoutRates? dropout = null)
    {
        Lifetime.Check(this);
        return Classifier.From([this], classes, seed, dropout);
    }

    private Tensor LeaveOutMissing(Tensor visible)
    {
        Guard.Matrix(visible, VisibleSize, weight);
        if (InputChecks.AreDue && visible.shape[0] > 0)
            AbsentUnits.Check(Visible, visible, nameof(visible));
        return AbsentUnits.Replace(this, visible);
    }

    private Tensor HiddenInputs(Tensor visible) => visible.mm(weight.t());

    private Tensor VisibleInputs(Tensor hidden) => hidden.mm(weight);

    private void CheckVisible(Tensor states, [CallerArgumentExpression(nameof(states))] string? name = null)
    {
        Guard.Matrix(states, VisibleSize, weight, name);
        InputChecks.Values(Visible.Support, states, name);
    }

    private void CheckHidden(Tensor states, [CallerArgumentExpression(nameof(states))] string? name = null)
    {
        Guard.Matrix(states, HiddenSize, weight, name);
        InputChecks.Values(Hidden.Support, states, name);
    }
}
