using DeepBelief.Tensors;
using DeepBelief.Units;

namespace DeepBelief;

/// <summary>
/// A deep belief network: restricted Boltzmann machines stacked so that the hidden units of each are the visible units of the
/// next (Hinton, Osindero and Teh 2006, "A fast learning algorithm for deep belief nets").
/// </summary>
/// <remarks>
/// As a module it maps data to the expected states of the top layer. State-dict keys: those of each <see cref="Rbm"/>, prefixed
/// with the layer's number: <c>0.weight</c>, <c>0.visible.bias</c>, ...
/// </remarks>
/// <example><code>
/// using var dbn = Dbn.Bernoulli(784, 512, 128);
/// dbn.Fit(images, new() { Epochs = 5 });
/// using var features = dbn.Transform(images); // [rows, 128]
/// using var net = dbn.ToClassifier(classes: 10);
/// net.FitClassifier(images, labels);
/// </code></example>
public sealed class Dbn : torch.nn.Module<Tensor, Tensor>, IDirectedModel
{
    private readonly Rbm[] layers;

    /// <summary>Stacks RBMs.</summary>
    /// <param name="layers">The RBMs, lowest first; at least one. The network owns and disposes them.</param>
    /// <exception cref="ArgumentException">
    /// The list is empty or has a layer twice, a layer's hidden units differ in number or kind from the next layer's visible units, or the layers
    /// differ in element type or device.
    /// </exception>
    public Dbn(params IEnumerable<Rbm> layers)
        : base(nameof(Dbn))
    {
        ArgumentNullException.ThrowIfNull(layers);
        this.layers = [.. layers];
        LayerStack.Check(this.layers, nameof(layers));
        for (var i = 0; i < this.layers.Length; i++)
            register_module(FormattableString.Invariant($"{i}"), this.layers[i]);
        RegisterComponents();
    }

    /// <summary>Creates a network of binary units.</summary>
    /// <param name="sizes">Sizes of the layers, visible first; at least two, each 1 or more.</param>
    /// <exception cref="ArgumentException">The list has fewer than two sizes, or a size is less than 1.</exception>
    public static Dbn Bernoulli(params long[] sizes) => Bernoulli(sizes, weights: null);

    /// <summary>Creates a network of binary units.</summary>
    /// <param name="sizes">Sizes of the layers, visible first; at least two, each 1 or more.</param>
    /// <param name="weights">Weight initialization; null uses <see cref="WeightInitialization.Default"/>.</param>
    /// <param name="seed">Seed of the weights.</param>
    /// <param name="device">Device; null uses the CPU.</param>
    /// <param name="dtype">Element type, <c>float32</c> or <c>float64</c>.</param>
    /// <exception cref="ArgumentException">The list has fewer than two sizes, or a size is less than 1.</exception>
    public static Dbn Bernoulli(IReadOnlyList<long> sizes, WeightInitialization? weights = null, long seed = 0, Device? device = null, ScalarType dtype = ScalarType.Float32)
        => Stack(sizes, size => new BernoulliUnits(size), weights, seed, device, dtype);

    /// <summary>Creates a network of real-valued visible units with learned variances, and binary hidden units.</summary>
    /// <inheritdoc cref="Bernoulli(long[])"/>
    public static Dbn Gaussian(params long[] sizes) => Gaussian(sizes, weights: null);

    /// <summary>Creates a network of real-valued visible units with learned variances, and binary hidden units.</summary>
    /// <inheritdoc cref="Bernoulli(IReadOnlyList{long}, WeightInitialization?, long, Device?, ScalarType)"/>
    public static Dbn Gaussian(IReadOnlyList<long> sizes, WeightInitialization? weights = null, long seed = 0, Device? device = null, ScalarType dtype = ScalarType.Float32)
        => Stack(sizes, size => new GaussianUnits(size), weights, seed, device, dtype);

    /// <summary>The RBMs, lowest first.</summary>
    public IReadOnlyList<Rbm> Layers => layers;

