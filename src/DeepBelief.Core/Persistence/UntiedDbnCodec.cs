using System.Globalization;
using DeepBelief.Files;

namespace DeepBelief.Persistence;

/// <summary>Describes an <see cref="UntiedDbn"/> in files: the units of each layer, and the config of the top, with labels or without.</summary>
internal sealed class UntiedDbnCodec() : ModelCodec<UntiedDbn>("untied_dbn")
{
    private const string LayersKey = "layers";
    private const string TopKey = "top";
    private const string JointKey = "joint";

    public static UntiedDbnCodec Instance { get; } = new();

    public override OrderedDictionary<string, object?> Describe(UntiedDbn model)
    {
        ObjectDisposedException.ThrowIf(model.Layers.Any(layer => layer.Recognition.IsInvalid || layer.Generative.IsInvalid), model);
        return new()
        {
            [LayersKey] = model.Layers.Select(layer => Describe(layer.Visible, layer.Hidden)).ToList(),
            [TopKey] = model.Labelled is { } labelled ? ClassificationRbmCodec.Instance.Describe(labelled) : RbmCodec.Instance.Describe(model.TopMachine),
        };
    }

    /// <summary>The config and the tensors of a network of which machines, lowest first, are the layers.</summary>
    /// <param name="layers">The machines below the top.</param>
    /// <param name="top">The config of the top.</param>
    /// <param name="state">The state dict of the tied network.</param>
    /// <param name="topPrefix">The prefix of the top's names in it.</param>
    public static ModelContent Untied(IReadOnlyList<Rbm> layers, OrderedDictionary<string, object?> top, IReadOnlyDictionary<string, Tensor> state, string topPrefix)
    {
        var untied = new OrderedDictionary<string, Tensor>();
        foreach (var (name, tensor) in state)
        {
            if (name.StartsWith(topPrefix, StringComparison.Ordinal))
            {
                untied.Add($"{TopKey}.{name[topPrefix.Length..]}", tensor);
            }
            else if (name.EndsWith(".weight", StringComparison.Ordinal) && name.Count(c => c == '.') == 1)
            {
                var layer = name[..name.IndexOf('.', StringComparison.Ordinal)];
                untied.Add($"{layer}.recognition", tensor);
                untied.Add($"{layer}.generative", tensor.t().contiguous());
            }
            else
            {
                untied.Add(name, tensor);
            }
        }

        var config = new OrderedDictionary<string, object?> { [LayersKey] = layers.Select(layer => Describe(layer.Visible, layer.Hidden)).ToList(), [TopKey] = top };
        return ModelContent.Of(Instance.Kind, config, untied);
    }

    public override UntiedDbn Build(ConfigSection config, IReadOnlyDictionary<string, Tensor> state)
    {
        var parts = new List<torch.nn.Module>();
        try
        {
            foreach (var (index, layer) in config.GetSections(LayersKey).Index())
                parts.Add(Layer(layer, state, string.Create(CultureInfo.InvariantCulture, $"{index}.")));
            var top = config.GetSection(TopKey);
            if (top.Contains(JointKey))
            {
                var labelled = ClassificationRbmCodec.Build(top, state, $"{TopKey}.");
                parts.Add(labelled);
                return new UntiedDbn(parts.OfType<UntiedLayer>(), labelled);
            }

            var machine = RbmCodec.Build(top, state, $"{TopKey}.");
            parts.Add(machine);
            return new UntiedDbn(parts.OfType<UntiedLayer>(), machine);
        }
        catch (Exception e) when (e is ArgumentException or DataFormatException)
        {
            foreach (var part in parts)
                part.Dispose();
            throw e as DataFormatException ?? new DataFormatException($"config: {e.Message}", e);
        }
    }

    private static OrderedDictionary<string, object?> Describe(Units.UnitLayer visible, Units.UnitLayer hidden)
        => new() { ["visible"] = UnitKinds.Describe(visible), ["hidden"] = UnitKinds.Describe(hidden) };

    private static UntiedLayer Layer(ConfigSection config, IReadOnlyDictionary<string, Tensor> state, string prefix)
    {
        var (visible, hidden) = (config.GetSection("visible"), config.GetSection("hidden"));
        var (below, above) = (visible.GetInt64("size"), hidden.GetInt64("size"));
        // Compared with the weights, which are already in memory, so that a false size cannot allocate much.
        Expect("recognition", above, below);
        Expect("generative", below, above);
        var visibleUnits = UnitKinds.Build(visible);
        try
        {
            return new UntiedLayer(visibleUnits, UnitKinds.Build(hidden), WeightInitialization.Normal(0));
        }
        catch
        {
            visibleUnits.Dispose();
            throw;
        }

        void Expect(string name, long rows, long columns)
        {
            var expected = $"[{rows}, {columns}]";
            var found = state.TryGetValue($"{prefix}{name}", out var weight) ? Shapes.Text(weight) : "none";
            if (found != expected)
                throw new DataFormatException($"state_dict/{prefix}{name}: expected shape {expected}, as the config has it, found {found}.");
        }
    }
}
