using DeepBelief.Cli.Options;
using DeepBelief.Data;
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
    private const string Idx = "IDX";

    // What a tensor is called where it has to have a name, and has none.
    private const string Nameless = "data";

    private const int MostShown = 10;
    private const int BytesLookedAt = 4096;

    private static readonly byte[][] Marks = [[0xff, 0xfe], [0xfe, 0xff], [0, 0, 0xfe, 0xff]];

    /// <summary>All formats.</summary>
    public static IReadOnlyList<TensorFile> All { get; } =
    [
        new(".npy", [".npy"], true, NpyHeader.Begins, stream => One(NpyFile.Load(stream)), (path, tensors) => NpyFile.Save(path, tensors.Values.Single())),
        new(".npz", [".npz"], false, NpzFile.Recognizes, stream => NpzFile.Load(stream).Tensors, (path, tensors) => NpzFile.Save(path, Named(tensors))),
        new(Idx, [".idx"], true, IdxFile.Recognizes, stream => One(IdxFile.Load(stream)), (path, tensors) => IdxFile.Save(path, tensors.Values.Single())),
        new("safetensors", [".safetensors"], false, SafetensorsFile.Recognizes, stream => SafetensorsFile.Load(stream).Tensors, (path, tensors) => SafetensorsFile.Save(path, Named(tensors))),
        new("PyTorch", [".pt", ".pth"], false, PtFile.Recognizes, stream => Tensors(PtFile.Load(stream)), (path, tensors) => PtFile.Save(path, tensors.Keys.SequenceEqual([""]) ? tensors.Values.Single() : NamedTensors.Save(tensors))),
    ];

    /// <summary>How files of tensors end.</summary>
    public static IReadOnlyList<string> AllEndings { get; } = [.. All.SelectMany(format => format.Endings)];

    /// <summary>The same for help.</summary>
    public static string Shown => string.Join(", ", AllEndings);

    /// <summary>The format of a file's content; null if it is none of them.</summary>
    public static TensorFile? Of(Stream stream) => All.FirstOrDefault(format => format.Recognizes(stream));

    /// <summary>The format that a file's content says, or else its name, so that it is read as what it should be; null if it is text.</summary>
    /// <param name="stream">The content.</param>
    /// <param name="path">The name.</param>
    /// <param name="layout">How text would be laid out.</param>
    /// <exception cref="DataFormatException">It is neither.</exception>
    public static TensorFile? OfFile(Stream stream, string path, CsvOptions layout)
    {
        if (Of(stream) is { } found)
            return found;
        var name = path.HasEnding(".gz") ? path[..^".gz".Length] : path;
        if (name.HasEnding(".onnx", ".json"))
            throw new DataFormatException($"Expected text, or a file of tensors ({Shown}), found the name of {(name.HasEnding(".onnx") ? "an ONNX file, which 'convert' writes, and does not read" : "a JSON file")}.");
        if (All.FirstOrDefault(format => name.HasEnding(format.Endings)) is { } named)
            return named;
        // As MNIST's files are called.
        if (name.HasEnding("-ubyte"))
            return All.First(format => format.Name == Idx);
        return IsText(stream, layout) ? null : throw new DataFormatException($"Expected text, or the bytes of a file of tensors ({Shown}), found {FileFormat.FirstOf(stream)}.");
    }

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

    // Text has zeros only in encodings of several bytes for each character.
    private static bool IsText(Stream stream, CsvOptions layout)
        => !layout.Encoding.GetBytes("a").SequenceEqual("a"u8.ToArray()) || GzipContent.Peek(stream, content =>
        {
            Span<byte> first = stackalloc byte[BytesLookedAt];
            first = first[..content.ReadAtLeast(first, first.Length, throwOnEndOfStream: false)];
            return !first.Contains((byte)0) || StartsWithMark(first);
        });

    private static bool StartsWithMark(ReadOnlySpan<byte> bytes)
    {
        foreach (var mark in Marks)
        {
            if (bytes.StartsWith(mark))
                return true;
        }

        return false;
    }

    private static Dictionary<string, Tensor> One(Tensor tensor) => new() { [""] = tensor };

    private static OrderedDictionary<string, Tensor> Named(IReadOnlyDictionary<string, Tensor> tensors)
        => new(tensors.Select(tensor => KeyValuePair.Create(tensor.Key.Length == 0 ? Nameless : tensor.Key, tensor.Value)));

    private static IReadOnlyDictionary<string, Tensor> Tensors(object? content)
        => content is Tensor tensor ? One(tensor) : StateDictLayout.Find(content, null, []).Tensors;
}
