using DeepBelief.Files;

namespace DeepBelief.Persistence;

/// <summary>Describes a <see cref="Dbn"/> in files: the config of each layer.</summary>
internal sealed class DbnCodec() : ModelCodec<Dbn>("dbn")
{
    public static DbnCodec Instance { get; } = new();

    public override OrderedDictionary<string, object?> Describe(Dbn model) => new()
    {
        ["layers"] = model.Layers.Select(RbmCodec.Instance.Describe).ToList(),
    };

    public override Dbn Build(ConfigSection config, IReadOnlyDictionary<string, Tensor> state)
        => ModelParts.Join(
            "config/layers",
            config.GetSections("layers").Select((layer, index) => RbmCodec.Build(layer, state, ModelParts.Prefix(index))),
            layers => new Dbn(layers));
}
