using DeepBelief.Files;
using DeepBelief.Units;

namespace DeepBelief.Persistence;

/// <summary>Reads and writes <see cref="ModelFormat.ScikitLearn"/>, whose documentation describes the layout.</summary>
internal sealed class ScikitLearnFormat() : ModelFormat("ScikitLearn")
{
    private const string Weights = "components_";
    private const string HiddenBias = "intercept_hidden_";
    private const string VisibleBias = "intercept_visible_";

    internal override ModelContent? Read(OpenFile file, string kind)
    {
        if (file.Npz?.Tensors is not { } arrays || !arrays.ContainsKey(Weights))
            return null;
        if (kind != RbmCodec.Instance.Kind)
            throw new DataFormatException($"file: expected a {kind}, found {Weights} of a machine of scikit-learn, which {RbmCodec.Instance.Loader} reads.");
        var weights = arrays[Weights];
        if (weights.dim() != 2 || weights.numel() == 0)
            throw new DataFormatException($"file/{Weights}: expected shape [hidden, visible], found {Shapes.Text(weights)}.");
        return ModelContent.Of(kind, new() { ["visible"] = Units(weights.shape[1]), ["hidden"] = Units(weights.shape[0]) }, new OrderedDictionary<string, Tensor>
        {
            ["weight"] = weights,
            ["visible.bias"] = Bias(VisibleBias, weights.shape[1]),
            ["hidden.bias"] = Bias(HiddenBias, weights.shape[0]),
        });

        Tensor Bias(string key, long size) => arrays.TryGetValue(key, out var bias) && ModelContent.Bias(bias, size) is { } vector
            ? vector
            : throw new DataFormatException($"file/{key}: expected shape [{size}], found {(bias is null ? "none" : Shapes.Text(bias))}.");
    }

    internal override void Save(Stream stream, ModelContent content)
    {
        if (content.Kind != RbmCodec.Instance.Kind)
            throw new ArgumentException($"Expected an rbm, the only model of the format {this}, found a {content.Kind}.");
        var (visible, hidden) = (content.Config.GetSection("visible").GetString("kind"), content.Config.GetSection("hidden").GetString("kind"));
        if ((visible, hidden) != (BernoulliUnits.KindName, BernoulliUnits.KindName))
            throw new ArgumentException($"Expected Bernoulli units, the only units of the format {this}, found {visible} and {hidden}.");
        NpzFile.Save(stream, new OrderedDictionary<string, Tensor>
        {
            [Weights] = content.State["weight"],
            [HiddenBias] = content.State["hidden.bias"],
            [VisibleBias] = content.State["visible.bias"],
        });
    }

    private static OrderedDictionary<string, object?> Units(long size) => new() { ["kind"] = BernoulliUnits.KindName, ["size"] = size };
}
