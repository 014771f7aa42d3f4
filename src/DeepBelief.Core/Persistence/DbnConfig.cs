using System.Globalization;

namespace DeepBelief.Persistence;

/// <summary>What a file says of a <see cref="Dbn"/> beside its tensors: the config of each layer.</summary>
internal static class DbnConfig
{
    public static OrderedDictionary<string, object?> Write(Dbn dbn) => new()
    {
        ["layers"] = dbn.Layers.Select(RbmConfig.Write).ToList(),
    };

    public static Dbn Read(Section config, IReadOnlyDictionary<string, Tensor> state)
    {
        var layers = config.Children("layers")
            .Select((layer, i) => RbmConfig.Read(layer, state, string.Create(CultureInfo.InvariantCulture, $"{i}.")))
            .ToList();
        try
        {
            return new Dbn(layers);
        }
        catch (ArgumentException e)
        {
            foreach (var layer in layers)
                layer.Dispose();
            throw new DataFormatException($"config/layers: {e.Message}", e);
        }
    }
}
