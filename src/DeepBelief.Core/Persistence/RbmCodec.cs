using DeepBelief.Files;

namespace DeepBelief.Persistence;

/// <summary>Describes an <see cref="Rbm"/> in files: the kinds, sizes and settings of its units.</summary>
internal sealed class RbmCodec() : ModelCodec<Rbm>("rbm")
{
    // Of weights that are still the default ones, which training may yet scale.
    private const string WeightSeedKey = "weight_seed";

    public static RbmCodec Instance { get; } = new();

    public override OrderedDictionary<string, object?> Describe(Rbm model)
    {
        // Otherwise a file without weights would replace a good one.
        ObjectDisposedException.ThrowIf(model.Weight.IsInvalid, model);
        var entries = new OrderedDictionary<string, object?> { ["visible"] = UnitKinds.Describe(model.Visible), ["hidden"] = UnitKinds.Describe(model.Hidden) };
        if (model.DefaultWeightSeed is { } seed)
            entries[WeightSeedKey] = seed;
        return entries;
    }

    public override Rbm Build(ConfigSection config, IReadOnlyDictionary<string, Tensor> state) => Build(config, state, prefix: "");

    /// <summary>Builds an RBM whose state-dict keys have a prefix, as in a network.</summary>
    public static Rbm Build(ConfigSection config, IReadOnlyDictionary<string, Tensor> state, string prefix)
    {
        var (visible, hidden) = (config.GetSection("visible"), config.GetSection("hidden"));
        ModelParts.CheckWeight(state, $"{prefix}weight", hidden, visible);
        // Before there is anything to dispose, as it may be no number.
        long? seed = config.Contains(WeightSeedKey) ? config.GetInt64(WeightSeedKey) : null;
        ConfigSection[] layers = [visible, hidden];
        return ModelParts.Join(
            "config",
            layers.Select(UnitKinds.Build),
            units => new Rbm(units[0], units[1], WeightInitialization.Normal(0)) { DefaultWeightSeed = seed });
    }
}
