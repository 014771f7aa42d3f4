using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace DeepBelief.Training;

/// <summary>A picture of grey values as the bytes of a PNG file (ISO/IEC 15948).</summary>
internal static class GreyPng
{
    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a];

    /// <summary>Returns the file.</summary>
    /// <param name="pixels">Grey values, row by row.</param>
    /// <param name="height">Number of rows.</param>
    /// <param name="width">Number of columns.</param>
    public static byte[] Of(ReadOnlySpan<byte> pixels, int height, int width)
    {
        using var file = new MemoryStream();
        file.Write(Signature);
        Span<byte> header = stackalloc byte[13];
        header.Clear();
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], height);
        // Eight bits a pixel, grey.
        header[8] = 8;
        Write(file, "IHDR"u8, header);
        Write(file, "IDAT"u8, Compressed(pixels, height, width));
        Write(file, "IEND"u8, []);
        return file.ToArray();
    }

    private static byte[] Compressed(ReadOnlySpan<byte> pixels, int height, int width)
    {
        using var bytes = new MemoryStream();
        using (var zlib = new ZLibStream(bytes, CompressionLevel.Optimal))
        {
            for (var row = 0; row < height; row++)
            {
                // Unfiltered.
                zlib.WriteByte(0);
                zlib.Write(pixels.Slice(row * width, width));
            }
        }

        return bytes.ToArray();
    }

    private static void Write(Stream file, ReadOnlySpan<byte> kind, ReadOnlySpan<byte> content)
    {
        Span<byte> number = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
        file.Write(number);
        file.Write(kind);
        file.Write(content);
        var crc = new Crc32();
        crc.Append(kind);
        crc.Append(content);
        BinaryPrimitives.WriteUInt32BigEndian(number, crc.GetCurrentHashAsUInt32());
        file.Write(number);
    }
}