    /// <summary>Number of visible units of the lowest layer.</summary>
    public long VisibleSize => layers[0].VisibleSize;

    /// <summary>Number of hidden units of the top layer.</summary>
    public long TopSize => layers[^1].HiddenSize;

    /// <inheritdoc/>
    public UnitSupport VisibleSupport => layers[0].VisibleSupport;

    /// <summary>The highest RBM, <c>Layers[^1]</c>, whose Z is the network's.</summary>
    public Rbm TopMachine => layers[^1];

    IReadOnlyList<StochasticLayer> IDirectedModel.Directed => [.. layers.SkipLast(1).Select(StochasticLayer.Of)];

    Tensor IDirectedModel.TopFreeEnergy(Tensor states) => TopMachine.FreeEnergy(states);

    /// <inheritdoc/>
    public Tensor LogWeights(Tensor visible, Generator? generator = null) => this.SampleLogWeights(visible, generator);

    /// <summary>Returns the expected states of the top layer.</summary>
    /// <remarks>Supports autograd, unlike <see cref="Transform"/>.</remarks>
    /// <param name="input">Data, <c>[batch, visible]</c>.</param>
    /// <returns>Expected states, <c>[batch, top]</c>.</returns>
    public override Tensor forward(Tensor input)
    {
        this.CheckMatrix(input);
        return LayerStack.SendUp(layers.Select(StochasticLayer.Of), input, LayerInputs.Means, null);
    }

    /// <summary>Propagates data to the top layer.</summary>
    /// <param name="data">Data, <c>[batch, visible]</c>; may be sparse: only blocks of its rows become dense.</param>
    /// <param name="inputs">States that each layer passes on; null uses <see cref="LayerInputs.Means"/>.</param>
    /// <param name="generator">Random generator for sampled states; null uses torch's default generator.</param>
    /// <returns>States of the top layer, <c>[batch, top]</c>.</returns>
    public Tensor Transform(Tensor data, LayerInputs? inputs = null, Generator? generator = null)
    {
        Guard.Alive(generator);
        using var noGrad = torch.no_grad();
        return SparseRows.Are(data) ? SparseRows.Map(data, VisibleSize, layers[0].Weight, Up) : Up(data);

        Tensor Up(Tensor rows)
        {
            this.CheckMatrix(rows, nameof(data));
            return LayerStack.SendUp(layers.Select(StochasticLayer.Of), rows, inputs ?? LayerInputs.Means, generator);
        }
    }

    /// <summary>
    /// Propagates data to the visible units of the <see cref="TopMachine"/>: data for its log Z. Of a network of one layer these are
    /// the rows themselves.
    /// </summary>
    /// <param name="data">Data, <c>[batch, visible]</c>.</param>
    /// <param name="inputs">States that each layer passes on; null uses <see cref="LayerInputs.Means"/>.</param>
    /// <param name="generator">Random generator for sampled states; null uses torch's default generator.</param>
    /// <returns>States, <c>[batch, top visible]</c>.</returns>
    public Tensor TransformToTop(Tensor data, LayerInputs? inputs = null, Generator? generator = null)
        => this.TransformUp(data, inputs, generator);

    /// <summary>Reconstructs data: propagates it to the top layer and back down.</summary>
    /// <param name="data">Data, <c>[batch, visible]</c>.</param>
    /// <param name="inputs">States that each layer passes on, up and down; null uses <see cref="LayerInputs.Means"/>.</param>
    /// <param name="generator">Random generator for sampled states; null uses torch's default generator.</param>
    /// <returns>Reconstructions, <c>[batch, visible]</c>.</returns>
    public Tensor Reconstruct(Tensor data, LayerInputs? inputs = null, Generator? generator = null)
    {
        this.CheckMatrix(data);
        Guard.Alive(generator);
        using var noGrad = torch.no_grad();
        inputs ??= LayerInputs.Means;
        StochasticLayer[] stack = [.. layers.Select(StochasticLayer.Of)];
        using var top = LayerStack.SendUp(stack, data, inputs, generator);
        return LayerStack.SendDown(stack, top, inputs, generator);
    }

