using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace DeepBelief.Samples.Reporting.Images;

/// <summary>Writes PNG files (ISO/IEC 15948) with a palette.</summary>
public static class Png
{
    private const byte BitDepth = 8;
    private const byte IndexedColour = 3;

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', (byte)'\r', (byte)'\n', 0x1a, (byte)'\n'];

    /// <summary>The bytes of a PNG file.</summary>
    public static byte[] Encode(IndexedImage image)
    {
        using var file = new MemoryStream();
        file.Write(Signature);
        Write(file, "IHDR"u8, Header(image));
        Write(file, "PLTE"u8, image.Palette.Colours);
        Write(file, "tRNS"u8, [0]); // Index 0 is transparent; what is not listed is opaque.
        Write(file, "IDAT"u8, Compress(image));
        Write(file, "IEND"u8, []);
        return file.ToArray();
    }

    private static byte[] Header(IndexedImage image)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, image.Width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), image.Height);
        header[8] = BitDepth;
        header[9] = IndexedColour;
        return header;
    }

    private static byte[] Compress(IndexedImage image)
    {
        using var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.SmallestSize))
        {
            for (var y = 0; y < image.Height; y++)
            {
                zlib.WriteByte(0); // This row is not filtered.
                zlib.Write(image.Row(y));
            }
        }

        return compressed.ToArray();
    }

    private static void Write(MemoryStream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> content)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
        file.Write(number);
        file.Write(type);
        file.Write(content);
        var crc = new Crc32();
        crc.Append(type);
        crc.Append(content);
        BinaryPrimitives.WriteUInt32BigEndian(number, crc.GetCurrentHashAsUInt32());
        file.Write(number);
    }
}
