using System.Runtime.CompilerServices;
using DeepBelief.Tensors;
using DeepBelief.Units;

namespace DeepBelief;

/// <summary>
/// A deep Boltzmann machine: a visible and several hidden layers with undirected weights between neighbours, E(v, h) = E_v(v) +
/// Σ E_l(h_l) - h_1 W_0 vᵀ - h_2 W_1 h_1ᵀ - ... (Salakhutdinov and Hinton 2009, "Deep Boltzmann machines").
/// </summary>
/// <remarks>
/// <para>Unlike a <see cref="Dbn"/>, what a layer expects depends on both its neighbours, and inference is a loop,
/// <see cref="DeepBelief.MeanField"/>. The free energy of v is not known in closed form, so the machine is no
/// <see cref="IEnergyModel"/>: <see cref="FreeEnergyBound"/> is an upper bound. With one hidden layer it is an <see cref="Rbm"/>,
/// and all of this exact.</para>
/// <para>As a module it maps v to the expected states of the top layer. State-dict keys: <c>visible.*</c>, <c>hidden.0.*</c>,
/// <c>hidden.1.*</c>, ..., the parameters of the unit layers, and <c>weight.0</c>, <c>weight.1</c>, ..., each <c>[above, below]</c>
/// as in <c>nn.Linear</c>. Not thread-safe during training.</para>
/// </remarks>
/// <example><code>
/// using var dbm = Dbm.Bernoulli(784, 500, 1000);
/// dbm.Fit(images, new() { Epochs = 20 });
/// using var features = dbm.Transform(images); // [rows, 1000]
/// using var samples = dbm.Sample(count: 100);
/// dbm.Save("dbm.pt");
/// </code></example>
public sealed class Dbm : torch.nn.Module<Tensor, Tensor>
{
    private readonly UnitLayer visible;
    private readonly TorchSharp.Modules.ModuleList<UnitLayer> hidden;
    private readonly WeightList weight;

    /// <summary>Creates an untrained machine of any kinds of units, with their element type and device.</summary>
    /// <param name="visible">Visible units, owned and disposed by the machine.</param>
    /// <param name="hidden">The hidden layers, lowest first; at least one. Owned and disposed by the machine.</param>
    /// <param name="weights">Weight initialization; null uses <see cref="WeightInitialization.Default"/>.</param>
    /// <param name="seed">Seed of the weights.</param>
    /// <exception cref="ArgumentException">There is no hidden layer, one layer is there twice, or they differ in element type or device.</exception>
    public Dbm(UnitLayer visible, IEnumerable<UnitLayer> hidden, WeightInitialization? weights = null, long seed = 0)
        : base(nameof(Dbm))
    {
        ArgumentNullException.ThrowIfNull(visible);
        ArgumentNullException.ThrowIfNull(hidden);
        UnitLayer[] layers = [visible, .. hidden];
        if (layers.Length == 1)
            throw new ArgumentException("Expected at least one hidden layer, found none.", nameof(hidden));
        foreach (var layer in layers)
            ArgumentNullException.ThrowIfNull(layer, nameof(hidden));
        if (layers.Distinct().Count() != layers.Length)
            throw new ArgumentException("Expected distinct layers, found one of them twice.", nameof(hidden));
        var parameters = layers.SelectMany(layer => layer.parameters()).ToList();
        foreach (var parameter in parameters)
            Guard.SameKind(parameter, parameters[0], nameof(hidden));
        this.visible = visible;
        this.hidden = new(layers[1..]);
        weights ??= WeightInitialization.Default;
        // One hidden layer has the weights of an RBM of the seed.
        var seeds = Enumerable.Range(0, layers.Length - 1).Select(below => layers.Length == 2 ? seed : Randomness.Derive(seed, Randomness.LayerWeights + below)).ToList();
        if (weights == WeightInitialization.Default)
            LowestWeightSeed = seeds[0];
        using (Parameters.OutsideInference())
        {
            weight = new([.. layers.Zip(layers.Skip(1)).Select((pair, below) =>
            {
                using var scope = torch.NewDisposeScope();
                var values = weights.Draw(pair.First.Size, pair.Second.Size, seeds[below]);
                return Parameters.Create(parameters.Count == 0 ? values : values.to(parameters[0].dtype, parameters[0].device));
            })]);
        }

        RegisterComponents();
    }

