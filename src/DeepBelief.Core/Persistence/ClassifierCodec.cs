using System.Globalization;
using DeepBelief.Files;
using DeepBelief.Units;
using TorchSharp.Modules;

namespace DeepBelief.Persistence;

/// <summary>Describes a <see cref="Classifier"/> in files: the kinds of its modules, in order.</summary>
internal sealed class ClassifierCodec() : ModelCodec<Classifier>("classifier")
{
    public const string LinearKind = "linear";
    public const string SigmoidKind = "sigmoid";
    public const string ReluKind = "relu";
    public const string TanhKind = "tanh";
    public const string IdentityKind = "identity";
    public const string DropoutKind = "dropout";
    public const string SoftmaxKind = "softmax";

    public static ClassifierCodec Instance { get; } = new();

    public override OrderedDictionary<string, object?> Describe(Classifier model)
    {
        // Otherwise a file without weights would replace a good one.
        ObjectDisposedException.ThrowIf(model.Modules.OfType<Linear>().Any(linear => linear.weight is null or { IsInvalid: true }), model);
        return new() { ["modules"] = model.Modules.Select(Describe).ToList() };
    }

    public override Classifier Build(ConfigSection config, IReadOnlyDictionary<string, Tensor> state)
    {
        var modules = new List<torch.nn.Module<Tensor, Tensor>>();
        try
        {
            foreach (var (index, module) in config.GetSections("modules").Index())
                modules.Add(Build(module, index, state));
            Check(modules);
        }
        catch
        {
            foreach (var module in modules)
                module.Dispose();
            throw;
        }

        return new Classifier(modules);
    }

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

    private static void Check(List<torch.nn.Module<Tensor, Tensor>> modules)
    {
        var linears = modules.OfType<Linear>().ToList();
        foreach (var (below, above) in linears.Zip(linears.Skip(1)))
        {
            if (below.weight.shape[0] != above.weight.shape[1])
                throw new DataFormatException($"state_dict: expected a linear module with {below.weight.shape[0]} inputs, the outputs of the one before, found {above.weight.shape[1]}.");
        }

        if (modules is not [.., Linear])
            throw new DataFormatException($"config/modules: expected a linear module at the end, found {(modules.Count > 0 ? modules[^1].GetType().Name : "none")}.");
    }

    private static torch.nn.Module<Tensor, Tensor> Build(ConfigSection config, int index, IReadOnlyDictionary<string, Tensor> state)
    {
        switch (config.GetString("kind"))
        {
            case LinearKind:
                var key = string.Create(CultureInfo.InvariantCulture, $"{index}.weight");
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
                    : throw new DataFormatException($"config/modules[{index}]/p: expected a probability, found {p}.");
            case SoftmaxKind:
                return torch.nn.Softmax(1);
            case var kind:
                throw new DataFormatException($"config/modules[{index}]: expected {LinearKind}, {SigmoidKind}, {ReluKind}, {TanhKind}, {IdentityKind}, {DropoutKind} or {SoftmaxKind}, found {kind}.");
        }
    }
}
