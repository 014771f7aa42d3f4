using System.Buffers.Binary;

namespace DeepBelief.Files;

/// <summary>The header of an IDX file: two zeros, the type of the elements, the number of dimensions, and each one's size.</summary>
/// <remarks>Layout: Y. LeCun, C. Cortes and C. J. C. Burges, "The MNIST database of handwritten digits", 1998.</remarks>
/// <param name="Type">The elements, which files have in big-endian order.</param>
/// <param name="Shape">The shape.</param>
internal sealed record IdxHeader(ScalarType Type, IReadOnlyList<long> Shape)
{
    private static readonly (byte Code, ScalarType Type)[] Types =
    [
        (0x08, ScalarType.Byte),
        (0x09, ScalarType.Int8),
        (0x0b, ScalarType.Int16),
        (0x0c, ScalarType.Int32),
        (0x0d, ScalarType.Float32),
        (0x0e, ScalarType.Float64),
    ];

    /// <summary>The number of bytes of the header.</summary>
    public long Length => 4 + (4 * Shape.Count);

    /// <summary>The number of bytes of the elements.</summary>
    public long Bytes => NumpyElements.Bytes(Shape, Type, Fault);

    /// <summary>True if a stream begins with the four bytes of a header.</summary>
    public static bool Begins(Stream content)
    {
        Span<byte> start = stackalloc byte[4];
        return content.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && TypeOf(start) is not null;
    }

    /// <summary>Reads a header.</summary>
    public static IdxHeader Read(Stream content)
    {
        Span<byte> start = stackalloc byte[4];
        start = start[..content.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        if (start.Length < 4 || TypeOf(start) is not { } type)
            throw Fault($"expected an IDX file, which begins with 00 00, a type (08, 09 or 0B to 0E) and 1 to {NumpyElements.MostDimensions} dimensions, found {(start.Length == 0 ? "no bytes" : Convert.ToHexString(start))}");
        var shape = new long[start[3]];
        Span<byte> size = stackalloc byte[4];
        for (var i = 0; i < shape.Length; i++)
        {
            if (content.ReadAtLeast(size, size.Length, throwOnEndOfStream: false) < size.Length)
                throw Fault($"expected {shape.Length} sizes of dimensions, found {i}");
            shape[i] = BinaryPrimitives.ReadUInt32BigEndian(size);
        }

        return new IdxHeader(type, shape);
    }

    /// <summary>Returns the header for a tensor; throws if the format has no such tensors.</summary>
    public static byte[] Of(Tensor tensor, string name)
    {
        if (Types.FirstOrDefault(known => known.Type == tensor.dtype) is not { Code: not 0 } known)
            throw new ArgumentException($"Expected an element type that IDX files have ({string.Join(", ", Types.Select(each => each.Type))}), found {tensor.dtype}.", name);
        if (tensor.dim() is 0 or > NumpyElements.MostDimensions || tensor.shape.Any(size => size > uint.MaxValue))
            throw new ArgumentException($"Expected 1 to {NumpyElements.MostDimensions} dimensions of sizes below 2^32, found {Shapes.Text(tensor)}.", name);
        var header = new byte[4 + (4 * tensor.dim())];
        (header[2], header[3]) = (known.Code, (byte)tensor.dim());
        foreach (var (i, size) in tensor.shape.Index())
            BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(4 + (4 * i)), (uint)size);
        return header;
    }

    public static DataFormatException Fault(string fault) => new($"Array: {fault}.");

    private static ScalarType? TypeOf(ReadOnlySpan<byte> start)
    {
        var code = start[2];
        return start[0] == 0 && start[1] == 0 && start[3] is > 0 and <= NumpyElements.MostDimensions && Array.FindIndex(Types, type => type.Code == code) is >= 0 and var at ? Types[at].Type : null;
    }
}
