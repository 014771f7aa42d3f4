using DeepBelief.Cli.Data;
using DeepBelief.Files;
using DeepBelief.Persistence;
using DeepBelief.Units;

namespace DeepBelief.Cli.Models;

/// <summary>A plain state dict whose names and shapes are those of a machine of Bernoulli units.</summary>
/// <param name="Codec">The kind of machine.</param>
/// <param name="Content">Its parts.</param>
internal sealed record StateDictMachine(ModelCodec Codec, ModelContent Content)
{
    private const string Weight = "weight";
    private const string VisibleBias = "visible.bias";
    private const string HiddenBias = "hidden.bias";

    /// <summary>Reads a file; null if it holds something else.</summary>
    public static StateDictMachine? Of(CommandRun run, string path)
    {
        try
        {
            return run.Open(path, stream =>
            {
                if (FileContent.IsModel(stream) || TensorFile.Of(stream) is not { HoldsOne: false } format)
                    return null;
                var state = format.Load(stream);
                ModelFile.CheckBytes(state, stream.Length);
                return OfRbm(state) ?? OfDbn(state) ?? OfDbm(state);
            });
        }
        catch (DataFormatException)
        {
            return null;
        }
    }

    /// <summary>Makes the machine, which the caller disposes.</summary>
    public torch.nn.Module Load(Device device)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        return Codec.Load(Content, device);
    }

    private static StateDictMachine? OfRbm(IReadOnlyDictionary<string, Tensor> state)
        => state.Count == 3 && Rbm(state, "") is { } config ? new(RbmCodec.Instance, ModelContent.Of(RbmCodec.Instance.Kind, config, state)) : null;

    private static StateDictMachine? OfDbn(IReadOnlyDictionary<string, Tensor> state)
    {
        var layers = Enumerable.Range(0, state.Count / 3).Select(layer => Rbm(state, ModelParts.Prefix(layer))).ToList();
        return state.Count % 3 == 0 && layers.Count > 0 && !layers.Contains(null)
            ? new(DbnCodec.Instance, ModelContent.Of(DbnCodec.Instance.Kind, new() { ["layers"] = layers }, state))
            : null;
    }

    private static StateDictMachine? OfDbm(IReadOnlyDictionary<string, Tensor> state)
    {
        var count = (state.Count - 1) / 2;
        var weights = Enumerable.Range(0, count).Select(layer => Matrix(state, FormattableString.Invariant($"{Weight}.{layer}"))).ToList();
        if (state.Count != (2 * count) + 1 || count == 0 || weights.Contains(null) || !IsVector(state, VisibleBias, weights[0]!.shape[1])
            || !weights.Index().All(layer => IsVector(state, FormattableString.Invariant($"hidden.{layer.Index}.bias"), layer.Item!.shape[0])))
            return null;
        var config = new OrderedDictionary<string, object?> { ["visible"] = Units(weights[0]!.shape[1]), ["hidden"] = weights.Select(weight => Units(weight!.shape[0])).ToList() };
        return new(DbmCodec.Instance, ModelContent.Of(DbmCodec.Instance.Kind, config, state));
    }

    private static OrderedDictionary<string, object?>? Rbm(IReadOnlyDictionary<string, Tensor> state, string prefix)
        => Matrix(state, $"{prefix}{Weight}") is { } weight && IsVector(state, $"{prefix}{VisibleBias}", weight.shape[1]) && IsVector(state, $"{prefix}{HiddenBias}", weight.shape[0])
            ? new() { ["visible"] = Units(weight.shape[1]), ["hidden"] = Units(weight.shape[0]) }
            : null;

    private static Tensor? Matrix(IReadOnlyDictionary<string, Tensor> state, string name)
        => state.TryGetValue(name, out var tensor) && tensor.dim() == 2 && tensor.numel() > 0 ? tensor : null;

    private static bool IsVector(IReadOnlyDictionary<string, Tensor> state, string name, long size)
        => state.TryGetValue(name, out var tensor) && tensor.dim() == 1 && tensor.shape[0] == size;

    private static OrderedDictionary<string, object?> Units(long size) => new() { ["kind"] = BernoulliUnits.KindName, ["size"] = size };
}
