namespace DeepBelief.Persistence;

/// <summary>What a file says of a model, in the library's own terms, whatever the file's.</summary>
/// <param name="Config">What is needed to rebuild the model.</param>
/// <param name="State">Its tensors, by the names of its state dict.</param>
internal sealed record ModelContent(Section Config, IReadOnlyDictionary<string, Tensor> State)
{
    /// <summary>Content that was made, not read, from another layout.</summary>
    public static ModelContent Of(OrderedDictionary<string, object?> config, IReadOnlyDictionary<string, Tensor> state)
        => new(Section.Of(JsonConfig.Read(JsonConfig.Write(config)), "config"), state);

    /// <summary>A weight or bias of another layout; of half precision, which models do not have, as single precision.</summary>
    public static Tensor Weights(Tensor values)
        => values.dtype is ScalarType.Float16 or ScalarType.BFloat16 ? values.to(ScalarType.Float32) : values;
}
