using DeepBelief.Files;

namespace DeepBelief.Persistence;

/// <summary>Describes a <see cref="ClassificationDbn"/> in files: the config of each layer, and that of the top.</summary>
internal sealed class ClassificationDbnCodec() : ModelCodec<ClassificationDbn>("classification_dbn")
{
    public static ClassificationDbnCodec Instance { get; } = new();

    public override OrderedDictionary<string, object?> Describe(ClassificationDbn model) => new()
    {
        ["layers"] = model.Layers.Select(RbmCodec.Instance.Describe).ToList(),
        ["top"] = ClassificationRbmCodec.Instance.Describe(model.Top),
    };

    public override ClassificationDbn Build(ConfigSection config, IReadOnlyDictionary<string, Tensor> state)
    {
        return ModelParts.Join("config", Parts(), parts => new ClassificationDbn(parts.OfType<Rbm>(), (ClassificationRbm)parts[^1]));

        IEnumerable<torch.nn.Module> Parts()
        {
            foreach (var (index, layer) in config.GetSections("layers").Index())
                yield return RbmCodec.Build(layer, state, ModelParts.Prefix(index));
            yield return ClassificationRbmCodec.Build(config.GetSection("top"), state, "top.");
        }
    }
}
