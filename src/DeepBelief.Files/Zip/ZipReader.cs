using System.Buffers.Binary;
using System.Text;

namespace DeepBelief.Files;

/// <summary>
/// Reads zip entries: uncompressed ones, the kind that PyTorch writes, and where it is asked for, others. Checks each offset and
/// length before use, lets no two entries share a byte and verifies checksums, so it never reads more than the file holds.
/// </summary>
/// <remarks>Layout: APPNOTE of the zip format, sections 4.3 and 4.4.</remarks>
internal sealed class ZipReader
{
    /// <summary>The method of entries that Deflate has compressed, the only one in use.</summary>
    public const int Deflated = 8;

    private const int EndLength = 22;
    private const int End64Length = 56;
    private const int LocatorLength = 20;
    private const int DirectoryEntryLength = 46;
    private const int LocalHeaderLength = 30;

    private readonly Stream stream;
    private readonly Dictionary<string, Entry> entries = [];

    /// <summary>Reads the directory of an archive that takes up the whole stream.</summary>
    /// <exception cref="DataFormatException">The stream is not a zip archive, or a damaged one.</exception>
    public ZipReader(Stream stream)
    {
        this.stream = stream;
        var (start, length, count) = FindDirectory();
        var directory = ReadAt(start, Checked(length, int.MaxValue, "the zip directory"));
        var found = new List<Entry>();
        for (var at = 0; at < directory.Length;)
            found.Add(DirectoryEntry(directory, ref at));
        if (found.Count != count)
            throw new DataFormatException($"Zip directory: expected {count} entries, found {found.Count}.");

        // An entry must end before the next one begins.
        found.Sort((a, b) => a.Start.CompareTo(b.Start));
        for (var i = 0; i < found.Count; i++)
        {
            var entry = found[i] with { End = i + 1 < found.Count ? found[i + 1].Start : start };
            if (!entries.TryAdd(entry.Name, entry))
                throw new DataFormatException($"Entry {entry.Name}: expected once in the zip archive, found twice.");
        }
    }

    /// <summary>True if a stream begins like a zip archive.</summary>
    public static bool Begins(Stream stream) => FileFormat.Starts(stream, "PK\u0003\u0004"u8) || FileFormat.Starts(stream, "PK\u0005\u0006"u8);

    /// <summary>Reads the directory to see what is in an archive; null if the stream is none, or too damaged to tell.</summary>
    public static ZipReader? TryOpen(Stream stream)
    {
        try
        {
            return Begins(stream) ? new ZipReader(stream) : null;
        }
        catch (DataFormatException)
        {
            return null;
        }
    }

    public IEnumerable<Entry> Entries => entries.Values;

    public long Length => stream.Length;

    public Entry? Find(string name) => entries.GetValueOrDefault(name);

    public byte[] ReadAll(Entry entry, long most)
    {
        using var content = OpenStored(entry);
        var bytes = new byte[Checked(entry.Size, most, $"entry {entry.Name}")];
        content.ReadExactly(bytes);
        content.Finish();
        return bytes;
    }

    /// <summary>Reads an entry as elements of a type, <c>[n]</c>; ignores bytes beyond the last whole element.</summary>
    public Tensor Read(Entry entry, ScalarType type)
    {
        // Checks that the file has these bytes before allocating memory.
        using var content = OpenStored(entry);
        var values = torch.empty(entry.Size / type.ElementSize(), type, torch.CPU);
        TensorBytes.ForEachPiece(values, content.ReadExactly);
        if (content.Left > 0)
            content.ReadExactly(new byte[content.Left]);
        content.Finish();
        return values;
    }

    /// <summary>Opens an entry, which may be deflated; the file then has the bytes that are stored, and more may come of them.</summary>
    public ZipEntryStream Open(Entry entry)
    {
        if (entry.Method is not (0 or Deflated) || (entry.Method == 0 && entry.Size != entry.StoredSize))
            throw new DataFormatException($"Entry {entry.Name}: expected it stored, or compressed by Deflate (method {Deflated}), found method {entry.Method} and {entry.StoredSize} bytes for {entry.Size}.");
        Seek(entry);
        return new ZipEntryStream(stream, entry);
    }

    private ZipEntryStream OpenStored(Entry entry)
        => entry.Method == 0 && entry.Size == entry.StoredSize
            ? Open(entry)
            : throw new DataFormatException($"Entry {entry.Name}: expected it stored without compression, found it compressed.");

