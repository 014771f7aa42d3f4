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
        var layers = new List<Rbm>();
        try
        {
            foreach (var (index, layer) in config.Children("layers").Index())
                layers.Add(RbmConfig.Read(layer, state, string.Create(CultureInfo.InvariantCulture, $"{index}.")));
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
