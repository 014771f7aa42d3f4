using DeepBelief.Files;
using DeepBelief.Units;

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
        return ModelParts.Join("config", Parts(), parts => parts[^1] is ClassificationRbm labelled
            ? new UntiedDbn(parts.OfType<UntiedLayer>(), labelled)
            : new UntiedDbn(parts.OfType<UntiedLayer>(), (Rbm)parts[^1]));

        IEnumerable<torch.nn.Module> Parts()
        {
            foreach (var (index, layer) in config.GetSections(LayersKey).Index())
                yield return Layer(layer, state, ModelParts.Prefix(index));
            var top = config.GetSection(TopKey);
            yield return top.Contains(JointKey) ? ClassificationRbmCodec.Build(top, state, $"{TopKey}.") : RbmCodec.Build(top, state, $"{TopKey}.");
        }
    }

    private static OrderedDictionary<string, object?> Describe(UnitLayer visible, UnitLayer hidden)
        => new() { ["visible"] = UnitKinds.Describe(visible), ["hidden"] = UnitKinds.Describe(hidden) };

    private static UntiedLayer Layer(ConfigSection config, IReadOnlyDictionary<string, Tensor> state, string prefix)
    {
        var (visible, hidden) = (config.GetSection("visible"), config.GetSection("hidden"));
        ModelParts.CheckWeight(state, $"{prefix}recognition", hidden, visible);
        ModelParts.CheckWeight(state, $"{prefix}generative", visible, hidden);
        ConfigSection[] layers = [visible, hidden];
        return ModelParts.Join("config", layers.Select(UnitKinds.Build), units => new UntiedLayer(units[0], units[1], WeightInitialization.Normal(0)));
    }
}
