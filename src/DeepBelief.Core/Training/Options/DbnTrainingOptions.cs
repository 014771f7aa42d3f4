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

    /// <summary>Returns the options of a layer, numbered from 0. Values are missing only in the data, which the lowest layer is trained on.</summary>
    internal TrainingOptions OfLayer(int layer)
    {
        var own = Layers?[layer] ?? this;
        return layer == 0 || own.MissingValues == MissingValues.Reject ? own : own with { MissingValues = MissingValues.Reject };
    }

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        ArgumentNullException.ThrowIfNull(Inputs);
        foreach (var layer in Layers ?? [])
        {
            ArgumentNullException.ThrowIfNull(layer, nameof(Layers));
            Guard.Option(layer is not DbnTrainingOptions, nameof(Layers), layer.GetType().Name, "options of a single layer each");
            Guard.Option(layer.Checkpoint is null, $"{nameof(Layers)}.{nameof(Checkpoint)}", layer.Checkpoint?.Path, "none: the network has one checkpoint for all layers");
            layer.Validate();
        }
    }
}
