using DeepBelief.Files;
using DeepBelief.Units;
using TorchSharp.Modules;

namespace DeepBelief.Persistence;

/// <summary>Describes sequences of modules in files: their kinds, in order.</summary>
internal static class ModuleSequences
{
    public const string LinearKind = "linear";
    public const string SigmoidKind = "sigmoid";
    public const string ReluKind = "relu";
    public const string TanhKind = "tanh";
    public const string IdentityKind = "identity";
    public const string DropoutKind = "dropout";
    public const string SoftmaxKind = "softmax";

    /// <summary>Returns the config of each module.</summary>
    public static List<OrderedDictionary<string, object?>> Describe(FeedForwardNetwork network)
    {
        // Otherwise a file without weights would replace a good one.
        ObjectDisposedException.ThrowIf(network.IsDisposed, network);
        return [.. network.Modules.Select(Describe)];
    }

    /// <summary>Builds the modules of a sequence.</summary>
    /// <param name="config">Where the sequence is.</param>
    /// <param name="name">Its name there.</param>
    /// <param name="prefix">What the state-dict keys of its tensors begin with.</param>
    /// <param name="state">The tensors.</param>
    /// <exception cref="DataFormatException">There is no linear module, or the size of one does not fit.</exception>
    public static List<torch.nn.Module<Tensor, Tensor>> Build(ConfigSection config, string name, string prefix, IReadOnlyDictionary<string, Tensor> state)
        => ModelParts.Join(
            $"config/{name}",
            config.GetSections(name).Select((module, index) => BuildModule(
                module,
                FormattableString.Invariant($"config/{name}[{index}]"),
                FormattableString.Invariant($"{prefix}{index}.weight"),
                state)),
            modules =>
            {
                Check(modules, name);
                return modules;
            });

    private static OrderedDictionary<string, object?> Describe(torch.nn.Module<Tensor, Tensor> module) => module switch
    {
        Linear { bias: null } => new() { ["kind"] = LinearKind, ["bias"] = false },
        Linear => new() { ["kind"] = LinearKind },
        Sigmoid => new() { ["kind"] = SigmoidKind },
        ReLU => new() { ["kind"] = ReluKind },
        Tanh => new() { ["kind"] = TanhKind },
        Identity => new() { ["kind"] = IdentityKind },
        Dropout dropout => new() { ["kind"] = DropoutKind, ["p"] = dropout.p },
        Softmax => new() { ["kind"] = SoftmaxKind },
        _ => throw new NotSupportedException($"Expected modules that model files support, found {module.GetType()}."),
    };

    private static void Check(List<torch.nn.Module<Tensor, Tensor>> modules, string name)
    {
        var linears = modules.OfType<Linear>().ToList();
        foreach (var (below, above) in linears.Zip(linears.Skip(1)))
        {
            if (below.weight.shape[0] != above.weight.shape[1])
                throw new DataFormatException($"state_dict: expected a linear module with {below.weight.shape[0]} inputs, the outputs of the one before, found {above.weight.shape[1]}.");
        }

        if (linears.Count == 0)
            throw new DataFormatException($"config/{name}: expected a linear module, found none.");
    }

    private static torch.nn.Module<Tensor, Tensor> BuildModule(ConfigSection config, string path, string key, IReadOnlyDictionary<string, Tensor> state)
    {
        switch (config.GetString("kind"))
        {
            case LinearKind:
                if (!state.TryGetValue(key, out var weight) || weight.dim() != 2 || weight.numel() == 0)
                    throw new DataFormatException($"state_dict/{key}: expected a matrix, found {(weight is null ? "none" : Shapes.Text(weight))}.");
                return FeedForward.Zeros(weight.shape[1], weight.shape[0], !config.Contains("bias") || config.GetBoolean("bias"), torch.CPU, ScalarType.Float32);
            case SigmoidKind:
                return torch.nn.Sigmoid();
            case ReluKind:
                return torch.nn.ReLU();
            case TanhKind:
                return torch.nn.Tanh();
            case IdentityKind:
                return torch.nn.Identity();
            case DropoutKind:
                var p = config.GetDouble("p");
                return p is >= 0 and <= 1
                    ? torch.nn.Dropout(p)
                    : throw new DataFormatException($"{path}/p: expected a probability, found {p}.");
            case SoftmaxKind:
                return torch.nn.Softmax(1);
            case var kind:
                throw new DataFormatException($"{path}: expected {LinearKind}, {SigmoidKind}, {ReluKind}, {TanhKind}, {IdentityKind}, {DropoutKind} or {SoftmaxKind}, found {kind}.");
        }
    }
}
