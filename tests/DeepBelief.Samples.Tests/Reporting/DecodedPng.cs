using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace DeepBelief.Samples.Tests.Reporting;

/// <summary>A PNG file with a palette, read by the letter of the standard: one bit of the checksum at a time.</summary>
internal sealed class DecodedPng
{
    private readonly Dictionary<string, byte[]> chunks = [];
    private readonly byte[] rows;

    public DecodedPng(byte[] file)
    {
        file[..8].Should().Equal(137, 80, 78, 71, 13, 10, 26, 10);
        for (var at = 8; at < file.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            var type = Encoding.ASCII.GetString(file, at + 4, 4);
            BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at + 8 + length)).Should().Be(Checksum(file.AsSpan(at + 4, 4 + length)));
            chunks.Add(type, file[(at + 8)..(at + 8 + length)]);
            at += 12 + length;
        }

        chunks.Keys.Should().Equal("IHDR", "PLTE", "tRNS", "IDAT", "IEND");
        chunks["IHDR"][8..].Should().Equal([8, 3, 0, 0, 0], "it has 8 bits, a palette, and neither filters nor interlacing");
        chunks["tRNS"].Should().Equal(0);
        Width = BinaryPrimitives.ReadInt32BigEndian(chunks["IHDR"]);
        Height = BinaryPrimitives.ReadInt32BigEndian(chunks["IHDR"].AsSpan(4));
        using var zlib = new ZLibStream(new MemoryStream(chunks["IDAT"]), CompressionMode.Decompress);
        using var content = new MemoryStream();
        zlib.CopyTo(content);
        rows = content.ToArray();
        rows.Should().HaveCount(Height * (1 + Width));
        Enumerable.Range(0, Height).Should().OnlyContain(y => rows[y * (1 + Width)] == 0);
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>The colour at a place, <c>0xRRGGBB</c>; null where it is transparent.</summary>
    public int? this[int x, int y]
    {
        get
        {
            var index = rows[(y * (1 + Width)) + 1 + x];
            var colour = chunks["PLTE"].AsSpan(3 * index, 3);
            return index == 0 ? null : (colour[0] << 16) | (colour[1] << 8) | colour[2];
        }
    }

    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var register = uint.MaxValue;
        foreach (var b in bytes)
        {
            register ^= b;
            for (var bit = 0; bit < 8; bit++)
                register = (register & 1) == 1 ? (register >> 1) ^ 0xEDB88320 : register >> 1;
        }

        return ~register;
    }
}
