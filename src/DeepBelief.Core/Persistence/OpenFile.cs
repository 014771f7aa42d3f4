using DeepBelief.Files;

namespace DeepBelief.Persistence;

/// <summary>A file that several readers look at; each content is read at most once, when the first of them asks.</summary>
internal sealed class OpenFile(Stream stream)
{
    private readonly Lazy<object?> value = new(() => PtFile.Recognizes(stream) ? PtFile.Load(stream, null, SequentialReader.IsKnownClass) : null);
    private readonly Lazy<SafetensorsContent?> safetensors = new(() => SafetensorsFile.Recognizes(stream) ? SafetensorsFile.Load(stream) : null);

    private readonly Lazy<NpzContent?> npz = new(() => NpzFile.Recognizes(stream) ? NpzFile.Load(stream) : null);

    /// <summary>The file's bytes, for a format of its own.</summary>
    public Stream Stream => stream;

    /// <summary>The value of a PyTorch file, with the modules of an <c>nn.Sequential</c> as inert objects; null for other files.</summary>
    public object? Value => value.Value;

    /// <summary>The content of a safetensors file; null for other files.</summary>
    public SafetensorsContent? Safetensors => safetensors.Value;

    /// <summary>The content of an <c>.npz</c> file; null for other files.</summary>
    public NpzContent? Npz => npz.Value;

    /// <summary>The exception for a file that no reader has taken as a model of a kind.</summary>
    public DataFormatException Refusal(string kind)
    {
        if (Safetensors is null && Npz is null && !PtFile.Recognizes(stream))
            return FileFormat.Unknown(stream);
        var entries = Value as OrderedDictionary<object, object?>;
        var found = Safetensors is not null || Npz is not null || (entries is not null && ConfigSection.Of(entries, "file").IsStateDict)
            ? "a plain state dict. Load it with LoadStateDict into an existing model of the kind that it is of"
            : entries?.GetValueOrDefault(ModelHeader.FormatKey) is string format ? $"the format '{format}'" : ConfigSection.Describe(Value);
        return new DataFormatException($"file: expected a {kind} saved by this library (format '{ModelHeader.Format}') or in a layout that Load describes, found {found}.");
    }
}
