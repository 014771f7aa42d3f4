using System.Globalization;
using DeepBelief.Files;

namespace DeepBelief.Persistence;

/// <summary>
/// Reads a pickled <c>nn.Sequential</c> as data: the object graph contains the modules and their parameters. It may be wrapped in
/// <c>DataParallel</c>, whose one part it then is.
/// </summary>
internal sealed class SequentialReader : IModelReader
{
    private const string Sequential = "torch.nn.modules.container.Sequential";
    private const string DataParallel = "torch.nn.parallel.data_parallel.DataParallel";
    private const string Linear = "torch.nn.modules.linear.Linear";
    private const string BatchNorm1d = "torch.nn.modules.batchnorm.BatchNorm1d";
    private const string Dropout = "torch.nn.modules.dropout.Dropout";
    private const string Softmax = "torch.nn.modules.activation.Softmax";
    private const string LogSoftmax = "torch.nn.modules.activation.LogSoftmax";

    private const int LongestName = 50;
    private const int LongestPath = 200;

    // Modules without settings, with their kind in this library's files.
    private static readonly Dictionary<string, string> Plain = new()
    {
        ["torch.nn.modules.activation.Sigmoid"] = ModuleSequences.SigmoidKind,
        ["torch.nn.modules.activation.ReLU"] = ModuleSequences.ReluKind,
        ["torch.nn.modules.activation.Tanh"] = ModuleSequences.TanhKind,
        ["torch.nn.modules.linear.Identity"] = ModuleSequences.IdentityKind,
    };

    public static bool IsKnownClass(string className)
        => className is Sequential or DataParallel or Linear or BatchNorm1d or Dropout or Softmax or LogSoftmax || Plain.ContainsKey(className);

    public ModelContent? Read(OpenFile file, string kind)
    {
        if (kind != NetworkCodecs.Classifier.Kind || Find(file.Value) is not (var root, var name))
            return null;
        var modules = new List<(PickledObject Module, string Path)>();
        Flatten(root, name, modules);

        // A final softmax changes no prediction, and the library's classifiers return logits.
        if (modules is [.., (var last, var lastPath)] && last.ClassName is Softmax or LogSoftmax && IsOverClasses(Attributes(last, lastPath)))
            modules.RemoveAt(modules.Count - 1);

        var (configs, state) = (new List<OrderedDictionary<string, object?>>(), new OrderedDictionary<string, Tensor>());
        foreach (var (index, (module, path)) in modules.Index())
            configs.Add(ReadModule(module, path, string.Create(CultureInfo.InvariantCulture, $"{index}."), state));
        return ModelContent.Of(kind, new() { ["modules"] = configs }, state);
    }

    // The file's value, or the one module of a checkpoint, such as {'model': net, 'epoch': 3}.
    private static (PickledObject Root, string Path)? Find(object? value)
    {
        if (value is PickledObject root)
            return (root, "file");
        if (value is not OrderedDictionary<object, object?> entries || entries.Where(entry => entry.Value is PickledObject).ToList() is not [var only])
            return null;
        return ((PickledObject)only.Value!, Below("file", only.Key));
    }

    // Where a module is, for messages. A file's names may be as long as the file, and each module has a place of its own.
    private static string Below(string path, object key)
    {
        var name = $"{key}";
        return path.Length > LongestPath ? path : $"{path}/{(name.Length > LongestName ? name[..LongestName] + "..." : name)}";
    }

    private static void Flatten(PickledObject module, string path, List<(PickledObject Module, string Path)> into)
    {
        if (module.ClassName is not (Sequential or DataParallel))
        {
            into.Add((module, path));
            _ = ConfigSection.FewEnough(into, "file");
            return;
        }

        foreach (var (key, child) in Attributes(module, path).GetSection("_modules").Entries)
        {
            if (child is not PickledObject part)
                throw new DataFormatException($"{Below(path, key)}: expected a module, found something else.");
            Flatten(part, Below(path, key), into);
        }
    }

    private static OrderedDictionary<string, object?> ReadModule(PickledObject module, string path, string prefix, OrderedDictionary<string, Tensor> state)
    {
        var attributes = Attributes(module, path);
        switch (module.ClassName)
        {
            case Linear:
                return ReadLinear(attributes.GetSection("_parameters"), path, prefix, state);
            case BatchNorm1d:
                return ReadBatchNorm(attributes, path, prefix, state);
            case Dropout:
                return new() { ["kind"] = ModuleSequences.DropoutKind, ["p"] = attributes.GetDouble("p") };
            case Softmax when IsOverClasses(attributes):
                return new() { ["kind"] = ModuleSequences.SoftmaxKind };
            case var name when Plain.TryGetValue(name, out var kind):
                return new() { ["kind"] = kind };
            default:
                throw new DataFormatException($"{path}: expected a module that classifiers support here, found {module.ClassName}.");
        }
    }

    private static OrderedDictionary<string, object?> ReadLinear(ConfigSection parameters, string path, string prefix, OrderedDictionary<string, Tensor> state)
    {
        if (parameters.Entries.GetValueOrDefault("weight") is not Tensor weight || weight.dim() != 2)
            throw new DataFormatException($"{path}/weight: expected a matrix, found {(parameters.Entries.GetValueOrDefault("weight") is Tensor other ? Shapes.Text(other) : "none")}.");
        state.Add($"{prefix}weight", weight);
        if (parameters.Entries.GetValueOrDefault("bias") is not Tensor bias)
            return new() { ["kind"] = ModuleSequences.LinearKind, ["bias"] = false };
        state.Add($"{prefix}bias", ModelContent.Bias(bias, weight.shape[0])
            ?? throw new DataFormatException($"{path}/bias: expected shape [{weight.shape[0]}], found {Shapes.Text(bias)}."));
        return new() { ["kind"] = ModuleSequences.LinearKind };
    }

    private static OrderedDictionary<string, object?> ReadBatchNorm(ConfigSection attributes, string path, string prefix, OrderedDictionary<string, Tensor> state)
    {
        foreach (var (part, names) in new[] { ("_parameters", new[] { "weight", "bias" }), ("_buffers", ["running_mean", "running_var", "num_batches_tracked"]) })
        {
            var tensors = attributes.GetSection(part);
            foreach (var name in names)
            {
                state.Add($"{prefix}{name}", tensors.Entries.GetValueOrDefault(name) as Tensor
                    ?? throw new DataFormatException($"{path}/{name}: expected a tensor, as BatchNorm1d has by default, found none (affine=False or track_running_stats=False)."));
            }
        }

        return ModuleSequences.Describe(attributes.GetDouble("eps"), attributes.Entries.GetValueOrDefault("momentum") is null ? null : attributes.GetDouble("momentum"));
    }

    // For 2-D input, PyTorch treats a missing dim as 1.
    private static bool IsOverClasses(ConfigSection softmax)
        => softmax.Entries.TryGetValue("dim", out var dim) && dim is null or 1L or -1L;

    private static ConfigSection Attributes(PickledObject module, string path) => ConfigSection.Of(module.Attributes, path);
}
