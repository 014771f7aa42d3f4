using DeepBelief.Files;

namespace DeepBelief.Persistence;

/// <summary>What a file says of an <see cref="Rbm"/> beside its tensors: the kinds and sizes of its units.</summary>
internal sealed class RbmCodec() : ModelCodec<Rbm>("rbm")
{
    public static RbmCodec Instance { get; } = new();

    public override OrderedDictionary<string, object?> Describe(Rbm model) => new()
    {
        ["visible"] = UnitKinds.Describe(model.Visible),
        ["hidden"] = UnitKinds.Describe(model.Hidden),
    };

    public override Rbm Build(ConfigSection config, IReadOnlyDictionary<string, Tensor> state) => Build(config, state, prefix: "");

    /// <summary>A machine whose tensors have a prefix, as in a network.</summary>
    public static Rbm Build(ConfigSection config, IReadOnlyDictionary<string, Tensor> state, string prefix)
    {
        var (visible, hidden) = (config.GetSection("visible"), config.GetSection("hidden"));
        // The sizes must be those of the weights, which are there already: a false one cannot ask for much memory.
        var key = $"{prefix}weight";
        var expected = $"[{hidden.GetInt64("size")}, {visible.GetInt64("size")}]";
        var found = state.TryGetValue(key, out var weight) ? Shapes.Text(weight) : "none";
        if (found != expected)
            throw new DataFormatException($"state_dict/{key}: expected shape {expected}, as the config has it, found {found}.");
        var visibleUnits = UnitKinds.Build(visible);
        try
        {
            return new Rbm(visibleUnits, UnitKinds.Build(hidden), WeightInitialization.Normal(0));
        }
        catch
        {
            visibleUnits.Dispose();
            throw;
        }
    }
}
