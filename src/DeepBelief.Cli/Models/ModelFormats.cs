using DeepBelief.Cli.Options;

namespace DeepBelief.Cli.Models;

/// <summary>Formats of models, by the endings of files.</summary>
internal static class ModelFormats
{
    /// <summary>The names of formats on the command line.</summary>
    public static IReadOnlyDictionary<string, ModelFormat> ByName { get; } = new OrderedDictionary<string, ModelFormat>
    {
        ["deepbelief"] = ModelFormat.DeepBelief,
        ["original"] = ModelFormat.Original,
        ["state-dict"] = ModelFormat.StateDict,
        ["safetensors"] = ModelFormat.Safetensors,
        ["scikit-learn"] = ModelFormat.ScikitLearn,
    };

    /// <summary>The endings of files of models.</summary>
    public static IReadOnlyList<string> Endings { get; } = [.. ByName.Values.SelectMany(EndingsOf).Distinct()];

    /// <summary>The format that a file's ending, one of <see cref="Endings"/>, asks for: of those that share it, the library's own.</summary>
    public static ModelFormat OfEnding(string path) => ByName.Values.First(format => path.HasEnding(EndingsOf(format)));

    /// <summary>How files of a format end.</summary>
    public static IReadOnlyList<string> EndingsOf(ModelFormat format)
        => format == ModelFormat.Safetensors ? [".safetensors"] : format == ModelFormat.ScikitLearn ? [".npz"] : [".pt", ".pth"];
}
