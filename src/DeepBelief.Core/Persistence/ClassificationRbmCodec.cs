using DeepBelief.Files;

namespace DeepBelief.Persistence;

/// <summary>Describes a <see cref="ClassificationRbm"/> in files: the config of its machine over rows and labels.</summary>
internal sealed class ClassificationRbmCodec() : ModelCodec<ClassificationRbm>("classification_rbm")
{
    private const string Prefix = "joint.";

    public static ClassificationRbmCodec Instance { get; } = new();

    public override OrderedDictionary<string, object?> Describe(ClassificationRbm model) => new() { ["joint"] = RbmCodec.Instance.Describe(model.Joint) };

    public override ClassificationRbm Build(ConfigSection config, IReadOnlyDictionary<string, Tensor> state) => Build(config, state, prefix: "");

    /// <summary>Builds a model whose state-dict keys have a prefix, as in a network.</summary>
    public static ClassificationRbm Build(ConfigSection config, IReadOnlyDictionary<string, Tensor> state, string prefix)
        => ModelParts.Join("config/joint", [RbmCodec.Build(config.GetSection("joint"), state, $"{prefix}{Prefix}")], machine => new ClassificationRbm(machine[0]));
}
