using DeepBelief.Files;

namespace DeepBelief.Persistence;

/// <summary>What a file says of a model, in the library's own terms, whatever the file's.</summary>
/// <param name="Kind">The kind of model, such as <c>rbm</c>.</param>
/// <param name="Config">What is needed to rebuild the model.</param>
/// <param name="State">Its tensors, by the names of its state dict.</param>
internal sealed record ModelContent(string Kind, ConfigSection Config, IReadOnlyDictionary<string, Tensor> State)
{
    /// <summary>Whether tensors of half precision, which models do not have, are read as single precision.</summary>
    public bool WidensHalves { get; init; }

    /// <summary>Content that was made, not read.</summary>
    public static ModelContent Of(string kind, OrderedDictionary<string, object?> config, IReadOnlyDictionary<string, Tensor> state)
        => new(kind, ConfigSection.Of(JsonConfig.Read(JsonConfig.Write(config)), "config"), state);

    /// <summary>
    /// A bias of another layout, <c>[size]</c> or <c>[1, size]</c>, as a view <c>[size]</c>; null if it has another shape.
    /// </summary>
    public static Tensor? Bias(Tensor values, long size)
    {
        var vector = values.dim() == 2 && values.shape[0] == 1 ? values.select(0, 0) : values;
        return vector.dim() == 1 && vector.shape[0] == size ? vector : null;
    }

    /// <summary>The tensors as a model takes them.</summary>
    public IReadOnlyDictionary<string, Tensor> StateForModel()
        => !WidensHalves
            ? State
            : new OrderedDictionary<string, Tensor>(State.Select(t => KeyValuePair.Create(
                t.Key,
                t.Value.dtype is ScalarType.Float16 or ScalarType.BFloat16 ? t.Value.to(ScalarType.Float32) : t.Value)));
}
