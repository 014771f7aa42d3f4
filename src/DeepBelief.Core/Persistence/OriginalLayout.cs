using System.Globalization;
using DeepBelief.Internal;
using DeepBelief.Units;

namespace DeepBelief.Persistence;

/// <summary>
/// The Python original's files: a machine is a dictionary of <c>W</c> <c>[hidden, visible]</c>, <c>vb</c> <c>[1, visible]</c>
/// and <c>hb</c> <c>[1, hidden]</c>, a network a list of them.
/// </summary>
internal static class OriginalLayout
{
    private static readonly string[] Keys = ["W", "vb", "hb"];

    public static void Save(string path, Rbm rbm)
    {
        using var scope = torch.NewDisposeScope();
        PtFile.Save(path, Machine(rbm, nameof(rbm)));
    }

    public static void Save(string path, Dbn dbn)
    {
        using var scope = torch.NewDisposeScope();
        PtFile.Save(path, dbn.Layers.Select(layer => Machine(layer, nameof(dbn))).ToList());
    }

    /// <summary>The content of a machine's file; null if it is none.</summary>
    public static ModelContent? ReadRbm(object? content)
        => IsMachine(content) ? Content([content], layers => layers[0]) : null;

    /// <summary>The content of a network's file; null if it is none.</summary>
    public static ModelContent? ReadDbn(object? content)
        => content is List<object?> { Count: > 0 } items
            ? Content(Section.FewEnough(items, "file"), layers => new() { ["layers"] = layers }, isNetwork: true)
            : null;

    private static bool IsMachine(object? content)
        => content is OrderedDictionary<object, object?> entries && Keys.Any(key => entries.ContainsKey(key)) && !entries.ContainsKey("format");

    private static ModelContent Content(List<object?> machines, Func<List<OrderedDictionary<string, object?>>, OrderedDictionary<string, object?>> config, bool isNetwork = false)
    {
        var (layers, state) = (new List<OrderedDictionary<string, object?>>(), new OrderedDictionary<string, Tensor>());
        foreach (var (index, machine) in machines.Index())
        {
            var path = isNetwork ? string.Create(CultureInfo.InvariantCulture, $"file[{index}]") : "file";
            var prefix = isNetwork ? string.Create(CultureInfo.InvariantCulture, $"{index}.") : "";
            var tensors = Section.Of(machine, path).Tensors();
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

        return ModelContent.Of(config(layers), state);
    }

    private static OrderedDictionary<string, object?> Units(long size) => new() { ["kind"] = BernoulliUnits.KindName, ["size"] = size };

    private static void Check(IReadOnlyDictionary<string, Tensor> tensors, string path)
    {
        var faults = Keys.Where(key => !tensors.ContainsKey(key)).Select(key => $"expected {key}, found none")
            .Concat(tensors.Keys.Except(Keys).Select(key => $"found {key}, which the original's machines do not have"))
            .ToList();
        if (tensors.TryGetValue("W", out var weight))
        {
            if (weight.dim() != 2 || weight.numel() == 0)
            {
                faults.Add($"W: expected shape [hidden, visible], found {Guard.Shape(weight)}");
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
                faults.Add($"{key}: expected shape [1, {size}], found {Guard.Shape(bias)}");
        }
    }

    private static OrderedDictionary<string, object?> Machine(Rbm rbm, string name)
    {
        if (rbm.Visible is not BernoulliUnits visible || rbm.Hidden is not BernoulliUnits hidden)
            throw new ArgumentException($"Expected Bernoulli units, the only ones that the original's files have, found {rbm.Visible.Kind} and {rbm.Hidden.Kind}.", name);
        return new()
        {
            ["W"] = rbm.Weight,
            ["vb"] = visible.Bias.detach().unsqueeze(0),
            ["hb"] = hidden.Bias.detach().unsqueeze(0),
        };
    }
}
