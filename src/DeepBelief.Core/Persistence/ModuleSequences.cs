using DeepBelief.Files;
using DeepBelief.Units;
using TorchSharp.Modules;

namespace DeepBelief.Persistence;

/// <summary>Describes sequences of modules in files: their kinds, in order.</summary>
internal static class ModuleSequences
{
    public const string LinearKind = "linear";
    public const string BatchNormKind = "batch_norm";
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
                FormattableString.Invariant($"{prefix}{index}."),
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
        BatchNorm1d { weight: not null, running_mean: not null } norm => Describe(norm.eps, norm.momentum),
        Sigmoid => new() { ["kind"] = SigmoidKind },
        ReLU => new() { ["kind"] = ReluKind },
        Tanh => new() { ["kind"] = TanhKind },
        Identity => new() { ["kind"] = IdentityKind },
        Dropout dropout => new() { ["kind"] = DropoutKind, ["p"] = dropout.p },
        Softmax => new() { ["kind"] = SoftmaxKind },
        _ => throw new NotSupportedException($"Expected modules that model files support, found {module.GetType()}."),
    };

    /// <summary>Returns the config of a batch normalization that has scales, shifts and collected means and variances.</summary>
    /// <param name="eps">What is added to variances.</param>
    /// <param name="momentum">The weight of a batch in the collected means; null: that of a plain mean.</param>
    public static OrderedDictionary<string, object?> Describe(double eps, double? momentum)
    {
        var config = new OrderedDictionary<string, object?> { ["kind"] = BatchNormKind, ["eps"] = eps };
        if (momentum is { } given)
            config["momentum"] = given;
        return config;
    }

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
        var width = linears[0].weight.shape[1];
        foreach (var module in modules)
        {
            if (module is Linear linear)
                width = linear.weight.shape[0];
            else if (module is BatchNorm1d norm && norm.num_features != width)
                throw new DataFormatException($"state_dict: expected a batch normalization of {width} numbers, as it is given, found {norm.num_features}.");
        }
    }

    private static torch.nn.Module<Tensor, Tensor> BuildModule(ConfigSection config, string path, string prefix, IReadOnlyDictionary<string, Tensor> state)
    {
        switch (config.GetString("kind"))
        {
            case LinearKind:
                var weight = Tensor("weight", 2, "a matrix");
                return FeedForward.Zeros(weight.shape[1], weight.shape[0], !config.Contains("bias") || config.GetBoolean("bias"), torch.CPU, ScalarType.Float32);
            case BatchNormKind:
                var momentum = config.Contains("momentum") ? config.GetDouble("momentum") : (double?)null;
                if (momentum is { } weightOfBatch && weightOfBatch is not (>= 0 and <= 1))
                    throw new DataFormatException($"{path}/momentum: expected a value in [0, 1], found {momentum}.");
                var eps = config.GetDouble("eps");
                if (eps is not (>= 0 and <= 1))
                    throw new DataFormatException($"{path}/eps: expected a value in [0, 1], found {eps}.");
                var variance = Tensor("running_var", 1, "a vector");
                if (variance.min().to(ScalarType.Float64).item<double>() is not >= 0)
                    throw new DataFormatException($"state_dict/{prefix}running_var: expected variances of 0 or more, found others.");
                return BatchNormalization.Create(variance.shape[0], eps, momentum, torch.CPU, ScalarType.Float32);
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
                throw new DataFormatException($"{path}: expected {LinearKind}, {BatchNormKind}, {SigmoidKind}, {ReluKind}, {TanhKind}, {IdentityKind}, {DropoutKind} or {SoftmaxKind}, found {kind}.");
        }

        Tensor Tensor(string name, int dimensions, string kind)
            => state.TryGetValue(prefix + name, out var values) && values.dim() == dimensions && values.numel() > 0
                ? values
                : throw new DataFormatException($"state_dict/{prefix}{name}: expected {kind}, found {(values is null ? "none" : Shapes.Text(values))}.");
    }
}
