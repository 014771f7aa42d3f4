using System.Collections.Concurrent;
using DeepBelief.Files;
using DeepBelief.Units;

namespace DeepBelief.Persistence;

/// <summary>The registered kinds of units in model files. Register your own kind before saving or loading its models.</summary>
/// <remarks>
/// A file contains a layer's <see cref="UnitLayer.Kind"/>, <see cref="UnitLayer.Size"/> and <see cref="UnitLayer.Settings"/>, and
/// its parameters by state-dict key. Thread-safe.
/// </remarks>
/// <example>As the library registers binomial units; do the same for your own type and kind:<code>
/// UnitKinds.Register("binomial", (size, settings) => new BinomialUnits(size, settings.GetInt64("trials")));
/// </code></example>
public static class UnitKinds
{
    private static readonly ConcurrentDictionary<string, (Type Type, Func<long, ConfigSection, UnitLayer> Create)> Kinds = new();

    static UnitKinds()
    {
        Register(BernoulliUnits.KindName, (size, _) => new BernoulliUnits(size));
        Register(GaussianUnits.KindName, (size, _) => new GaussianUnits(size));
        Register(ReluUnits.KindName, (size, _) => new ReluUnits(size));
        Register(SpinUnits.KindName, (size, _) => new SpinUnits(size));
        Register(BinomialUnits.KindName, (size, settings) => new BinomialUnits(size, settings.GetInt64("trials", 1, BinomialUnits.MostTrials)));
        Register(SoftmaxUnits.KindName, Softmax);
        Register(CompositeUnits.KindName, Composite);
    }

    /// <summary>Registers a kind of units for model files.</summary>
    /// <typeparam name="TUnits">The type of the units.</typeparam>
    /// <param name="kind">The <see cref="UnitLayer.Kind"/> of its layers.</param>
    /// <param name="create">Creates a layer of the saved shape from its size and settings; its parameters are loaded afterwards.</param>
    /// <exception cref="ArgumentException">Another type is registered for the kind.</exception>
    public static void Register<TUnits>(string kind, Func<long, ConfigSection, TUnits> create)
        where TUnits : UnitLayer
    {
        ArgumentException.ThrowIfNullOrEmpty(kind);
        ArgumentNullException.ThrowIfNull(create);
        var known = Kinds.GetOrAdd(kind, (typeof(TUnits), create));
        if (known.Type != typeof(TUnits))
            throw new ArgumentException($"Expected a kind without another type, found '{kind}', registered for {known.Type}.", nameof(kind));
    }

    internal static OrderedDictionary<string, object?> Describe(UnitLayer units)
    {
        foreach (var layer in units is CompositeUnits composite ? composite.Parts : [units])
        {
            if (!Kinds.TryGetValue(layer.Kind, out var kind) || kind.Type != layer.GetType())
                throw new NotSupportedException($"Expected units of a registered kind, found {layer.GetType()}; register it with {nameof(UnitKinds)}.{nameof(Register)}.");
        }

        return units.Describe();
    }

    internal static UnitLayer Build(ConfigSection config)
    {
        var (name, size) = (config.GetString("kind"), Size(config));
        return Kinds.TryGetValue(name, out var kind)
            ? kind.Create(size, config)
            : throw config.Fault("kind", $"one of {string.Join(", ", Kinds.Keys.Order())}", name);
    }

    private static long Size(ConfigSection config) => config.GetInt64("size", 1);

    private static SoftmaxUnits Softmax(long size, ConfigSection settings)
    {
        var categories = settings.GetInt64("categories", 1, size);
        return size % categories == 0
            ? new SoftmaxUnits(size / categories, categories)
            : throw settings.Fault("categories", $"a divisor of the size, {size}", categories);
    }

    private static CompositeUnits Composite(long size, ConfigSection settings)
    {
        var sections = settings.GetSections("parts");
        // Checked before any part is created, so that a false size cannot allocate memory.
        var total = sections.Aggregate((Int128)0, (sum, section) => sum + Size(section));
        if (total != size)
            throw settings.Fault("parts", $"sizes that sum to {size}", total);
        return ModelParts.Join("config", sections.Select(Part), parts => new CompositeUnits(parts));

        static UnitLayer Part(ConfigSection section) => section.GetString("kind") == CompositeUnits.KindName
            ? throw section.Fault("kind", "a part that is no composite", CompositeUnits.KindName)
            : Build(section);
    }
}
