using DeepBelief.Tensors;
using DeepBelief.Training;

namespace DeepBelief;

/// <summary>Pre-training options of a <see cref="Dbn"/>, layer by layer. One checkpoint covers the whole network.</summary>
public record DbnTrainingOptions : TrainingOptions
{
    /// <summary>Options of each layer, lowest first, in place of the inherited ones, which apply to all layers if null. Default: null.</summary>
    public IReadOnlyList<TrainingOptions>? Layers { get; init; }

    /// <summary>The states of the layer below to train a layer on. Default: expected states.</summary>
    public LayerInputs Inputs { get; init; } = LayerInputs.Means;

    /// <summary>
    /// True to begin each layer after the first as the trained one below it, turned over: its visible biases are the lower hidden
    /// ones, and its first hidden units are the lower visible ones, with their biases and the transposed weights. Default: false.
    /// </summary>
    /// <remarks>
    /// <para>The layer then has the lower layer's p(h), a complementary prior, so the bound of the network's likelihood begins at the
    /// likelihood of the network without the layer, and what the layer learns raises it (Hinton, Osindero and Teh 2006, section 4).
    /// Without, the bound begins far below. Where the learning rate is null, it is a tenth of what it else is: more would first undo
    /// the start.</para>
    /// <para>A layer needs at least as many hidden units as the layer below has visible ones, of the same kind. Units beyond keep their
    /// random weights, which have to be small, as default ones are. A layer begins so if its biases are all zero, and so untrained; it
    /// is not initialized from its data. The top of a <see cref="ClassificationDbn"/> is such a layer, too, but learns at the rate of its
    /// own options; its label has no weights at first, and biases from the data.</para>
    /// </remarks>
    public bool TiedStart { get; init; }

    /// <summary>Returns the options of a layer, numbered from 0. Values are missing only in the data, which the lowest layer is trained on.</summary>
    internal TrainingOptions OfLayer(int layer)
    {
        var own = Layers is null ? this : Layers[layer] with { Group = Group };
        return layer == 0 || own.MissingValues == MissingValues.Reject ? own : own with { MissingValues = MissingValues.Reject };
    }

    /// <inheritdoc/>
    public override void Validate()
    {
        var faults = new OptionFaults();
        faults.From(base.Validate);
        _ = faults.NotNull(Inputs);
        foreach (var (i, layer) in (Layers ?? []).Index())
        {
            if (!faults.NotNull(layer, nameof(Layers)))
                continue;
            faults.Option(layer is not DbnTrainingOptions, nameof(Layers), layer.GetType().Name, "options of a single layer each");
            faults.Option(layer.Checkpoint is null, $"{nameof(Layers)}.{nameof(Checkpoint)}", layer.Checkpoint?.Path, "none: the network has one checkpoint for all layers");
            faults.Option(layer.Group is null, $"{nameof(Layers)}.{nameof(Group)}", layer.Group, "null: the network has one group for all layers");
            faults.From(layer.Validate, FormattableString.Invariant($"{nameof(Layers)}[{i}]"));
        }
        faults.Throw();
    }
}