    /// <summary>Creates a machine of binary units.</summary>
    /// <param name="sizes">Sizes of the layers, visible first; at least two, each 1 or more.</param>
    /// <exception cref="ArgumentException">The list has fewer than two sizes, or a size is less than 1.</exception>
    public static Dbm Bernoulli(params long[] sizes) => Bernoulli(sizes, weights: null);

    /// <summary>Creates a machine of binary units.</summary>
    /// <param name="sizes">Sizes of the layers, visible first; at least two, each 1 or more.</param>
    /// <param name="weights">Weight initialization; null uses <see cref="WeightInitialization.Default"/>.</param>
    /// <param name="seed">Seed of the weights.</param>
    /// <param name="device">Device; null uses the CPU.</param>
    /// <param name="dtype">Element type, <c>float32</c> or <c>float64</c>.</param>
    /// <exception cref="ArgumentException">The list has fewer than two sizes, or a size is less than 1.</exception>
    public static Dbm Bernoulli(IReadOnlyList<long> sizes, WeightInitialization? weights = null, long seed = 0, Device? device = null, ScalarType dtype = ScalarType.Float32)
        => Create(sizes, size => new BernoulliUnits(size), weights, seed, device, dtype);

    /// <summary>Creates a machine of real-valued visible units with learned variances, and binary hidden units.</summary>
    /// <inheritdoc cref="Bernoulli(long[])"/>
    public static Dbm Gaussian(params long[] sizes) => Gaussian(sizes, weights: null);

    /// <summary>Creates a machine of real-valued visible units with learned variances, and binary hidden units.</summary>
    /// <inheritdoc cref="Bernoulli(IReadOnlyList{long}, WeightInitialization?, long, Device?, ScalarType)"/>
    public static Dbm Gaussian(IReadOnlyList<long> sizes, WeightInitialization? weights = null, long seed = 0, Device? device = null, ScalarType dtype = ScalarType.Float32)
        => Create(sizes, size => new GaussianUnits(size), weights, seed, device, dtype);

    /// <summary>The visible units.</summary>
    public UnitLayer Visible => visible;

    /// <summary>The hidden layers, lowest first.</summary>
    public IReadOnlyList<UnitLayer> Hidden => [.. hidden];

    /// <summary>The weights between neighbouring layers, lowest first, each <c>[above, below]</c>.</summary>
    public IReadOnlyList<Parameter> Weights => weight.All;

    /// <summary>Number of visible units.</summary>
    public long VisibleSize => visible.Size;

    /// <summary>Number of units of the top layer.</summary>
    public long TopSize => hidden[^1].Size;

    /// <summary>Returns the expected states of the top layer by mean-field inference.</summary>
    /// <remarks>Supports autograd, unlike <see cref="Transform"/>.</remarks>
    /// <param name="input">v, <c>[batch, visible]</c>.</param>
    /// <returns><c>[batch, top]</c>.</returns>
    public override Tensor forward(Tensor input)
    {
        Check(input);
        using var scope = torch.NewDisposeScope();
        return MeanFieldInference.Run(this, input, DeepBelief.MeanField.Default).Means[^1].MoveToOuterDisposeScope();
    }

    /// <summary>Returns the expected states of all hidden layers by mean-field inference: an approximation of E[h | v].</summary>
    /// <param name="visible">v, <c>[batch, visible]</c>.</param>
    /// <param name="meanField">When inference ends; null uses <see cref="MeanField.Default"/>.</param>
    /// <returns>A tensor for each layer, lowest first, <c>[batch, N]</c>.</returns>
    public IReadOnlyList<Tensor> HiddenMeans(Tensor visible, MeanField? meanField = null)
    {
        var settings = Check(visible, meanField);
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        return [.. MeanFieldInference.Run(this, visible, settings).Means.Select(means => means.MoveToOuterDisposeScope())];
    }

