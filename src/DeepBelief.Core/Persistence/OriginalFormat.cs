using System.Globalization;
using DeepBelief.Files;
using DeepBelief.Units;

namespace DeepBelief.Persistence;

/// <summary>Reads and writes <see cref="ModelFormat.Original"/>, whose documentation describes the layout.</summary>
internal sealed class OriginalFormat() : ModelFormat("Original")
{
    private static readonly string[] Keys = ["W", "vb", "hb"];

    internal override ModelContent? Read(OpenFile file, string kind)
    {
        if (IsMachine(file.Value))
        {
            return kind == RbmCodec.Instance.Kind
                ? Content(kind, [file.Value], layers => layers[0])
                : throw Other(kind, "a single machine", RbmCodec.Instance.Kind);
        }

        if (file.Value is List<object?> machines && machines.Any(IsMachine))
        {
            return kind == DbnCodec.Instance.Kind
                ? Content(kind, ConfigSection.FewEnough(machines, "file"), layers => new() { ["layers"] = layers }, isNetwork: true)
                : throw Other(kind, "a list of machines", DbnCodec.Instance.Kind);
        }

        return null;
    }

    internal override void Save(Stream stream, ModelContent content)
    {
        if (content.Kind == RbmCodec.Instance.Kind)
            PtFile.Save(stream, Machine(content.Config, content.State, prefix: ""));
        else if (content.Kind == DbnCodec.Instance.Kind)
            PtFile.Save(stream, content.Config.GetSections("layers").Select((layer, i) => Machine(layer, content.State, Prefix(i))).ToList());
        else
            throw new ArgumentException($"Expected an rbm or a dbn, the only models of the format {this}, found a {content.Kind}.");
    }

    private static DataFormatException Other(string kind, string found, string itsKind)
        => new($"file: expected a {kind}, found {found} in the format {Original}, which {ModelCodecs.LoaderOf(itsKind)} reads.");

    private static bool IsMachine(object? content)
        => content is OrderedDictionary<object, object?> entries && Keys.Any(key => entries.ContainsKey(key)) && !entries.ContainsKey("format");

    private static ModelContent Content(string kind, List<object?> machines, Func<List<OrderedDictionary<string, object?>>, OrderedDictionary<string, object?>> config, bool isNetwork = false)
    {
        var (layers, state) = (new List<OrderedDictionary<string, object?>>(), new OrderedDictionary<string, Tensor>());
        foreach (var (index, machine) in machines.Index())
        {
            var path = isNetwork ? string.Create(CultureInfo.InvariantCulture, $"file[{index}]") : "file";
            var prefix = isNetwork ? Prefix(index) : "";
            var tensors = ConfigSection.Of(machine, path).AsTensors();
            Check(tensors, path);
            layers.Add(new()
            {
                ["visible"] = Units(tensors["W"].shape[1]),
                ["hidden"] = Units(tensors["W"].shape[0]),
            });
            state.Add($"{prefix}weight", tensors["W"]);
            state.Add($"{prefix}visible.bias", ModelContent.Bias(tensors["vb"], tensors["W"].shape[1])!);
            state.Add($"{prefix}hidden.bias", ModelContent.Bias(tensors["hb"], tensors["W"].shape[0])!);
        }

        return ModelContent.Of(kind, config(layers), state);
    }

    private static OrderedDictionary<string, object?> Units(long size) => new() { ["kind"] = BernoulliUnits.KindName, ["size"] = size };

    private static void Check(IReadOnlyDictionary<string, Tensor> tensors, string path)
    {
        var faults = Keys.Where(key => !tensors.ContainsKey(key)).Select(key => $"expected {key}, found none")
            .Concat(tensors.Keys.Except(Keys).Select(key => $"found {key}, which the format does not have"))
            .ToList();
        if (tensors.TryGetValue("W", out var weight))
        {
            if (weight.dim() != 2 || weight.numel() == 0)
            {
                faults.Add($"W: expected shape [hidden, visible], found {Shapes.Text(weight)}");
            }
            else
            {
                CheckBias("vb", weight.shape[1]);
                CheckBias("hb", weight.shape[0]);
            }
        }

        if (faults.Count > 0)
            throw new DataFormatException($"{path}: {string.Join("; ", faults)}.");

        void CheckBias(string key, long size)
        {
            if (tensors.TryGetValue(key, out var bias) && ModelContent.Bias(bias, size) is null)
                faults.Add($"{key}: expected shape [1, {size}], found {Shapes.Text(bias)}");
        }
    }

    private static OrderedDictionary<string, object?> Machine(ConfigSection config, IReadOnlyDictionary<string, Tensor> state, string prefix)
    {
        var (visible, hidden) = (config.GetSection("visible").GetString("kind"), config.GetSection("hidden").GetString("kind"));
        if ((visible, hidden) != (BernoulliUnits.KindName, BernoulliUnits.KindName))
            throw new ArgumentException($"Expected Bernoulli units, the only units of the format {ModelFormat.Original}, found {visible} and {hidden}.");
        return new()
        {
            ["W"] = state[$"{prefix}weight"],
            ["vb"] = state[$"{prefix}visible.bias"].detach().unsqueeze(0),
            ["hb"] = state[$"{prefix}hidden.bias"].detach().unsqueeze(0),
        };
    }

    private static string Prefix(int layer) => string.Create(CultureInfo.InvariantCulture, $"{layer}.");
}
