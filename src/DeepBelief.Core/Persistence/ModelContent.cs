using DeepBelief.Files;

namespace DeepBelief.Persistence;

/// <summary>The content of a model file, in the same terms for all formats.</summary>
/// <param name="Kind">The kind of model, such as <c>rbm</c>.</param>
/// <param name="Config">The config that rebuilds the model.</param>
/// <param name="State">Its tensors, by state-dict key.</param>
internal sealed record ModelContent(string Kind, ConfigSection Config, IReadOnlyDictionary<string, Tensor> State)
{
    /// <summary>Creates content that was not read from a file.</summary>
    public static ModelContent Of(string kind, OrderedDictionary<string, object?> config, IReadOnlyDictionary<string, Tensor> state)
        => new(kind, ConfigSection.Of(JsonConfig.Read(JsonConfig.Write(config)), "config"), state);

    /// <summary>Returns a bias <c>[size]</c> or <c>[1, size]</c> as a view <c>[size]</c>; null for other shapes.</summary>
    public static Tensor? Bias(Tensor values, long size)
    {
        var vector = values.dim() == 2 && values.shape[0] == 1 ? values.select(0, 0) : values;
        return vector.dim() == 1 && vector.shape[0] == size ? vector : null;
    }

    /// <summary>Returns the tensors in a precision of models: half precision becomes single precision.</summary>
    public IReadOnlyDictionary<string, Tensor> StateForModel()
        => new OrderedDictionary<string, Tensor>(State.Select(t => KeyValuePair.Create(
                t.Key,
                t.Value.dtype is ScalarType.Float16 or ScalarType.BFloat16 ? t.Value.to(ScalarType.Float32) : t.Value)));
}
