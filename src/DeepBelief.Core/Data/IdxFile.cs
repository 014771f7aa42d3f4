using System.Buffers.Binary;
using System.IO.Compression;
using DeepBelief.Files;
using DeepBelief.Tensors;

namespace DeepBelief.Data;

/// <summary>Reads MNIST's IDX files (LeCun, Cortes and Burges 1998): unsigned bytes, plain or compressed with gzip.</summary>
public static class IdxFile
{
    private const byte UnsignedByte = 0x08;
    private const int MostDimensions = 8;

    /// <summary>Reads images, one per row, with pixels scaled to [0, 1].</summary>
    /// <param name="path">The file: three dimensions (images, rows, columns) of bytes.</param>
    /// <returns><c>[images, rows · columns]</c>, <c>float32</c>, on the CPU.</returns>
    /// <exception cref="DataFormatException">The file is truncated or of another kind.</exception>
    /// <exception cref="IOException">The file could not be read.</exception>
    public static Tensor ReadImages(string path)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var images = Read(path, dimensions: 3);
        return images.reshape(images.shape[0], -1).to(ScalarType.Float32).Over(255).MoveToOuterDisposeScope();
    }

    /// <summary>Reads labels.</summary>
    /// <param name="path">The file: one dimension of bytes.</param>
    /// <returns><c>[labels]</c>, <c>int64</c>, on the CPU.</returns>
    /// <exception cref="DataFormatException">The file is truncated or of another kind.</exception>
    /// <exception cref="IOException">The file could not be read.</exception>
    public static Tensor ReadLabels(string path)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        return Read(path, dimensions: 1).to(ScalarType.Int64).MoveToOuterDisposeScope();
    }

    private static Tensor Read(string path, int dimensions)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var file = FileStreams.OpenRead(path);
        var compressed = file.ReadByte() == 0x1f && file.ReadByte() == 0x8b;
        file.Position = 0;
        using Stream stream = compressed ? new GZipStream(file, CompressionMode.Decompress) : file;
        try
        {
            return Parse(stream, dimensions);
        }
        catch (Exception e) when (e is EndOfStreamException or InvalidDataException or OverflowException)
        {
            throw new DataFormatException($"{path}: expected an IDX file, found only a part of one or damaged data.", e);
        }
        catch (DataFormatException e)
        {
            throw new DataFormatException($"{path}: {e.Message}", e);
        }
    }

    private static Tensor Parse(Stream stream, int dimensions)
    {
        Span<byte> header = stackalloc byte[4];
        stream.ReadExactly(header);
        if (header[0] != 0 || header[1] != 0 || header[2] != UnsignedByte || header[3] is 0 or > MostDimensions)
            throw new DataFormatException($"Expected an IDX file of unsigned bytes, which begins 00 00 08, found {Convert.ToHexString(header)}.");
        if (header[3] != dimensions)
            throw new DataFormatException($"Expected {dimensions} dimensions, found {header[3]}.");

        Span<byte> length = stackalloc byte[4];
        var shape = new long[dimensions];
        var total = 1L;
        for (var i = 0; i < dimensions; i++)
        {
            stream.ReadExactly(length);
            shape[i] = BinaryPrimitives.ReadUInt32BigEndian(length);
            total = checked(total * shape[i]);
        }

        if (total == 0)
            throw new DataFormatException($"Expected at least one value, found a shape of [{string.Join(", ", shape)}].");

        // Grows with the bytes actually read: a header alone cannot allocate memory.
        using var content = new MemoryStream();
        stream.CopyTo(content);
        if (content.Length != total)
            throw new DataFormatException($"Expected {total} bytes for a shape of [{string.Join(", ", shape)}], found {content.Length}.");
        var values = torch.empty(shape, ScalarType.Byte, torch.CPU);
        values.bytes = content.GetBuffer().AsSpan(0, (int)total);
        return values;
    }
}
