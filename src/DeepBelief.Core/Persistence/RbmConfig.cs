using DeepBelief.Internal;
using DeepBelief.Units;

namespace DeepBelief.Persistence;

/// <summary>What a file says of an <see cref="Rbm"/> beside its tensors: the kinds and sizes of its units.</summary>
internal static class RbmConfig
{
    public static OrderedDictionary<string, object?> Write(Rbm rbm) => new()
    {
        ["visible"] = Write(rbm.Visible),
        ["hidden"] = Write(rbm.Hidden),
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
        var visibleUnits = Units(visible);
        try
        {
            return new Rbm(visibleUnits, Units(hidden), WeightInitialization.Normal(0));
        }
        catch
        {
            visibleUnits.Dispose();
            throw;
        }
    }

    private static OrderedDictionary<string, object?> Write(UnitLayer units)
    {
        if (units is not (BernoulliUnits or GaussianUnits))
            throw new NotSupportedException($"Expected units of a kind that files can name, found {units.GetType()}.");
        return new() { ["kind"] = units.Kind, ["size"] = units.Size };
    }

    private static UnitLayer Units(Section config)
    {
        var size = config.Integer("size");
        if (size < 1)
            throw new DataFormatException($"config: expected a size of 1 or more, found {size}.");
        return config.Text("kind") switch
        {
            BernoulliUnits.KindName => new BernoulliUnits(size),
            GaussianUnits.KindName => new GaussianUnits(size),
            var kind => throw new DataFormatException($"config: expected units of kind {BernoulliUnits.KindName} or {GaussianUnits.KindName}, found {kind}."),
        };
    }
}
