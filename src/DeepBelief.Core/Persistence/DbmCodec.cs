using System.Globalization;
using DeepBelief.Files;

namespace DeepBelief.Persistence;

/// <summary>Describes a <see cref="Dbm"/> in files: the kinds, sizes and settings of its layers.</summary>
internal sealed class DbmCodec() : ModelCodec<Dbm>("dbm")
{
    // Of lowest weights that are still the default ones, which training may yet scale.
    private const string WeightSeedKey = "weight_seed";

    public static DbmCodec Instance { get; } = new();

    public override OrderedDictionary<string, object?> Describe(Dbm model)
    {
        // Otherwise a file without weights would replace a good one.
        ObjectDisposedException.ThrowIf(model.Weights[0].IsInvalid, model);
        var entries = new OrderedDictionary<string, object?>
        {
            ["visible"] = UnitKinds.Describe(model.Visible),
            ["hidden"] = model.Hidden.Select(UnitKinds.Describe).ToList(),
        };
        if (model.Lowest.DefaultWeightSeed is { } seed)
            entries[WeightSeedKey] = seed;
        return entries;
    }

    public override Dbm Build(ConfigSection config, IReadOnlyDictionary<string, Tensor> state)
    {
        ConfigSection[] layers = [config.GetSection("visible"), .. config.GetSections("hidden")];
        if (layers.Length == 1)
            throw new DataFormatException("config/hidden: expected at least one layer, found none.");
        for (var below = 0; below < layers.Length - 1; below++)
            ModelParts.CheckWeight(state, string.Create(CultureInfo.InvariantCulture, $"weight.{below}"), layers[below + 1], layers[below]);
        // Before there is anything to dispose, as it may be no number.
        long? seed = config.Contains(WeightSeedKey) ? config.GetInt64(WeightSeedKey) : null;
        return ModelParts.Join(
            "config",
            layers.Select(UnitKinds.Build),
            units => new Dbm(units[0], units[1..], WeightInitialization.Normal(0)) { LowestWeightSeed = seed });
    }
}