    /// <summary>
    /// Returns a feed-forward classifier initialized from the network: per layer a linear module with copies of the weights and
    /// an activation, then a linear output module with random weights.
    /// </summary>
    /// <param name="classes">Number of classes, 2 or more.</param>
    /// <param name="seed">Seed of the output module's weights.</param>
    /// <param name="dropout">Dropout before the linear modules, where the rate is more than 0; null for none. Counts in state-dict keys.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of classes is less than 2, or a rate is out of range.</exception>
    public Classifier ToClassifier(long classes, long seed = 0, DropoutRates? dropout = null)
    {
        Lifetime.Check(this);
        return Classifier.From(layers, classes, seed, dropout);
    }

    /// <summary>Returns a feed-forward regressor initialized from the network, as <see cref="ToClassifier"/> does.</summary>
    /// <param name="targets">Number of numbers to predict, 1 or more.</param>
    /// <param name="seed">Seed of the output module's weights.</param>
    /// <param name="dropout">Dropout before the linear modules, where the rate is more than 0; null for none. Counts in state-dict keys.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of targets is less than 1, or a rate is out of range.</exception>
    public Regressor ToRegressor(long targets, long seed = 0, DropoutRates? dropout = null)
    {
        Lifetime.Check(this);
        return Regressor.From(layers, targets, seed, dropout);
    }

    /// <summary>Returns a feed-forward classifier of several labels initialized from the network, as <see cref="ToClassifier"/> does.</summary>
    /// <param name="labels">Number of labels, 1 or more.</param>
    /// <param name="seed">Seed of the output module's weights.</param>
    /// <param name="dropout">Dropout before the linear modules, where the rate is more than 0; null for none. Counts in state-dict keys.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of labels is less than 1, or a rate is out of range.</exception>
    public MultiLabelClassifier ToMultiLabelClassifier(long labels, long seed = 0, DropoutRates? dropout = null)
    {
        Lifetime.Check(this);
        return MultiLabelClassifier.From(layers, labels, seed, dropout);
    }

    /// <summary>
    /// Returns a deep autoencoder unrolled from the network (Hinton and Salakhutdinov 2006): up, the hidden layers as in
    /// <see cref="ToClassifier"/>; down, the visible ones, with the transposed weights. Its output is that of
    /// <see cref="Reconstruct"/>, until training changes it.
    /// </summary>
    /// <remarks>
    /// The units make the activations: sigmoid for Bernoulli units, tanh for spins, softmax for one group of categories, ReLU, which is
    /// near the mean of ReLU units but not the same, and none for Gaussian units: a linear code, as in the paper, is that of a top
    /// layer with Gaussian hidden units.
    /// </remarks>
    /// <returns>The autoencoder, with copies of the weights; the caller disposes it.</returns>
    /// <exception cref="NotSupportedException">No modules compute the mean of the units of a layer.</exception>
    public Autoencoder ToAutoencoder()
    {
        Lifetime.Check(this);
        return Autoencoder.From(layers);
    }

    private static Dbn Stack(
        IReadOnlyList<long> sizes,
        Func<long, UnitLayer> lowest,
        WeightInitialization? weights,
        long seed,
        Device? device,
        ScalarType dtype)
    {
        Guard.Sizes(sizes, least: 2);
        var layers = Enumerable.Range(0, sizes.Count - 1).Select(i => new Rbm(
            i == 0 ? lowest(sizes[0]) : new BernoulliUnits(sizes[i]),
            new BernoulliUnits(sizes[i + 1]),
            weights,
            Randomness.Derive(seed, Randomness.LayerWeights + i)));
        return Placement.Moved(new Dbn(layers), device, dtype);
    }
}
