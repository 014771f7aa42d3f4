using DeepBelief.Internal;

namespace DeepBelief.Persistence;

/// <summary>What a file says of an <see cref="Rbm"/> beside its tensors: the kinds and sizes of its units.</summary>
internal static class RbmConfig
{
    public static OrderedDictionary<string, object?> Write(Rbm rbm) => new()
    {
        ["visible"] = UnitConfig.Write(rbm.Visible),
        ["hidden"] = UnitConfig.Write(rbm.Hidden),
    };

    public static Rbm Read(Section config, IReadOnlyDictionary<string, Tensor> state, string prefix = "")
    {
        var (visible, hidden) = (config.Child("visible"), config.Child("hidden"));
        // The sizes must be those of the weights, which are there already: a false one cannot ask for much memory.
        var key = $"{prefix}weight";
        var expected = $"[{hidden.Integer("size")}, {visible.Integer("size")}]";
        var found = state.TryGetValue(key, out var weight) ? Guard.Shape(weight) : "none";
        if (found != expected)
            throw new DataFormatException($"state_dict/{key}: expected shape {expected}, as the config has it, found {found}.");
        var visibleUnits = UnitConfig.Read(visible);
        try
        {
            return new Rbm(visibleUnits, UnitConfig.Read(hidden), WeightInitialization.Normal(0));
        }
        catch
        {
            visibleUnits.Dispose();
            throw;
        }
    }
}