    private void Seek(Entry entry)
    {
        if (entry.Encrypted)
            throw new DataFormatException($"Entry {entry.Name}: expected it stored without encryption, found it encrypted.");
        if (entry.End - entry.Start < LocalHeaderLength)
            throw Overlapping(entry);
        var header = ReadAt(entry.Start, LocalHeaderLength);
        if (BinaryPrimitives.ReadUInt32LittleEndian(header) != 0x04034b50)
            throw new DataFormatException($"Entry {entry.Name}: expected a zip entry at byte {entry.Start}, found something else.");
        var nameLength = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(26));
        var extraLength = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(28));
        var data = entry.Start + LocalHeaderLength + nameLength + extraLength;
        if (entry.StoredSize > entry.End - data)
            throw Overlapping(entry);
        if (Encoding.UTF8.GetString(ReadAt(entry.Start + LocalHeaderLength, nameLength)) != entry.Name)
            throw new DataFormatException($"Entry {entry.Name}: expected its name at byte {entry.Start + LocalHeaderLength}, found another.");
        stream.Position = data;
    }

    private static DataFormatException Overlapping(Entry entry)
        => new($"Entry {entry.Name}: expected {entry.StoredSize} bytes of its own, found fewer before the next entry begins.");

    private (long Start, long Length, long Count) FindDirectory()
    {
        var tailLength = (int)Math.Min(stream.Length, EndLength + ushort.MaxValue);
        var tail = ReadAt(stream.Length - tailLength, tailLength).AsSpan();
        for (var i = tail.Length - EndLength; i >= 0; i--)
        {
            var end = tail[i..];
            if (BinaryPrimitives.ReadUInt32LittleEndian(end) != 0x06054b50 || BinaryPrimitives.ReadUInt16LittleEndian(end[20..]) != end.Length - EndLength)
                continue;
            var at = stream.Length - end.Length;
            var (start, length, count, limit) = FindDirectory64(at) ?? (
                BinaryPrimitives.ReadUInt32LittleEndian(end[16..]),
                BinaryPrimitives.ReadUInt32LittleEndian(end[12..]),
                BinaryPrimitives.ReadUInt16LittleEndian(end[10..]),
                at);
            if (start < 0 || length < 0 || start > limit || length > limit - start)
                throw new DataFormatException($"Zip directory: expected it before byte {limit}, found it at byte {start} with {length} bytes.");
            return (start, length, count);
        }

        throw new DataFormatException("Expected a zip archive, as PyTorch's and NumPy's files are, found something else or only a part of one.");
    }

    private (long Start, long Length, long Count, long Limit)? FindDirectory64(long end)
    {
        if (end < LocatorLength + End64Length)
            return null;
        var locator = ReadAt(end - LocatorLength, LocatorLength);
        if (BinaryPrimitives.ReadUInt32LittleEndian(locator) != 0x07064b50)
            return null;
        var at = BinaryPrimitives.ReadInt64LittleEndian(locator.AsSpan(8));
        if (at < 0 || at > end - LocatorLength - End64Length)
            throw new DataFormatException($"Zip directory: expected its end before byte {end}, found it at byte {at}.");
        var record = ReadAt(at, End64Length).AsSpan();
        if (BinaryPrimitives.ReadUInt32LittleEndian(record) != 0x06064b50)
            throw new DataFormatException($"Zip directory: expected its end at byte {at}, found something else.");
        return (
            BinaryPrimitives.ReadInt64LittleEndian(record[48..]),
            BinaryPrimitives.ReadInt64LittleEndian(record[40..]),
            BinaryPrimitives.ReadInt64LittleEndian(record[32..]),
            at);
    }

    private Entry DirectoryEntry(byte[] directory, ref int at)
    {
        var fields = directory.AsSpan(at);
        if (fields.Length < DirectoryEntryLength || BinaryPrimitives.ReadUInt32LittleEndian(fields) != 0x02014b50)
            throw new DataFormatException($"Zip directory: expected an entry at its byte {at}, found something else.");
        var nameLength = BinaryPrimitives.ReadUInt16LittleEndian(fields[28..]);
        var extraLength = BinaryPrimitives.ReadUInt16LittleEndian(fields[30..]);
        var length = DirectoryEntryLength + nameLength + extraLength + BinaryPrimitives.ReadUInt16LittleEndian(fields[32..]);
        if (length > fields.Length)
            throw new DataFormatException($"Zip directory: expected an entry of {length} bytes at its byte {at}, found {fields.Length} bytes.");

        var name = Encoding.UTF8.GetString(fields.Slice(DirectoryEntryLength, nameLength));
        long size = BinaryPrimitives.ReadUInt32LittleEndian(fields[24..]);
        long storedSize = BinaryPrimitives.ReadUInt32LittleEndian(fields[20..]);
        long start = BinaryPrimitives.ReadUInt32LittleEndian(fields[42..]);
        var large = LargeSizes(fields.Slice(DirectoryEntryLength + nameLength, extraLength));
        Enlarge(ref size, ref large);
        Enlarge(ref storedSize, ref large);
        Enlarge(ref start, ref large);
        if (size < 0 || storedSize < 0 || storedSize > stream.Length || start < 0 || start > stream.Length)
            throw new DataFormatException($"Entry {name}: expected it within the file's {stream.Length} bytes, found {storedSize} bytes at byte {start}.");

        at += length;
        return new Entry(
            name,
            size,
            storedSize,
            BinaryPrimitives.ReadUInt32LittleEndian(fields[16..]),
            BinaryPrimitives.ReadUInt16LittleEndian(fields[10..]),
            (fields[8] & 1) != 0,
            start,
            0);
    }

    // The extra field with the 64-bit values of fields that exceed 32 bits, in order.
    private static ReadOnlySpan<byte> LargeSizes(ReadOnlySpan<byte> extra)
    {
        while (extra.Length >= 4)
        {
            var length = Math.Min(BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]), extra.Length - 4);
            if (BinaryPrimitives.ReadUInt16LittleEndian(extra) == 1)
                return extra.Slice(4, length);
            extra = extra[(4 + length)..];
        }

        return [];
    }

    private static void Enlarge(ref long value, ref ReadOnlySpan<byte> large)
    {
        if (value != uint.MaxValue || large.Length < 8)
            return;
        value = BinaryPrimitives.ReadInt64LittleEndian(large);
        large = large[8..];
    }

    private byte[] ReadAt(long position, int count)
    {
        var bytes = new byte[count];
        stream.Position = position;
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static int Checked(long length, long most, string what)
        => length <= most ? (int)length : throw new DataFormatException($"Expected {what} to have at most {most} bytes, found {length}.");

    /// <summary>An entry of the directory; its name, a path in the archive, is never used as a file system path.</summary>
    /// <remarks>
    /// Size and stored size in bytes, which differ if compressed. Method: 0 if not compressed. Start: offset of the header. End:
    /// upper limit of the entry's end.
    /// </remarks>
    internal sealed record Entry(string Name, long Size, long StoredSize, uint Crc, int Method, bool Encrypted, long Start, long End);
}