    /// <summary>Returns the expected states of the top layer by mean-field inference.</summary>
    /// <param name="visible">v, <c>[batch, visible]</c>; may be sparse: only blocks of its rows become dense.</param>
    /// <param name="meanField">When inference ends; null uses <see cref="MeanField.Default"/>.</param>
    /// <returns><c>[batch, top]</c>, dense.</returns>
    public Tensor Transform(Tensor visible, MeanField? meanField = null)
    {
        using var noGrad = torch.no_grad();
        return SparseRows.Are(visible) ? SparseRows.Map(visible, VisibleSize, Weights[0], Top) : Top(visible);

        Tensor Top(Tensor rows)
        {
            var settings = Check(rows, meanField, nameof(visible));
            using var scope = torch.NewDisposeScope();
            return MeanFieldInference.Run(this, rows, settings).Means[^1].MoveToOuterDisposeScope();
        }
    }

    /// <summary>Reconstructs rows: E[v | the first hidden layer at its expected states].</summary>
    /// <param name="visible">v, <c>[batch, visible]</c>.</param>
    /// <param name="meanField">When inference ends; null uses <see cref="MeanField.Default"/>.</param>
    /// <returns><c>[batch, visible]</c>.</returns>
    public Tensor Reconstruct(Tensor visible, MeanField? meanField = null)
    {
        var settings = Check(visible, meanField);
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        return Visible.Mean(MeanFieldInference.Run(this, visible, settings).Means[0].mm(Weights[0])).MoveToOuterDisposeScope();
    }

