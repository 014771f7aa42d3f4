using DeepBelief.Tensors;
using DeepBelief.Units;

namespace DeepBelief;

/// <summary>
/// A deep belief network: restricted Boltzmann machines stacked so that the hidden units of each are the visible units of
/// the next (Hinton, Osindero and Teh 2006, "A fast learning algorithm for deep belief nets").
/// </summary>
/// <remarks>
/// As a module it maps data to the expected states of the top layer. State-dict keys: those of each <see cref="Rbm"/>
/// after the layer's number, <c>0.weight</c>, <c>0.visible.bias</c>, ...
/// </remarks>
public sealed class Dbn : torch.nn.Module<Tensor, Tensor>
{
    private readonly Rbm[] layers;

    /// <summary>Stacks machines.</summary>
    /// <param name="layers">The machines, lowest first; at least one. The network owns and disposes them.</param>
    /// <exception cref="ArgumentException">
    /// There are none, the hidden units of one differ in number or kind from the visible units of the next, or they differ
    /// in element type or device.
    /// </exception>
    public Dbn(params IEnumerable<Rbm> layers)
        : base(nameof(Dbn))
    {
        ArgumentNullException.ThrowIfNull(layers);
        this.layers = [.. layers];
        if (this.layers.Length == 0)
            throw new ArgumentException("Expected at least one layer, found none.", nameof(layers));
        foreach (var layer in this.layers)
        {
            ArgumentNullException.ThrowIfNull(layer, nameof(layers));
            Guard.SameKind(layer.Weight, this.layers[0].Weight, nameof(layers));
        }

        for (var i = 1; i < this.layers.Length; i++)
        {
            var (below, above) = (this.layers[i - 1].Hidden, this.layers[i].Visible);
            if (below.Description != above.Description)
            {
                throw new ArgumentException(
                    $"Expected layer {i} to have {below.Description} visible units, as layer {i - 1} has hidden ones; found {above.Description} ones.",
                    nameof(layers));
            }
        }

        for (var i = 0; i < this.layers.Length; i++)
            register_module(FormattableString.Invariant($"{i}"), this.layers[i]);
        RegisterComponents();
    }

    /// <summary>A network of binary units.</summary>
    /// <param name="sizes">Sizes of the layers, visible first; at least two, each 1 or more.</param>
    /// <exception cref="ArgumentException">There are fewer than two sizes, or one is less than 1.</exception>
    public static Dbn Bernoulli(params long[] sizes) => Bernoulli(sizes, weights: null);

    /// <summary>A network of binary units.</summary>
    /// <param name="sizes">Sizes of the layers, visible first; at least two, each 1 or more.</param>
    /// <param name="weights">How the weights are drawn; <see cref="WeightInitialization.Default"/> when null.</param>
    /// <param name="seed">Seed of the weights.</param>
    /// <param name="device">Where the network lives; the CPU when null.</param>
    /// <param name="dtype">Its element type, <c>float32</c> or <c>float64</c>.</param>
    /// <exception cref="ArgumentException">There are fewer than two sizes, or one is less than 1.</exception>
    public static Dbn Bernoulli(IReadOnlyList<long> sizes, WeightInitialization? weights, long seed = 0, Device? device = null, ScalarType dtype = ScalarType.Float32)
        => Stack(sizes, size => new BernoulliUnits(size), weights, seed, device, dtype);

    /// <summary>A network of real-valued visible units, with learned variances, and binary hidden units.</summary>
    /// <param name="sizes">Sizes of the layers, visible first; at least two, each 1 or more.</param>
    /// <exception cref="ArgumentException">There are fewer than two sizes, or one is less than 1.</exception>
    public static Dbn Gaussian(params long[] sizes) => Gaussian(sizes, weights: null);

    /// <summary>A network of real-valued visible units, with learned variances, and binary hidden units.</summary>
    /// <param name="sizes">Sizes of the layers, visible first; at least two, each 1 or more.</param>
    /// <param name="weights">How the weights are drawn; <see cref="WeightInitialization.Default"/> when null.</param>
    /// <param name="seed">Seed of the weights.</param>
    /// <param name="device">Where the network lives; the CPU when null.</param>
    /// <param name="dtype">Its element type, <c>float32</c> or <c>float64</c>.</param>
    /// <exception cref="ArgumentException">There are fewer than two sizes, or one is less than 1.</exception>
    public static Dbn Gaussian(IReadOnlyList<long> sizes, WeightInitialization? weights, long seed = 0, Device? device = null, ScalarType dtype = ScalarType.Float32)
        => Stack(sizes, size => new GaussianUnits(size), weights, seed, device, dtype);

    /// <summary>The machines, lowest first.</summary>
    public IReadOnlyList<Rbm> Layers => layers;

    /// <summary>Number of visible units of the lowest layer.</summary>
    public long VisibleSize => layers[0].VisibleSize;

    /// <summary>Number of hidden units of the top layer.</summary>
    public long TopSize => layers[^1].HiddenSize;

