namespace DeepBelief.Files;

/// <summary>Reads and writes NumPy's <c>.npy</c> files: one array of numbers, no code.</summary>
/// <remarks>
/// Python reads them with <c>numpy.load</c> and writes them with <c>numpy.save</c>. Element types: <c>float16</c> to
/// <c>float64</c>, <c>int8</c> to <c>int64</c>, <c>uint8</c> and <c>bool</c>, in either byte order; tensors have the type of the
/// file. <c>uint16</c> is read as <c>int32</c>, <c>uint32</c> and <c>uint64</c> as <c>int64</c>. Arrays in Fortran order have such strides. Arrays of texts, records, complex numbers, dates and Python objects are
/// refused.
/// </remarks>
public static class NpyFile
{
    /// <summary>Writes a file, atomically.</summary>
    /// <param name="path">The file; replaced if it exists.</param>
    /// <param name="tensor">A dense tensor, on any device.</param>
    /// <exception cref="ArgumentException">The tensor is sparse, or of a type that NumPy lacks, such as <c>bfloat16</c>.</exception>
    /// <exception cref="IOException">The file could not be written.</exception>
    public static void Save(string path, Tensor tensor)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        AtomicFile.Write(path, stream => Save(stream, tensor));
    }

    /// <summary>Writes to a stream.</summary>
    /// <param name="stream">A stream to write to; left open.</param>
    /// <param name="tensor">A dense tensor, on any device.</param>
    /// <exception cref="ArgumentException">The tensor is sparse, or of a type that NumPy lacks, such as <c>bfloat16</c>.</exception>
    public static void Save(Stream stream, Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Check(tensor, nameof(tensor));
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        stream.Write(NpyHeader.Of(tensor));
        TensorBytes.ForEachPiece(Elements(tensor), bytes => stream.Write(bytes));
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="device">The device for the tensor; null uses the CPU.</param>
    /// <returns>The array; the caller disposes it.</returns>
    /// <exception cref="DataFormatException">The file is damaged, of another format, or has no numbers.</exception>
    /// <exception cref="IOException">The file could not be read.</exception>
    /// <exception cref="ArgumentException">The device is not available.</exception>
    public static Tensor Load(string path, Device? device = null) => FileFormat.Open(path, stream => Load(stream, device));

    /// <summary>Reads a stream.</summary>
    /// <param name="stream">A seekable stream, read as a whole; left open.</param>
    /// <param name="device">The device for the tensor; null uses the CPU.</param>
    /// <returns>The array; the caller disposes it.</returns>
    /// <exception cref="DataFormatException">The stream is damaged, of another format, or has no numbers.</exception>
    /// <exception cref="ArgumentException">The stream cannot seek, or the device is not available.</exception>
    public static Tensor Load(Stream stream, Device? device = null)
    {
        FileFormat.CheckReadable(stream);
        Devices.CheckAvailable(device ?? torch.CPU, nameof(device));
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        if (!NpyHeader.Begins(stream))
            throw new DataFormatException($"Expected the bytes of an .npy file, found {(NpzFile.Recognizes(stream) ? "those of an .npz file, which NpzFile reads" : FileFormat.FirstOf(stream))}.");
        stream.Position = 0;
        return Read(stream.ReadExactly, stream.Length, "Array").to(device ?? torch.CPU).MoveToOuterDisposeScope();
    }

    /// <summary>Reads header and elements of an array, whose number of bytes is known.</summary>
    internal static Tensor Read(NpyHeader.Fill fill, long length, string what)
    {
        var header = NpyHeader.Read(fill, length, what);
        return NumpyElements.Read(header.Shape, header.Type, header.IsFortran, bytes => fill(bytes), what);
    }

    internal static void Check(Tensor tensor, string name)
    {
        ArgumentNullException.ThrowIfNull(tensor, name);
        ObjectDisposedException.ThrowIf(tensor.IsInvalid, tensor);
        if (tensor.is_sparse)
            throw new ArgumentException("Expected a dense tensor, found a sparse one.", name);
        _ = ElementType.Numpy(tensor.dtype);
    }

    /// <summary>A tensor's elements in C order, <c>[n]</c>, on the CPU.</summary>
    internal static Tensor Elements(Tensor tensor) => tensor.detach().cpu().contiguous().reshape(-1);
}
