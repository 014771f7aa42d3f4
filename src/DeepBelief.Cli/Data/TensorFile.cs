using DeepBelief.Cli.Options;
using DeepBelief.Files;

namespace DeepBelief.Cli.Data;

/// <summary>A format of files of tensors.</summary>
/// <param name="Name">What messages call it.</param>
/// <param name="Endings">How its files end.</param>
/// <param name="HoldsOne">True if a file holds one tensor, without a name.</param>
/// <param name="Recognizes">True if the content of a stream is of this format.</param>
/// <param name="Load">Reads tensors by name; one without a name has the name "".</param>
/// <param name="Save">Writes them to a file.</param>
internal sealed record TensorFile(
    string Name,
    IReadOnlyList<string> Endings,
    bool HoldsOne,
    Func<Stream, bool> Recognizes,
    Func<Stream, IReadOnlyDictionary<string, Tensor>> Load,
    Action<string, IReadOnlyDictionary<string, Tensor>> Save)
{
    // What a tensor is called where it has to have a name, and has none.
    private const string Nameless = "data";

    private const int MostShown = 10;

    /// <summary>All formats.</summary>
    public static IReadOnlyList<TensorFile> All { get; } =
    [
        new(".npy", [".npy"], true, NpyHeader.Begins, stream => One(NpyFile.Load(stream)), (path, tensors) => NpyFile.Save(path, tensors.Values.Single())),
        new(".npz", [".npz"], false, NpzFile.Recognizes, stream => NpzFile.Load(stream).Tensors, (path, tensors) => NpzFile.Save(path, Named(tensors))),
        new("IDX", [".idx"], true, IdxFile.Recognizes, stream => One(IdxFile.Load(stream)), (path, tensors) => IdxFile.Save(path, tensors.Values.Single())),
        new("safetensors", [".safetensors"], false, SafetensorsFile.Recognizes, stream => SafetensorsFile.Load(stream).Tensors, (path, tensors) => SafetensorsFile.Save(path, Named(tensors))),
        new("PyTorch", [".pt", ".pth"], false, PtFile.Recognizes, stream => Tensors(PtFile.Load(stream)), (path, tensors) => PtFile.Save(path, tensors.Keys.SequenceEqual([""]) ? tensors.Values.Single() : NamedTensors.Save(tensors))),
    ];

    /// <summary>How files of tensors end.</summary>
    public static IReadOnlyList<string> AllEndings { get; } = [.. All.SelectMany(format => format.Endings)];

    /// <summary>The same for help.</summary>
    public static string Shown => string.Join(", ", AllEndings);

    /// <summary>The format of a file's content; null if it is none of them.</summary>
    public static TensorFile? Of(Stream stream) => All.FirstOrDefault(format => format.Recognizes(stream));

    /// <summary>The format that a file's ending, one of <see cref="AllEndings"/>, asks for.</summary>
    public static TensorFile OfEnding(string path) => All.First(format => path.HasEnding(format.Endings));

    /// <summary>Writes one tensor.</summary>
    public static void SaveOne(string path, Tensor tensor) => OfEnding(path).Save(path, One(tensor));

    /// <summary>Returns the tensor of a name, or the only one.</summary>
    /// <param name="tensors">The tensors.</param>
    /// <param name="key">The name; null for the only one.</param>
    /// <param name="path">Where they are from, for the message.</param>
    /// <exception cref="DataFormatException">There is none of the name, or several and no name.</exception>
    public static Tensor Pick(IReadOnlyDictionary<string, Tensor> tensors, string? key, string path)
        => key is null && tensors.Count == 1 ? tensors.Values.Single()
            : key is not null && tensors.TryGetValue(key, out var tensor) ? tensor
            : throw new DataFormatException($"{path}: expected {(key is null ? "one tensor, or the option --key" : $"a tensor named '{key}'")}, found {string.Join(", ", tensors.Keys.Take(MostShown).Select(name => name.Length == 0 ? "one without a name" : name))}{(tensors.Count > MostShown ? ", ..." : "")}.");

    private static Dictionary<string, Tensor> One(Tensor tensor) => new() { [""] = tensor };

    private static OrderedDictionary<string, Tensor> Named(IReadOnlyDictionary<string, Tensor> tensors)
        => new(tensors.Select(tensor => KeyValuePair.Create(tensor.Key.Length == 0 ? Nameless : tensor.Key, tensor.Value)));

    private static IReadOnlyDictionary<string, Tensor> Tensors(object? content)
        => content is Tensor tensor ? One(tensor) : StateDictLayout.Find(content, null, []).Tensors;
}
