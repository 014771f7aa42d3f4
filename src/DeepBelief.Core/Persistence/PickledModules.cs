using System.Globalization;
using DeepBelief.Internal;

namespace DeepBelief.Persistence;

/// <summary>
/// Reads a whole <c>nn.Sequential</c> that Python pickled, as data: its object graph says which modules there are, and
/// holds their parameters.
/// </summary>
internal static class PickledModules
{
    private const string Sequential = "torch.nn.modules.container.Sequential";
    private const string Linear = "torch.nn.modules.linear.Linear";
    private const string Dropout = "torch.nn.modules.dropout.Dropout";
    private const string Softmax = "torch.nn.modules.activation.Softmax";
    private const string LogSoftmax = "torch.nn.modules.activation.LogSoftmax";

    // Modules without anything to set, by the name of their kind in this library's files.
    private static readonly Dictionary<string, string> Plain = new()
    {
        ["torch.nn.modules.activation.Sigmoid"] = ClassifierConfig.SigmoidKind,
        ["torch.nn.modules.activation.ReLU"] = ClassifierConfig.ReluKind,
        ["torch.nn.modules.activation.Tanh"] = ClassifierConfig.TanhKind,
        ["torch.nn.modules.linear.Identity"] = ClassifierConfig.IdentityKind,
    };

    public static bool IsKnown(string className)
        => className is Sequential or Linear or Dropout or Softmax or LogSoftmax || Plain.ContainsKey(className);

    /// <summary>The content of a classifier's file; null if it is none.</summary>
    public static ModelContent? Read(object? content)
    {
        if (content is not PickledObject root)
            return null;
        var modules = new List<(PickledObject Module, string Path)>();
        Flatten(root, "file", modules);

        // A softmax at the end changes no prediction, and the library's classifiers give logits.
        if (modules is [.., (var last, var lastPath)] && last.ClassName is Softmax or LogSoftmax && IsOverClasses(Attributes(last, lastPath)))
            modules.RemoveAt(modules.Count - 1);

        var (configs, state) = (new List<OrderedDictionary<string, object?>>(), new OrderedDictionary<string, Tensor>());
        foreach (var (index, (module, path)) in modules.Index())
            configs.Add(ReadModule(module, path, string.Create(CultureInfo.InvariantCulture, $"{index}."), state));
        return ModelContent.Of(new() { ["modules"] = configs }, state);
    }

    private static void Flatten(PickledObject module, string path, List<(PickledObject Module, string Path)> into)
    {
        if (module.ClassName != Sequential)
        {
            into.Add((module, path));
            _ = Section.FewEnough(into, "file");
            return;
        }

        foreach (var (key, child) in Attributes(module, path).Child("_modules").Entries)
        {
            if (child is not PickledObject part)
                throw new DataFormatException($"{path}/{key}: expected a module, found something else.");
            Flatten(part, $"{path}/{key}", into);
        }
    }

    private static OrderedDictionary<string, object?> ReadModule(PickledObject module, string path, string prefix, OrderedDictionary<string, Tensor> state)
    {
        var attributes = Attributes(module, path);
        switch (module.ClassName)
        {
            case Linear:
                return ReadLinear(attributes.Child("_parameters"), path, prefix, state);
            case Dropout:
                return new() { ["kind"] = ClassifierConfig.DropoutKind, ["p"] = attributes.Number("p") };
            case Softmax when IsOverClasses(attributes):
                return new() { ["kind"] = ClassifierConfig.SoftmaxKind };
            case var name when Plain.TryGetValue(name, out var kind):
                return new() { ["kind"] = kind };
            default:
                throw new DataFormatException($"{path}: expected a module that can stand there in a classifier, found {module.ClassName}.");
        }
    }

    private static OrderedDictionary<string, object?> ReadLinear(Section parameters, string path, string prefix, OrderedDictionary<string, Tensor> state)
    {
        if (parameters.Entries.GetValueOrDefault("weight") is not Tensor weight || weight.dim() != 2)
            throw new DataFormatException($"{path}/weight: expected a matrix, found {(parameters.Entries.GetValueOrDefault("weight") is Tensor other ? Guard.Shape(other) : "none")}.");
        state.Add($"{prefix}weight", weight);
        if (parameters.Entries.GetValueOrDefault("bias") is not Tensor bias)
            return new() { ["kind"] = ClassifierConfig.LinearKind, ["bias"] = false };
        state.Add($"{prefix}bias", ModelContent.Bias(bias, weight.shape[0])
            ?? throw new DataFormatException($"{path}/bias: expected shape [{weight.shape[0]}], found {Guard.Shape(bias)}."));
        return new() { ["kind"] = ClassifierConfig.LinearKind };
    }

    // Without a dimension PyTorch takes that, too, where there are two.
    private static bool IsOverClasses(Section softmax)
        => softmax.Entries.TryGetValue("dim", out var dim) && dim is null or 1L or -1L;

    private static Section Attributes(PickledObject module, string path) => Section.Of(module.Attributes, path);
}
