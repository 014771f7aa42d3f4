using System.Globalization;
using DeepBelief.Files;

namespace DeepBelief.Persistence;

/// <summary>Describes a <see cref="ClassificationDbn"/> in files: the config of each layer, and that of the top.</summary>
internal sealed class ClassificationDbnCodec() : ModelCodec<ClassificationDbn>("classification_dbn")
{
    public static ClassificationDbnCodec Instance { get; } = new();

    public override OrderedDictionary<string, object?> Describe(ClassificationDbn model) => new()
    {
        ["layers"] = model.Layers.Select(RbmCodec.Instance.Describe).ToList(),
        ["top"] = ClassificationRbmCodec.Instance.Describe(model.Top),
    };

    public override ClassificationDbn Build(ConfigSection config, IReadOnlyDictionary<string, Tensor> state)
    {
        var parts = new List<torch.nn.Module>();
        try
        {
            foreach (var (index, layer) in config.GetSections("layers").Index())
                parts.Add(RbmCodec.Build(layer, state, string.Create(CultureInfo.InvariantCulture, $"{index}.")));
            var top = ClassificationRbmCodec.Build(config.GetSection("top"), state, "top.");
            parts.Add(top);
            return new ClassificationDbn(parts.OfType<Rbm>(), top);
        }
        catch (Exception e) when (e is ArgumentException or DataFormatException)
        {
            foreach (var part in parts)
                part.Dispose();
            throw e as DataFormatException ?? new DataFormatException($"config: {e.Message}", e);
        }
    }
}
