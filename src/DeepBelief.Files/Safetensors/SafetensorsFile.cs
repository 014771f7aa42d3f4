namespace DeepBelief.Files;

/// <summary>Reads and writes safetensors files: named tensors and metadata strings, no code.</summary>
/// <remarks>
/// Python reads them with <c>safetensors.torch.load_file</c>. Element types: <c>F16</c>, <c>BF16</c>, <c>F32</c>, <c>F64</c>,
/// <c>I8</c> to <c>I64</c>, <c>U8</c>, <c>BOOL</c>; files with others are rejected. Tensors never share bytes in the file: those
/// that share memory are written separately.
/// </remarks>
public static class SafetensorsFile
{
    /// <summary>Writes a file, atomically.</summary>
    /// <param name="path">The file; replaced if it exists.</param>
    /// <param name="tensors">Dense tensors by name, on any device.</param>
    /// <param name="metadata">Strings by name; may be null.</param>
    /// <exception cref="ArgumentException">A tensor is sparse, of another type or named <c>__metadata__</c>.</exception>
    /// <exception cref="IOException">The file could not be written.</exception>
    public static void Save(string path, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        AtomicFile.Write(path, stream => Save(stream, tensors, metadata));
    }

    /// <summary>Writes to a stream.</summary>
    /// <param name="stream">A stream to write to; left open.</param>
    /// <param name="tensors">Dense tensors by name, on any device.</param>
    /// <param name="metadata">Strings by name; may be null.</param>
    /// <exception cref="ArgumentException">A tensor is sparse, of another type or named <c>__metadata__</c>.</exception>
    public static void Save(Stream stream, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(tensors);
        foreach (var tensor in tensors.Values)
            ObjectDisposedException.ThrowIf(tensor.IsInvalid, tensor);
        if (tensors.FirstOrDefault(t => SafetensorsHeader.IsReserved(t.Key) || t.Value.is_sparse) is { Key: { } name })
            throw new ArgumentException($"Expected dense tensors, none of them named __metadata__, found {name}.", nameof(tensors));

        using var noGrad = torch.no_grad();
        // Largest elements first, so that all are aligned.
        var ordered = tensors.OrderByDescending(t => t.Value.dtype.ElementSize()).ToList();
        SafetensorsHeader.Write(stream, ordered, metadata);
        foreach (var (_, tensor) in ordered)
        {
            using var scope = torch.NewDisposeScope();
            var values = tensor.detach().cpu().contiguous().reshape(-1);
            if (!BitConverter.IsLittleEndian)
            {
                values = values.clone();
                TensorBytes.ReverseElements(values);
            }

            TensorBytes.ForEachPiece(values, bytes => stream.Write(bytes));
        }
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="device">The device for the tensors; null uses the CPU.</param>
    /// <returns>The content; the caller disposes it.</returns>
    /// <exception cref="DataFormatException">The file is damaged, or of another format.</exception>
    /// <exception cref="IOException">The file could not be read.</exception>
    /// <exception cref="ArgumentException">The device is not available.</exception>
    public static SafetensorsContent Load(string path, Device? device = null)
        => FileFormat.Open(path, stream => Load(stream, device));

    /// <summary>Reads a stream.</summary>
    /// <param name="stream">A seekable stream, read as a whole; left open.</param>
    /// <param name="device">The device for the tensors; null uses the CPU.</param>
    /// <returns>The content; the caller disposes it.</returns>
    /// <exception cref="DataFormatException">The stream is damaged, or of another format.</exception>
    /// <exception cref="ArgumentException">The stream cannot seek, or the device is not available.</exception>
    public static SafetensorsContent Load(Stream stream, Device? device = null)
    {
        FileFormat.CheckReadable(stream);
        Devices.CheckAvailable(device ?? torch.CPU, nameof(device));
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var header = SafetensorsHeader.Read(stream);
        var tensors = new OrderedDictionary<string, Tensor>();
        foreach (var entry in header.Entries)
            tensors.Add(entry.Name, Read(stream, entry).to(device ?? torch.CPU));
        foreach (var tensor in tensors.Values)
            _ = tensor.MoveToOuterDisposeScope();
        return new SafetensorsContent(tensors, header.Metadata);
    }

    /// <summary>True if the content is a safetensors file's: a length that a header can have, and JSON behind it.</summary>
    internal static bool Recognizes(Stream stream) => SafetensorsHeader.Recognizes(stream);

    private static Tensor Read(Stream stream, SafetensorsHeader.Entry entry)
    {
        var values = torch.empty(entry.Shape, entry.Type, torch.CPU);
        stream.Position = entry.Begin;
        using var flat = values.reshape(-1);
        TensorBytes.ForEachPiece(flat, stream.ReadExactly);
        TensorBytes.CheckBooleans(flat, entry.Name);
        if (!BitConverter.IsLittleEndian)
            TensorBytes.ReverseElements(flat);
        return values;
    }
}
