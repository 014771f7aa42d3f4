namespace DeepBelief.Persistence;

/// <summary>What a file says of a model, in the library's own terms, whatever the file's.</summary>
/// <param name="Config">What is needed to rebuild the model.</param>
/// <param name="State">Its tensors, by the names of its state dict.</param>
internal sealed record ModelContent(Section Config, IReadOnlyDictionary<string, Tensor> State)
{
    /// <summary>Content that was made, not read, from another layout.</summary>
    public static ModelContent Of(OrderedDictionary<string, object?> config, IReadOnlyDictionary<string, Tensor> state)
        => new(Section.Of(JsonConfig.Read(JsonConfig.Write(config)), "config"), state);

    /// <summary>
    /// A bias of another layout, <c>[size]</c> or, as the original has them, <c>[1, size]</c>, as a view <c>[size]</c>; null
    /// if it has another shape.
    /// </summary>
    public static Tensor? Bias(Tensor values, long size)
    {
        var vector = values.dim() == 2 && values.shape[0] == 1 ? values.select(0, 0) : values;
        return vector.dim() == 1 && vector.shape[0] == size ? vector : null;
    }

    /// <summary>The same, with tensors of half precision, which models do not have, as single precision.</summary>
    public ModelContent WithoutHalves()
        => this with
        {
            State = new OrderedDictionary<string, Tensor>(State.Select(t => KeyValuePair.Create(
                t.Key,
                t.Value.dtype is ScalarType.Float16 or ScalarType.BFloat16 ? t.Value.to(ScalarType.Float32) : t.Value))),
        };
}
