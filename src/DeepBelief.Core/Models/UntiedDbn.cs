using DeepBelief.Units;

namespace DeepBelief;

/// <summary>
/// A deep belief network whose layers below the top have one set of weights to infer hidden states and another to generate from them,
/// as the up-down algorithm trains it (Hinton, Osindero and Teh 2006, "A fast learning algorithm for deep belief nets", section 5).
/// </summary>
/// <remarks>
/// <para><c>Untie</c> makes one of a trained <see cref="Dbn"/> or <see cref="ClassificationDbn"/>: at first both sets are the
/// machines' weights, and it is the same density. The machine at the top remains as it was, with labels or without.</para>
/// <para>As a module it maps v to log p(y | features) where there are labels, otherwise to the expected states of the top layer.
/// State-dict keys: those of each <see cref="UntiedLayer"/>, <c>0.recognition</c>, ..., and the top machine's, prefixed with
/// <c>top.</c>.</para>
/// </remarks>
/// <example><code>
/// using var untied = dbn.Untie();
/// untied.Fit(images, options: new() { Epochs = 20 });
/// using var samples = untied.Sample(count: 20);
/// </code></example>
public sealed class UntiedDbn : torch.nn.Module<Tensor, Tensor>, IDirectedModel
{
    private readonly UntiedLayer[] layers;
    private readonly torch.nn.Module top; // an Rbm, or a ClassificationRbm

    /// <summary>Stacks layers below a machine.</summary>
    /// <param name="layers">The layers below the top, lowest first; at least one. The network owns and disposes them.</param>
    /// <param name="top">The machine on them; owned and disposed by the network.</param>
    /// <exception cref="ArgumentException">
    /// The list is empty or has a layer twice, a layer's hidden units differ in number or kind from the visible units of the next, or the layers
    /// differ in element type or device.
    /// </exception>
    public UntiedDbn(IEnumerable<UntiedLayer> layers, Rbm top)
        : this(Checked(layers), (torch.nn.Module)top)
        => LayerStack.CheckTop(this.layers[^1].Hidden, this.layers[0].Recognition, top, nameof(top));

    /// <summary>Stacks layers below a machine with labels.</summary>
    /// <inheritdoc cref="UntiedDbn(IEnumerable{UntiedLayer}, Rbm)"/>
    public UntiedDbn(IEnumerable<UntiedLayer> layers, ClassificationRbm top)
        : this(Checked(layers), (torch.nn.Module)top)
        => LayerStack.CheckTop(this.layers[^1].Hidden, this.layers[0].Recognition, top, nameof(top));

    private UntiedDbn(UntiedLayer[] layers, torch.nn.Module top)
        : base(nameof(UntiedDbn))
    {
        ArgumentNullException.ThrowIfNull(top);
        this.layers = layers;
        this.top = top;
        for (var i = 0; i < layers.Length; i++)
            register_module(FormattableString.Invariant($"{i}"), layers[i]);
        RegisterComponents();
    }

    /// <summary>The layers below the top, lowest first.</summary>
    public IReadOnlyList<UntiedLayer> Layers => layers;

    /// <summary>The machine at the top; where there are labels, that over features and labels.</summary>
    public Rbm TopMachine => Labelled?.Joint ?? (Rbm)top;

    /// <summary>The machine at the top where there are labels; otherwise null.</summary>
    public ClassificationRbm? Labelled => top as ClassificationRbm;

    /// <summary>Number of visible units.</summary>
    public long VisibleSize => layers[0].Visible.Size;

    /// <inheritdoc/>
    public UnitSupport VisibleSupport => layers[0].Visible.Support;

    /// <summary>Number of classes; 0 without labels.</summary>
    public long Classes => Labelled?.Classes ?? 0;

    IReadOnlyList<StochasticLayer> IDirectedModel.Directed => [.. layers.Select(layer => layer.Stochastic)];

    Tensor IDirectedModel.TopFreeEnergy(Tensor states) => Labelled?.FreeEnergy(states) ?? TopMachine.FreeEnergy(states);

    /// <inheritdoc/>
    public Tensor LogWeights(Tensor visible, Generator? generator = null) => this.SampleLogWeights(visible, generator);

    /// <summary>Returns log p(y | features) of every class, in closed form, or without labels the expected states of the top layer.</summary>
    /// <remarks>Supports autograd.</remarks>
    /// <param name="input">Rows v, <c>[batch, visible]</c>.</param>
    /// <returns><c>[batch, classes]</c>, in nats, or <c>[batch, top]</c>.</returns>
    public override Tensor forward(Tensor input)
    {
        this.CheckMatrix(input);
        using var inside = InputChecks.Enter();
        using var features = this.SendToTop(input, LayerInputs.Means, null);
        return Labelled is null ? TopMachine.HiddenMean(features) : Labelled.forward(features);
    }

    /// <summary>Propagates data to the visible units of the top machine, without labels, by the recognition weights.</summary>
    /// <param name="data">Data, <c>[batch, visible]</c>.</param>
    /// <param name="inputs">States that each layer passes on; null uses <see cref="LayerInputs.Means"/>.</param>
    /// <param name="generator">Random generator for sampled states; null uses torch's default generator.</param>
    /// <returns>States, <c>[batch, features]</c>.</returns>
    public Tensor TransformToTop(Tensor data, LayerInputs? inputs = null, Generator? generator = null)
        => this.TransformUp(data, inputs, generator);

    /// <summary>The machine with labels; throws if there are none.</summary>
    internal ClassificationRbm ExpectLabels() => Labelled ?? throw new ArgumentException("Expected a network with labels at the top, found one without.", "network");

    private static UntiedLayer[] Checked(IEnumerable<UntiedLayer> layers)
    {
        ArgumentNullException.ThrowIfNull(layers);
        UntiedLayer[] all = [.. layers];
        foreach (var layer in all)
            ArgumentNullException.ThrowIfNull(layer, nameof(layers));
        LayerStack.Check([.. all.Select(layer => ((torch.nn.Module)layer, layer.Visible, layer.Hidden, (Tensor)layer.Recognition))], nameof(layers));
        return all;
    }
}
