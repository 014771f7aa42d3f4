using System.Globalization;
using DeepBelief.Files;

namespace DeepBelief.Persistence;

/// <summary>Describes a <see cref="Dbn"/> in files: the config of each layer.</summary>
internal sealed class DbnCodec() : ModelCodec<Dbn>("dbn")
{
    public static DbnCodec Instance { get; } = new();

    public override OrderedDictionary<string, object?> Describe(Dbn model) => new()
    {
        ["layers"] = model.Layers.Select(RbmCodec.Instance.Describe).ToList(),
    };

    public override Dbn Build(ConfigSection config, IReadOnlyDictionary<string, Tensor> state)
    {
        var layers = new List<Rbm>();
        try
        {
            foreach (var (index, layer) in config.GetSections("layers").Index())
                layers.Add(RbmCodec.Build(layer, state, string.Create(CultureInfo.InvariantCulture, $"{index}.")));
            return new Dbn(layers);
        }
        catch (Exception e) when (e is ArgumentException or DataFormatException)
        {
            foreach (var layer in layers)
                layer.Dispose();
            throw e as DataFormatException ?? new DataFormatException($"config/layers: {e.Message}", e);
        }
    }
}
