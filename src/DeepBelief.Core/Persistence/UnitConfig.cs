using DeepBelief.Units;

namespace DeepBelief.Persistence;

/// <summary>What a file says of a layer of units beside its tensors: its kind, its size and its settings.</summary>
internal static class UnitConfig
{
    /// <summary>The kinds that files can name; a new one is one line.</summary>
    private static readonly Dictionary<string, (Type Type, Func<Section, long, UnitLayer> Read)> Kinds = new()
    {
        [BernoulliUnits.KindName] = (typeof(BernoulliUnits), (_, size) => new BernoulliUnits(size)),
        [GaussianUnits.KindName] = (typeof(GaussianUnits), (_, size) => new GaussianUnits(size)),
        [ReluUnits.KindName] = (typeof(ReluUnits), (_, size) => new ReluUnits(size)),
        [SpinUnits.KindName] = (typeof(SpinUnits), (_, size) => new SpinUnits(size)),
        [BinomialUnits.KindName] = (typeof(BinomialUnits), BinomialUnits.Read),
        [SoftmaxUnits.KindName] = (typeof(SoftmaxUnits), SoftmaxUnits.Read),
        [CompositeUnits.KindName] = (typeof(CompositeUnits), CompositeUnits.Read),
    };

    public static OrderedDictionary<string, object?> Write(UnitLayer units)
    {
        foreach (var layer in units is CompositeUnits composite ? composite.Parts : [units])
        {
            if (!Kinds.TryGetValue(layer.Kind, out var kind) || kind.Type != layer.GetType())
                throw new NotSupportedException($"Expected units of a kind that files can name, found {layer.GetType()}.");
        }

        return Describe(units);
    }

    /// <summary>The same, whether files can name the kind or not.</summary>
    public static OrderedDictionary<string, object?> Describe(UnitLayer units)
    {
        var config = new OrderedDictionary<string, object?> { ["kind"] = units.Kind, ["size"] = units.Size };
        foreach (var (name, value) in units.Settings)
            config.Add(name, value);
        return config;
    }

    public static UnitLayer Read(Section config)
    {
        var (name, size) = (config.Text("kind"), Size(config));
        return Kinds.TryGetValue(name, out var kind)
            ? kind.Read(config, size)
            : throw config.Fault("kind", $"one of {string.Join(", ", Kinds.Keys)}", name);
    }

    public static long Size(Section config) => config.Integer("size", 1);
}
