namespace DeepBelief.Files;

/// <summary>A file format of named tensors, as <see cref="ModuleState.LoadStateDict"/> reads it.</summary>
/// <param name="Recognizes">True if a stream's content says that it is of this format; true of no other format's files.</param>
/// <param name="Load">Reads the content of such a stream: named tensors, or values as <see cref="PtFile"/> reads them.</param>
internal sealed record TensorFormat(Func<Stream, bool> Recognizes, Func<Stream, object?> Load)
{
    /// <summary>All formats, in any order; tests add their own.</summary>
    public static IReadOnlyList<TensorFormat> All { get; set; } =
    [
        new(PtFile.Recognizes, stream => PtFile.Load(stream)),
        new(SafetensorsFile.Recognizes, stream => SafetensorsFile.Load(stream).Tensors),
        new(NpzFile.Recognizes, stream => NpzFile.Load(stream).Tensors),
    ];

    /// <summary>Reads the content of a stream; its bytes determine the format.</summary>
    public static object? Read(Stream stream)
        => (All.FirstOrDefault(format => format.Recognizes(stream)) ?? throw FileFormat.Unknown(stream)).Load(stream);
}