    /// <summary>Expected states of the top layer: <see cref="Transform"/> under the name that modules have.</summary>
    /// <param name="input">Data, <c>[batch, visible]</c>.</param>
    /// <returns><c>[batch, top]</c>.</returns>
    public override Tensor forward(Tensor input)
    {
        Check(input);
        return LayerInputs.Means.Propagate(input, Up(layers.Length), []);
    }

    /// <summary>What the top layer makes of data.</summary>
    /// <param name="data">Data, <c>[batch, visible]</c>.</param>
    /// <param name="inputs">What each layer passes on; <see cref="LayerInputs.Means"/> when null.</param>
    /// <param name="generator">Source of randomness, where states are sampled; torch's default generator when null.</param>
    /// <returns>States of the top layer, <c>[batch, top]</c>.</returns>
    public Tensor Transform(Tensor data, LayerInputs? inputs = null, Generator? generator = null)
    {
        Check(data);
        using var noGrad = torch.no_grad();
        return SendUp(layers.Length, data, inputs ?? LayerInputs.Means, generator);
    }

    /// <summary>Data sent up to the top layer and down again.</summary>
    /// <param name="data">Data, <c>[batch, visible]</c>.</param>
    /// <param name="inputs">What each layer passes on, both ways; <see cref="LayerInputs.Means"/> when null.</param>
    /// <param name="generator">Source of randomness, where states are sampled; torch's default generator when null.</param>
    /// <returns>Reconstructions, <c>[batch, visible]</c>.</returns>
    public Tensor Reconstruct(Tensor data, LayerInputs? inputs = null, Generator? generator = null)
    {
        using var noGrad = torch.no_grad();
        using var top = Transform(data, inputs, generator);
        return (inputs ?? LayerInputs.Means).Propagate(top, Down(layers.Length), SampledDown(layers.Length, generator));
    }

    /// <summary>
    /// A feed-forward classifier that begins where the network is: one linear module, with copies of the weights, and one
    /// activation for each layer, then a linear module with random weights to the classes.
    /// </summary>
    /// <param name="classes">Number of classes, 2 or more.</param>
    /// <param name="seed">Seed of the last module's weights.</param>
    /// <param name="dropout">
    /// Dropout modules before the linear ones, where a rate is more than 0; none when null. They count in the numbers of
    /// the state-dict keys.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than 2 classes, or a rate is out of its range.</exception>
    public Classifier ToClassifier(long classes, long seed = 0, DropoutRates? dropout = null)
    {
        Classifier.CheckClasses(classes);
        dropout?.Validate();
        return Classifier.Of(
            layers.Select(layer => layer.Hidden.ToFeedForward(layer.Weight)),
            Classifier.RandomLinear(TopSize, classes, Randomness.Generator(seed, Randomness.OutputWeights), layers[0].Weight.device, layers[0].Weight.dtype),
            dropout);
    }

    /// <summary>What a layer gets of the network's data.</summary>
    /// <param name="layer">The layer, from 0: the number of those below.</param>
    /// <param name="data">Data, <c>[batch, visible]</c>.</param>
    /// <param name="inputs">What each layer passes on.</param>
    /// <param name="generator">Source of randomness, where states are sampled; torch's default generator when null.</param>
    internal Tensor SendUp(int layer, Tensor data, LayerInputs inputs, Generator? generator)
        => inputs.Propagate(data, Up(layer), SampledUp(layer, generator));

    private static Dbn Stack(
        IReadOnlyList<long> sizes,
        Func<long, UnitLayer> lowest,
        WeightInitialization? weights,
        long seed,
        Device? device,
        ScalarType dtype)
    {
        ArgumentNullException.ThrowIfNull(sizes);
        if (sizes.Count < 2 || sizes.Any(size => size < 1))
            throw new ArgumentException($"Expected at least two sizes, each 1 or more; found [{string.Join(", ", sizes)}].", nameof(sizes));
        var dbn = new Dbn(Enumerable.Range(0, sizes.Count - 1).Select(i => new Rbm(
            i == 0 ? lowest(sizes[0]) : new BernoulliUnits(sizes[i]),
            new BernoulliUnits(sizes[i + 1]),
            weights,
            Randomness.Derive(seed, Randomness.LayerWeights + i))));
        Placement.Move(dbn, device, dtype);
        return dbn;
    }

    private IEnumerable<Func<Tensor, Tensor>> Up(int count) => layers[..count].Select(layer => (Func<Tensor, Tensor>)layer.HiddenMean);

    private IEnumerable<Func<Tensor, Tensor>> SampledUp(int count, Generator? generator)
        => layers[..count].Select(layer => (Func<Tensor, Tensor>)(states => layer.SampleHidden(states, generator)));

    private IEnumerable<Func<Tensor, Tensor>> Down(int count)
        => layers[..count].Reverse().Select(layer => (Func<Tensor, Tensor>)layer.VisibleMean);

    private IEnumerable<Func<Tensor, Tensor>> SampledDown(int count, Generator? generator)
        => layers[..count].Reverse().Select(layer => (Func<Tensor, Tensor>)(states => layer.SampleVisible(states, generator)));

    private void Check(Tensor data) => Guard.Rows(data, VisibleSize, layers[0].Weight);
}
