using DeepBelief.Tensors;
using DeepBelief.Units;

namespace DeepBelief;

/// <summary>
/// A deep belief network whose top machine sees the features of the layers below and a one-hot label: it says how probable each
/// class is, and draws rows of a class (Hinton, Osindero and Teh 2006, "A fast learning algorithm for deep belief nets").
/// </summary>
/// <remarks>
/// <para>The layers below are those of a <see cref="Dbn"/>, the <see cref="Top"/> is a <see cref="ClassificationRbm"/> over their
/// features, and the density is that of the paper: p(v) = Σ p(v | h) p(h, y) over features h and labels y.</para>
/// <para>As a module it maps v to log p(y | features), in closed form by the free energies of the top machine; the features are
/// expected states. State-dict keys: <c>0.weight</c>, ... of the layers, and the top's, prefixed with <c>top.</c>.</para>
/// </remarks>
/// <example><code>
/// using var dbn = ClassificationDbn.Bernoulli([784, 500, 500, 2000], classes: 10);
/// dbn.Fit(images, labels, new() { Epochs = 10 });
/// Console.WriteLine(dbn.Score(images, labels).Accuracy);
/// using var threes = dbn.Sample(torch.full(20, 3, ScalarType.Int64)); // [20, 784]
/// </code></example>
public sealed class ClassificationDbn : torch.nn.Module<Tensor, Tensor>, IDirectedModel
{
    private readonly Rbm[] layers;
    private readonly ClassificationRbm top;

    /// <summary>Stacks RBMs and a machine with labels.</summary>
    /// <param name="layers">The RBMs below the top, lowest first; at least one. The network owns and disposes them.</param>
    /// <param name="top">The machine over the features of the highest of them, and labels; owned and disposed by the network.</param>
    /// <exception cref="ArgumentException">
    /// The list is empty or has a layer twice, a layer's hidden units differ in number or kind from the visible units of the next, or the layers
    /// differ in element type or device.
    /// </exception>
    public ClassificationDbn(IEnumerable<Rbm> layers, ClassificationRbm top)
        : base(nameof(ClassificationDbn))
    {
        ArgumentNullException.ThrowIfNull(layers);
        ArgumentNullException.ThrowIfNull(top);
        this.layers = [.. layers];
        LayerStack.Check(this.layers, nameof(layers));
        LayerStack.CheckTop(this.layers[^1].Hidden, this.layers[0].Weight, top, nameof(top));
        this.top = top;
        for (var i = 0; i < this.layers.Length; i++)
            register_module(FormattableString.Invariant($"{i}"), this.layers[i]);
        RegisterComponents();
    }

    /// <summary>Creates a network of binary units.</summary>
    /// <param name="sizes">Sizes of the layers without labels, visible first; at least three, each 1 or more.</param>
    /// <param name="classes">Number of classes, 1 or more.</param>
    /// <param name="weights">Weight initialization; null uses <see cref="WeightInitialization.Default"/>.</param>
    /// <param name="seed">Seed of the weights.</param>
    /// <param name="device">Device; null uses the CPU.</param>
    /// <param name="dtype">Element type, <c>float32</c> or <c>float64</c>.</param>
    /// <exception cref="ArgumentException">The list has fewer than three sizes, or a size is less than 1.</exception>
    public static ClassificationDbn Bernoulli(
        IReadOnlyList<long> sizes,
        long classes,
        WeightInitialization? weights = null,
        long seed = 0,
        Device? device = null,
        ScalarType dtype = ScalarType.Float32)
    {
        Guard.Sizes(sizes, least: 3);
        Guard.Size(classes);
        var layers = Enumerable.Range(0, sizes.Count - 2).Select(i => Rbm.Bernoulli(sizes[i], sizes[i + 1], weights, Randomness.Derive(seed, Randomness.LayerWeights + i)));
        var top = ClassificationRbm.Bernoulli(sizes[^2], sizes[^1], classes, weights, Randomness.Derive(seed, Randomness.LayerWeights + sizes.Count - 2));
        return Placement.Moved(new ClassificationDbn(layers, top), device, dtype);
    }

    /// <summary>The RBMs below the top, lowest first.</summary>
    public IReadOnlyList<Rbm> Layers => layers;

    /// <summary>The machine over features and labels.</summary>
    public ClassificationRbm Top => top;

    /// <summary>The machine over features and labels, <see cref="ClassificationRbm.Joint"/> of the <see cref="Top"/>.</summary>
    public Rbm TopMachine => Top.Joint;

    /// <summary>Number of visible units.</summary>
    public long VisibleSize => layers[0].VisibleSize;

    /// <inheritdoc/>
    public UnitSupport VisibleSupport => layers[0].VisibleSupport;

    /// <summary>Number of classes.</summary>
    public long Classes => Top.Classes;

    IReadOnlyList<StochasticLayer> IDirectedModel.Directed => [.. layers.Select(StochasticLayer.Of)];

    Tensor IDirectedModel.TopFreeEnergy(Tensor states) => Top.FreeEnergy(states);

    /// <inheritdoc/>
    public Tensor LogWeights(Tensor visible, Generator? generator = null) => this.SampleLogWeights(visible, generator);

    /// <summary>Returns log p(y | features) of every class, in closed form.</summary>
    /// <remarks>Supports autograd.</remarks>
    /// <param name="input">Rows v, <c>[batch, visible]</c>.</param>
    /// <returns>Log probabilities, <c>[batch, classes]</c>, in nats.</returns>
    public override Tensor forward(Tensor input)
    {
        this.CheckMatrix(input);
        using var inside = InputChecks.Enter();
        using var features = this.SendToTop(input, LayerInputs.Means, null);
        return Top.forward(features);
    }

    /// <summary>Propagates data to the features that the <see cref="Top"/> sees beside labels.</summary>
    /// <param name="data">Data, <c>[batch, visible]</c>.</param>
    /// <param name="inputs">States that each layer passes on; null uses <see cref="LayerInputs.Means"/>.</param>
    /// <param name="generator">Random generator for sampled states; null uses torch's default generator.</param>
    /// <returns>Features, <c>[batch, features]</c>.</returns>
    public Tensor TransformToTop(Tensor data, LayerInputs? inputs = null, Generator? generator = null)
        => this.TransformUp(data, inputs, generator);
}