    /// <summary>Returns the joint energy of states.</summary>
    /// <param name="visible">v, <c>[batch, visible]</c>.</param>
    /// <param name="hidden">The states of each hidden layer, lowest first, <c>[batch, N]</c> each.</param>
    /// <returns>E(v, h), <c>[batch]</c>, in nats.</returns>
    /// <exception cref="ArgumentException">A layer is missing or does not fit.</exception>
    public Tensor Energy(Tensor visible, IReadOnlyList<Tensor> hidden)
    {
        Check(visible);
        ArgumentNullException.ThrowIfNull(hidden);
        if (hidden.Count != Hidden.Count)
            throw new ArgumentException($"Expected states of {Hidden.Count} hidden layers, found {hidden.Count}.", nameof(hidden));
        using var scope = torch.NewDisposeScope();
        var (total, below) = (Visible.Energy(visible), visible);
        foreach (var ((layer, states), between) in Hidden.Zip(hidden).Zip(Weights))
        {
            Guard.Matrix(states, layer.Size, between, nameof(hidden));
            InputChecks.Values(layer.Support, states, nameof(hidden));
            if (states.shape[0] != visible.shape[0])
                throw new ArgumentException($"Expected as many rows as {nameof(visible)} has, {visible.shape[0]}, found {states.shape[0]}.", nameof(hidden));
            total = total.Plus(layer.Energy(states)) - (below.mm(between.t()) * states).sum(1);
            below = states;
        }

        return total.MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Returns the variational free energy, an upper bound on F(v), where p(v) = exp(-F(v)) / Z: by as much as the factorised
    /// posterior of mean-field inference diverges from p(h | v). With one hidden layer it is F(v).
    /// </summary>
    /// <param name="visible">v, <c>[batch, visible]</c>.</param>
    /// <param name="meanField">When inference ends; null uses <see cref="MeanField.Default"/>. No sweep raises the result.</param>
    /// <returns><c>[batch]</c>, in nats.</returns>
    public Tensor FreeEnergyBound(Tensor visible, MeanField? meanField = null)
    {
        var settings = Check(visible, meanField);
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        return MeanFieldInference.Run(this, visible, settings).FreeEnergy(this, visible).MoveToOuterDisposeScope();
    }

    /// <summary>Initializes an untrained machine from its data, as <see cref="Rbm.InitializeFromData"/> does: its two lowest layers are one.</summary>
    /// <param name="data">The training rows, <c>[rows, visible]</c>.</param>
    public void InitializeFromData(Tensor data) => Lowest.InitializeFromData(data);

    /// <summary>
    /// Returns a feed-forward classifier initialized from the pass upwards with which inference starts: per hidden layer a linear module
    /// with copies of the weights, doubled between two other layers, and an activation, then a linear output module with random weights.
    /// </summary>
    /// <param name="classes">Number of classes, 2 or more.</param>
    /// <param name="seed">Seed of the output module's weights.</param>
    /// <param name="dropout">Dropout before the linear modules, where the rate is more than 0; null for none. Counts in state-dict keys.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of classes is less than 2, or a rate is out of range.</exception>
    /// <exception cref="NotSupportedException">No modules compute the mean of a hidden layer.</exception>
    public Classifier ToClassifier(long classes, long seed = 0, DropoutRates? dropout = null) => Unfold(false, classes, seed, dropout);

    /// <summary>
    /// Returns a feed-forward classifier of the rows of <see cref="WithInferred"/>: v and, beside it, what inference expects of the second
    /// hidden layer, from which the first hidden layer takes its inputs as in the machine (Salakhutdinov and Hinton 2009, section 3.3).
    /// </summary>
    /// <exception cref="InvalidOperationException">There is no second hidden layer.</exception>
    /// <inheritdoc cref="ToClassifier"/>
    public Classifier ToAugmentedClassifier(long classes, long seed = 0, DropoutRates? dropout = null)
    {
        RequireSecond();
        return Unfold(true, classes, seed, dropout);
    }

    /// <summary>Returns rows beside what inference expects of the second hidden layer: the inputs of <see cref="ToAugmentedClassifier"/>.</summary>
    /// <param name="visible">v, <c>[batch, visible]</c>.</param>
    /// <param name="meanField">When inference ends; null uses <see cref="MeanField.Default"/>.</param>
    /// <returns><c>[batch, visible + second]</c>.</returns>
    /// <exception cref="InvalidOperationException">There is no second hidden layer.</exception>
    public Tensor WithInferred(Tensor visible, MeanField? meanField = null)
    {
        RequireSecond();
        var settings = Check(visible, meanField);
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        return torch.cat([visible, MeanFieldInference.Run(this, visible, settings).Means[1]], 1).MoveToOuterDisposeScope();
    }

    /// <summary>The two lowest layers as an RBM: a view, never disposed.</summary>
    internal Rbm Lowest => new(Visible, Hidden[0], Weights[0]) { DefaultWeightSeed = LowestWeightSeed };

    /// <summary>The seed of the lowest weights if they began as default ones, which training may yet scale.</summary>
    internal long? LowestWeightSeed { get; set; }

    private static Dbm Create(IReadOnlyList<long> sizes, Func<long, UnitLayer> lowest, WeightInitialization? weights, long seed, Device? device, ScalarType dtype)
    {
        Guard.Sizes(sizes, least: 2);
        return Placement.Moved(new Dbm(lowest(sizes[0]), sizes.Skip(1).Select(size => new BernoulliUnits(size)), weights, seed), device, dtype);
    }

    private Classifier Unfold(bool isAugmented, long classes, long seed, DropoutRates? dropout)
    {
        Lifetime.Check(this);
        Classifier.CheckClasses(classes);
        dropout?.Validate();
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var weights = Weights;
        Tensor[] inputs = [.. weights.Select((matrix, layer) => layer < weights.Count - 1 ? matrix.Times(2) : matrix.alias())];
        if (isAugmented)
            inputs[0] = torch.cat([weights[0], weights[1].t()], 1);
        var output = FeedForwardNetwork.RandomLinear(TopSize, classes, Randomness.Generator(seed, Randomness.OutputWeights), weights[0].device, weights[0].dtype);
        return new Classifier(FeedForwardNetwork.Of(Hidden.Zip(inputs, (layer, matrix) => layer.ToFeedForward(matrix)), output, dropout));
    }

    private void RequireSecond()
    {
        if (hidden.Count < 2)
            throw new InvalidOperationException("Expected a machine of two or more hidden layers, found one.");
    }

    private MeanField Check(Tensor rows, MeanField? meanField, [CallerArgumentExpression(nameof(rows))] string? name = null)
    {
        Check(rows, name);
        meanField ??= DeepBelief.MeanField.Default;
        meanField.Validate();
        return meanField;
    }

    private void Check(Tensor rows, [CallerArgumentExpression(nameof(rows))] string? name = null)
    {
        Guard.Matrix(rows, VisibleSize, Weights[0], name);
        InputChecks.Values(Visible.Support, rows, name);
    }
}
