using System.Globalization;
using TorchSharp.Modules;

namespace DeepBelief.Persistence;

/// <summary>What a file says of a <see cref="Classifier"/> beside its tensors: the kinds of its modules, in order.</summary>
internal static class ClassifierConfig
{
    private const string LinearKind = "linear";
    private const string SigmoidKind = "sigmoid";

    public static OrderedDictionary<string, object?> Write(Classifier classifier) => new()
    {
        ["modules"] = classifier.Modules.Select(module => new OrderedDictionary<string, object?>
        {
            ["kind"] = module switch
            {
                Linear => LinearKind,
                Sigmoid => SigmoidKind,
                _ => throw new NotSupportedException($"Expected modules of a kind that files can name, found {module.GetType()}."),
            },
        }).ToList(),
    };

    public static Classifier Read(Section config, IReadOnlyDictionary<string, Tensor> state)
    {
        var modules = config.Children("modules").Select((module, i) => Module(module, i, state)).ToList();
        var linears = modules.OfType<Linear>().ToList();
        foreach (var (below, above) in linears.Zip(linears.Skip(1)))
        {
            if (below.weight.shape[0] != above.weight.shape[1])
                throw new DataFormatException($"state_dict: expected a module with {below.weight.shape[0]} inputs after one with as many outputs, found one with {above.weight.shape[1]}.");
        }

        if (linears.Count == 0 || modules[^1] is not Linear)
            throw new DataFormatException("config/modules: expected a linear module at the end, found none.");
        return new Classifier(modules);
    }

    private static torch.nn.Module<Tensor, Tensor> Module(Section config, int index, IReadOnlyDictionary<string, Tensor> state)
    {
        switch (config.Text("kind"))
        {
            case LinearKind:
                var key = string.Create(CultureInfo.InvariantCulture, $"{index}.weight");
                if (!state.TryGetValue(key, out var weight) || weight.dim() != 2)
                    throw new DataFormatException($"state_dict/{key}: expected a matrix, found {(weight is null ? "none" : Internal.Guard.Shape(weight))}.");
                return torch.nn.Linear(weight.shape[1], weight.shape[0]);
            case SigmoidKind:
                return torch.nn.Sigmoid();
            case var kind:
                throw new DataFormatException($"config/modules: expected {LinearKind} or {SigmoidKind}, found {kind}.");
        }
    }
}
