namespace DeepBelief.Files;

/// <summary>Reads and writes NumPy's <c>.npz</c> files: named arrays of numbers in a zip archive, no code.</summary>
/// <remarks>
/// Python reads them with <c>numpy.load</c> and writes them with <c>numpy.savez</c> or <c>savez_compressed</c>. The arrays are
/// those of <see cref="NpyFile"/>; an array of anything else is refused, and the file with it. Compressed arrays may be up to 100
/// times as large as the file and 1 MiB besides: more is taken for an attack. What is written is not compressed.
/// </remarks>
public static class NpzFile
{
    private const string Extension = ".npy";
    private const long MostBytesPerByte = 100;
    private const long FewBytes = 1 << 20;

    /// <summary>Writes a file, atomically.</summary>
    /// <param name="path">The file; replaced if it exists.</param>
    /// <param name="tensors">Dense tensors by name, on any device.</param>
    /// <exception cref="ArgumentException">A tensor is sparse, or of a type that NumPy lacks, such as <c>bfloat16</c>.</exception>
    /// <exception cref="IOException">The file could not be written.</exception>
    public static void Save(string path, IReadOnlyDictionary<string, Tensor> tensors)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        AtomicFile.Write(path, stream => Save(stream, tensors));
    }

    /// <summary>Writes to a stream.</summary>
    /// <param name="stream">A stream to write to; left open.</param>
    /// <param name="tensors">Dense tensors by name, on any device.</param>
    /// <exception cref="ArgumentException">A tensor is sparse, or of a type that NumPy lacks, such as <c>bfloat16</c>.</exception>
    public static void Save(Stream stream, IReadOnlyDictionary<string, Tensor> tensors)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(tensors);
        foreach (var tensor in tensors.Values)
            NpyFile.Check(tensor, nameof(tensors));
        using var noGrad = torch.no_grad();
        var archive = new ZipWriter(stream);
        foreach (var (name, tensor) in tensors)
        {
            using var scope = torch.NewDisposeScope();
            archive.Write($"{name}{Extension}", NpyFile.Elements(tensor), NpyHeader.Of(tensor));
        }

        archive.Finish();
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="device">The device for the tensors; null uses the CPU.</param>
    /// <returns>The content; the caller disposes it.</returns>
    /// <exception cref="DataFormatException">The file is damaged, of another format, or has an array of something else than numbers.</exception>
    /// <exception cref="IOException">The file could not be read.</exception>
    /// <exception cref="ArgumentException">The device is not available.</exception>
    public static NpzContent Load(string path, Device? device = null) => FileFormat.Open(path, stream => Load(stream, device));

    /// <summary>Reads a stream.</summary>
    /// <param name="stream">A seekable stream, read as a whole; left open.</param>
    /// <param name="device">The device for the tensors; null uses the CPU.</param>
    /// <returns>The content; the caller disposes it.</returns>
    /// <exception cref="DataFormatException">The stream is damaged, of another format, or has an array of something else than numbers.</exception>
    /// <exception cref="ArgumentException">The stream cannot seek, or the device is not available.</exception>
    public static NpzContent Load(Stream stream, Device? device = null)
    {
        FileFormat.CheckReadable(stream);
        Devices.CheckAvailable(device ?? torch.CPU, nameof(device));
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        if (!ZipReader.Begins(stream))
            throw new DataFormatException($"Expected the bytes of an .npz file (a zip archive), found {(NpyHeader.Begins(stream) ? "those of an .npy file, which NpyFile reads" : FileFormat.FirstOf(stream))}.");
        var archive = new ZipReader(stream);
        CheckSizes(archive);
        var tensors = new OrderedDictionary<string, Tensor>();
        foreach (var entry in archive.Entries)
            tensors.Add(entry.Name[..^Extension.Length], Read(archive, entry).to(device ?? torch.CPU));
        foreach (var tensor in tensors.Values)
            _ = tensor.MoveToOuterDisposeScope();
        return new NpzContent(tensors);
    }

    /// <summary>True if the content is an <c>.npz</c> file's: a zip archive of <c>.npy</c> files and nothing else.</summary>
    internal static bool Recognizes(Stream stream)
        => ZipReader.TryOpen(stream) is { } archive && archive.Entries.Any() && archive.Entries.All(IsArray);

    private static bool IsArray(ZipReader.Entry entry) => entry.Name.EndsWith(Extension, StringComparison.Ordinal);

    private static void CheckSizes(ZipReader archive)
    {
        if (archive.Entries.FirstOrDefault(entry => !IsArray(entry)) is { } other)
            throw new DataFormatException($"Entry {other.Name}: expected arrays, named {Extension}, found another.");
        var most = FewBytes + (MostBytesPerByte * archive.Length);
        Int128 bytes = 0;
        foreach (var entry in archive.Entries)
            bytes += entry.Size;
        if (bytes > most)
            throw new DataFormatException($"Expected arrays of at most {most} bytes in an archive of {archive.Length}, found {bytes}.");
    }

    private static Tensor Read(ZipReader archive, ZipReader.Entry entry)
    {
        using var content = archive.Open(entry);
        var tensor = NpyFile.Read(content.ReadExactly, entry.Size, $"Entry {entry.Name}");
        content.Finish();
        return tensor;
    }
}
