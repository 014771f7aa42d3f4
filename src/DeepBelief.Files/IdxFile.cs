namespace DeepBelief.Files;

/// <summary>Reads and writes IDX files, the format of MNIST: one array of numbers, no code, plain or compressed with gzip.</summary>
/// <remarks>
/// <para>Element types: <c>uint8</c>, <c>int8</c>, <c>int16</c>, <c>int32</c>, <c>float32</c> and <c>float64</c>; tensors have the type
/// of the file. Layout: LeCun, Cortes and Burges 1998, "The MNIST database of handwritten digits".</para>
/// <para>Compressed files have one part, as <c>gzip</c> makes them, and may become up to 100 times as large, and 1 MiB besides: more is
/// taken for an attack. What is written is not compressed.</para>
/// </remarks>
/// <example><code>
/// using var images = IdxFile.LoadImages("train-images-idx3-ubyte.gz");   // [60000, 784], in [0, 1]
/// using var labels = IdxFile.LoadLabels("train-labels-idx1-ubyte.gz");   // [60000]
/// </code></example>
public static class IdxFile
{
    private const int ImageDimensions = 3;
    private const double Brightest = 255;

    /// <summary>Writes a file, atomically.</summary>
    /// <param name="path">The file; replaced if it exists.</param>
    /// <param name="tensor">A dense tensor of one dimension or more, on any device.</param>
    /// <exception cref="ArgumentException">The tensor is sparse, a scalar, or of a type that IDX files lack, such as <c>int64</c>.</exception>
    /// <exception cref="IOException">The file could not be written.</exception>
    public static void Save(string path, Tensor tensor)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        AtomicFile.Write(path, stream => Save(stream, tensor));
    }

    /// <summary>Writes to a stream.</summary>
    /// <param name="stream">A stream to write to; left open.</param>
    /// <param name="tensor">A dense tensor of one dimension or more, on any device.</param>
    /// <exception cref="ArgumentException">The tensor is sparse, a scalar, or of a type that IDX files lack, such as <c>int64</c>.</exception>
    public static void Save(Stream stream, Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(stream);
        NpyFile.Check(tensor, nameof(tensor));
        var header = IdxHeader.Of(tensor, nameof(tensor));
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        stream.Write(header);
        var elements = NpyFile.Elements(tensor);
        // Not in place: the elements may be the tensor's own.
        if (BitConverter.IsLittleEndian)
            TensorBytes.ReverseElements(elements = elements.clone());
        TensorBytes.ForEachPiece(elements, bytes => stream.Write(bytes));
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="device">The device for the tensor; null uses the CPU.</param>
    /// <returns>The array; the caller disposes it.</returns>
    /// <exception cref="DataFormatException">The file is damaged or of another format.</exception>
    /// <exception cref="IOException">The file could not be read.</exception>
    /// <exception cref="ArgumentException">The device is not available.</exception>
    public static Tensor Load(string path, Device? device = null) => FileFormat.Open(path, stream => Load(stream, device));

    /// <summary>Reads a stream.</summary>
    /// <param name="stream">A seekable stream, read as a whole; left open.</param>
    /// <param name="device">The device for the tensor; null uses the CPU.</param>
    /// <returns>The array; the caller disposes it.</returns>
    /// <exception cref="DataFormatException">The stream is damaged or of another format.</exception>
    /// <exception cref="ArgumentException">The stream cannot seek, or the device is not available.</exception>
    public static Tensor Load(Stream stream, Device? device = null)
    {
        FileFormat.CheckReadable(stream);
        Devices.CheckAvailable(device ?? torch.CPU, nameof(device));
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        return Read(stream, _ => { }).to(device ?? torch.CPU).MoveToOuterDisposeScope();
    }

    /// <summary>Reads images, one per row, with pixels scaled to [0, 1].</summary>
    /// <param name="path">The file: three dimensions (images, rows, columns) of <c>uint8</c>, at least one pixel.</param>
    /// <param name="device">The device for the tensor; null uses the CPU.</param>
    /// <returns><c>[images, rows · columns]</c>, <c>float32</c>; the caller disposes it.</returns>
    /// <exception cref="DataFormatException">The file is damaged or holds no images.</exception>
    /// <exception cref="IOException">The file could not be read.</exception>
    /// <exception cref="ArgumentException">The device is not available.</exception>
    public static Tensor LoadImages(string path, Device? device = null)
    {
        Devices.CheckAvailable(device ?? torch.CPU, nameof(device));
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var images = FileFormat.Open(path, stream => Read(stream, header => Check(header, ImageDimensions, "images")));
        using var brightest = torch.tensor(Brightest, ScalarType.Float32, torch.CPU);
        return images.reshape(images.shape[0], -1).to(ScalarType.Float32).div(brightest).to(device ?? torch.CPU).MoveToOuterDisposeScope();
    }

    /// <summary>Reads labels.</summary>
    /// <param name="path">The file: one dimension of <c>uint8</c>, at least one label.</param>
    /// <param name="device">The device for the tensor; null uses the CPU.</param>
    /// <returns><c>[labels]</c>, <c>int64</c>; the caller disposes it.</returns>
    /// <exception cref="DataFormatException">The file is damaged or holds no labels.</exception>
    /// <exception cref="IOException">The file could not be read.</exception>
    /// <exception cref="ArgumentException">The device is not available.</exception>
    public static Tensor LoadLabels(string path, Device? device = null)
    {
        Devices.CheckAvailable(device ?? torch.CPU, nameof(device));
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var labels = FileFormat.Open(path, stream => Read(stream, header => Check(header, 1, "labels")));
        return labels.to(ScalarType.Int64).to(device ?? torch.CPU).MoveToOuterDisposeScope();
    }

    /// <summary>True if the content is that of an IDX file, plain or compressed.</summary>
    internal static bool Recognizes(Stream stream)
    {
        try
        {
            return GzipContent.Peek(stream, IdxHeader.Begins);
        }
        catch (DataFormatException)
        {
            return false;
        }
    }

    private static void Check(IdxHeader header, int dimensions, string what)
    {
        if (header.Type != ScalarType.Byte)
            throw IdxHeader.Fault($"expected {what} of {ScalarType.Byte}, found {header.Type}");
        if (header.Shape.Count != dimensions)
            throw IdxHeader.Fault($"expected {what}, which have {dimensions} dimensions, found {header.Shape.Count}");
        if (header.Shape.Contains(0))
            throw IdxHeader.Fault($"expected at least one value, found a shape of {NumpyElements.Text(header.Shape)}");
    }

    private static Tensor Read(Stream file, Action<IdxHeader> check) => GzipContent.Read(file, content =>
    {
        var header = IdxHeader.Read(content);
        check(header);
        var bytes = header.Bytes;
        var isPlain = ReferenceEquals(content, file);
        if (isPlain && bytes != file.Length - header.Length)
            throw IdxHeader.Fault($"expected {bytes} bytes for {header.Type} {NumpyElements.Text(header.Shape)}, found {file.Length - header.Length}");
        // Before memory is taken for them.
        if (!isPlain && bytes > GzipContent.Most(file))
            throw IdxHeader.Fault($"expected at most {GzipContent.Most(file)} bytes in a compressed file of {file.Length}, found a shape of {NumpyElements.Text(header.Shape)}");
        var type = new NumpyType(header.Type, IsSwapped: BitConverter.IsLittleEndian && header.Type.ElementSize() > 1);
        var tensor = NumpyElements.Read(header.Shape, type, isFortran: false, Fill, "Array");
        if (content.ReadByte() >= 0)
            throw IdxHeader.Fault($"expected {bytes} bytes for {header.Type} {NumpyElements.Text(header.Shape)}, found more");
        return tensor;

        void Fill(Span<byte> piece)
        {
            if (content.ReadAtLeast(piece, piece.Length, throwOnEndOfStream: false) is var found && found < piece.Length)
                throw IdxHeader.Fault($"expected {bytes} bytes for {header.Type} {NumpyElements.Text(header.Shape)}, found fewer");
        }
    });
}
