using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace DeepBelief.Files;

/// <summary>
/// Writes a zip archive of uncompressed entries aligned to 64 bytes, like PyTorch's, so that they can be memory-mapped. Equal
/// contents give equal files.
/// </summary>
/// <param name="stream">The target; need not be readable or seekable.</param>
/// <param name="large">The smallest offset or length that is written with 64 bits.</param>
internal sealed class ZipWriter(Stream stream, long large = uint.MaxValue)
{
    private const int Alignment = 64;
    private const int ChunkBytes = 1 << 20;

    // PyTorch's ID of the extra field for padding.
    private const ushort PaddingField = 0x4246;
    private const ushort LargeField = 1;

    // 1 January 1980, the earliest date in zip.
    private const ushort Date = (1 << 5) | 1;
    private const ushort Utf8Names = 1 << 11;

    private readonly List<Entry> entries = [];
    private long position;

    public void Write(string name, ReadOnlySpan<byte> bytes)
    {
        Begin(name, bytes.Length, Crc32.HashToUInt32(bytes));
        Put(bytes);
    }

    /// <summary>Writes a contiguous CPU tensor, <c>[n]</c>, as an entry, behind some bytes.</summary>
    public void Write(string name, Tensor values, ReadOnlySpan<byte> before = default)
    {
        // The checksum precedes the bytes; reading memory twice is faster than seeking back in a stream.
        var crc = new Crc32();
        crc.Append(before);
        TensorBytes.ForEachPiece(values, piece => crc.Append(piece));
        Begin(name, before.Length + (values.numel() * values.dtype.ElementSize()), crc.GetCurrentHashAsUInt32());
        Put(before);
        TensorBytes.ForEachPiece(values, piece =>
        {
            for (var at = 0; at < piece.Length; at += ChunkBytes)
                Put(piece.Slice(at, Math.Min(ChunkBytes, piece.Length - at)));
        });
    }

    /// <summary>Writes the directory.</summary>
    public void Finish()
    {
        var start = position;
        foreach (var entry in entries)
            PutDirectoryEntry(entry);
        var length = position - start;
        if (entries.Count >= ushort.MaxValue || start >= large || length >= large)
            PutEnd64(start, length);

        Span<byte> end = stackalloc byte[22];
        end.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(end, 0x06054b50);
        BinaryPrimitives.WriteUInt16LittleEndian(end[8..], (ushort)Math.Min(entries.Count, ushort.MaxValue));
        BinaryPrimitives.WriteUInt16LittleEndian(end[10..], (ushort)Math.Min(entries.Count, ushort.MaxValue));
        BinaryPrimitives.WriteUInt32LittleEndian(end[12..], Small(length));
        BinaryPrimitives.WriteUInt32LittleEndian(end[16..], Small(start));
        Put(end);
    }

    private void Begin(string name, long size, uint crc)
    {
        var entry = new Entry(Encoding.UTF8.GetBytes(name), size, crc, position);
        entries.Add(entry);
        var sizes = size >= large ? 20 : 0;
        var data = position + 30 + entry.Name.Length + sizes + 4;
        var padding = (int)((Alignment - (data % Alignment)) % Alignment);

        var header = new byte[30 + entry.Name.Length + sizes + 4 + padding];
        var fields = header.AsSpan();
        BinaryPrimitives.WriteUInt32LittleEndian(fields, 0x04034b50);
        PutCommonFields(fields[4..], entry, size >= large ? uint.MaxValue : (uint)size);
        BinaryPrimitives.WriteUInt16LittleEndian(fields[28..], (ushort)(sizes + 4 + padding));
        entry.Name.CopyTo(fields[30..]);
        var extra = fields[(30 + entry.Name.Length)..];
        if (sizes > 0)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(extra, LargeField);
            BinaryPrimitives.WriteUInt16LittleEndian(extra[2..], 16);
            BinaryPrimitives.WriteInt64LittleEndian(extra[4..], size);
            BinaryPrimitives.WriteInt64LittleEndian(extra[12..], size);
            extra = extra[sizes..];
        }

