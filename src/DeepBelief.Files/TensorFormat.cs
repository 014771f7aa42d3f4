namespace DeepBelief.Files;

/// <summary>A file format of named tensors, as <see cref="ModuleState.LoadStateDict"/> reads it.</summary>
/// <param name="Recognizes">True if a stream's content says that it is of this format; true of no other format's files.</param>
/// <param name="Load">Reads the tensors of such a stream.</param>
internal sealed record TensorFormat(Func<Stream, bool> Recognizes, Func<Stream, IReadOnlyDictionary<string, Tensor>> Load)
{
    /// <summary>All formats, in any order; tests add their own.</summary>
    public static IReadOnlyList<TensorFormat> All { get; set; } =
    [
        new(PtFile.Recognizes, stream => Find(PtFile.Load(stream))),
        new(SafetensorsFile.Recognizes, stream => SafetensorsFile.Load(stream).Tensors),
    ];

    /// <summary>Reads the tensors of a stream; its content determines the format.</summary>
    public static IReadOnlyDictionary<string, Tensor> Read(Stream stream)
        => (All.FirstOrDefault(format => format.Recognizes(stream)) ?? throw FileFormat.Unknown(stream)).Load(stream);

    private static IReadOnlyDictionary<string, Tensor> Find(object? content)
    {
        var root = ConfigSection.Of(content, "file");
        return (root.Contains("state_dict") ? root.GetSection("state_dict") : root).AsTensors();
    }
}
