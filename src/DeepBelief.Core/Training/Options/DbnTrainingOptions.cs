using DeepBelief.Tensors;

namespace DeepBelief;

/// <summary>
/// How a <see cref="Dbn"/> is pre-trained, layer by layer. The inherited options hold for every layer; a checkpoint is one
/// for the whole network.
/// </summary>
public sealed record DbnTrainingOptions : TrainingOptions
{
    /// <summary>
    /// Options of each layer, lowest first, in place of the inherited ones; as many as there are layers. Null, the
    /// default, trains all layers alike.
    /// </summary>
    public IReadOnlyList<TrainingOptions>? Layers { get; init; }

    /// <summary>What a layer is trained on. Default: the expected states of the layer below.</summary>
    public LayerInputs Inputs { get; init; } = LayerInputs.Means;

    /// <summary>The options of a layer.</summary>
    /// <param name="layer">The layer, from 0.</param>
    internal TrainingOptions OfLayer(int layer) => Layers?[layer] ?? this;

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
