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
        // Compared with the weights, which are already in memory, so that a false size cannot allocate much.
        var key = $"{prefix}weight";
        var expected = $"[{hidden.GetInt64("size")}, {visible.GetInt64("size")}]";
        var found = state.TryGetValue(key, out var weight) ? Shapes.Text(weight) : "none";
        if (found != expected)
            throw new DataFormatException($"state_dict/{key}: expected shape {expected}, as the config has it, found {found}.");
        // Before there is anything to dispose, as it may be no number.
        long? seed = config.Contains(WeightSeedKey) ? config.GetInt64(WeightSeedKey) : null;
        var visibleUnits = UnitKinds.Build(visible);
        try
        {
            return new Rbm(visibleUnits, UnitKinds.Build(hidden), WeightInitialization.Normal(0)) { DefaultWeightSeed = seed };
        }
        catch
        {
            visibleUnits.Dispose();
            throw;
        }
    }
}