        BinaryPrimitives.WriteUInt16LittleEndian(extra, PaddingField);
        BinaryPrimitives.WriteUInt16LittleEndian(extra[2..], (ushort)padding);
        Put(header);
    }

    private void PutDirectoryEntry(Entry entry)
    {
        var isLarge = entry.Size >= large || entry.Start >= large;
        var header = new byte[46 + entry.Name.Length + (isLarge ? 28 : 0)];
        var fields = header.AsSpan();
        BinaryPrimitives.WriteUInt32LittleEndian(fields, 0x02014b50);
        BinaryPrimitives.WriteUInt16LittleEndian(fields[4..], 45);
        PutCommonFields(fields[6..], entry, isLarge ? uint.MaxValue : (uint)entry.Size);
        BinaryPrimitives.WriteUInt16LittleEndian(fields[30..], (ushort)(isLarge ? 28 : 0));
        BinaryPrimitives.WriteUInt32LittleEndian(fields[42..], isLarge ? uint.MaxValue : (uint)entry.Start);
        entry.Name.CopyTo(fields[46..]);
        if (isLarge)
        {
            var extra = fields[(46 + entry.Name.Length)..];
            BinaryPrimitives.WriteUInt16LittleEndian(extra, LargeField);
            BinaryPrimitives.WriteUInt16LittleEndian(extra[2..], 24);
            BinaryPrimitives.WriteInt64LittleEndian(extra[4..], entry.Size);
            BinaryPrimitives.WriteInt64LittleEndian(extra[12..], entry.Size);
            BinaryPrimitives.WriteInt64LittleEndian(extra[20..], entry.Start);
        }

        Put(header);
    }

    // Shared by local headers and directory entries: from the version needed to the length of the name.
    private static void PutCommonFields(Span<byte> fields, Entry entry, uint size)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(fields, (ushort)(size == uint.MaxValue ? 45 : 20));
        BinaryPrimitives.WriteUInt16LittleEndian(fields[2..], Utf8Names);
        BinaryPrimitives.WriteUInt16LittleEndian(fields[8..], Date);
        BinaryPrimitives.WriteUInt32LittleEndian(fields[10..], entry.Crc);
        BinaryPrimitives.WriteUInt32LittleEndian(fields[14..], size);
        BinaryPrimitives.WriteUInt32LittleEndian(fields[18..], size);
        BinaryPrimitives.WriteUInt16LittleEndian(fields[22..], (ushort)entry.Name.Length);
    }

    private void PutEnd64(long start, long length)
    {
        Span<byte> end = stackalloc byte[56 + 20];
        end.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(end, 0x06064b50);
        BinaryPrimitives.WriteInt64LittleEndian(end[4..], 44);
        BinaryPrimitives.WriteUInt16LittleEndian(end[12..], 45);
        BinaryPrimitives.WriteUInt16LittleEndian(end[14..], 45);
        BinaryPrimitives.WriteInt64LittleEndian(end[24..], entries.Count);
        BinaryPrimitives.WriteInt64LittleEndian(end[32..], entries.Count);
        BinaryPrimitives.WriteInt64LittleEndian(end[40..], length);
        BinaryPrimitives.WriteInt64LittleEndian(end[48..], start);
        var locator = end[56..];
        BinaryPrimitives.WriteUInt32LittleEndian(locator, 0x07064b50);
        BinaryPrimitives.WriteInt64LittleEndian(locator[8..], position);
        BinaryPrimitives.WriteUInt32LittleEndian(locator[16..], 1);
        Put(end);
    }

    private uint Small(long value) => value >= large ? uint.MaxValue : (uint)value;

    private void Put(ReadOnlySpan<byte> bytes)
    {
        stream.Write(bytes);
        position += bytes.Length;
    }

    private sealed record Entry(byte[] Name, long Size, uint Crc, long Start);
}
