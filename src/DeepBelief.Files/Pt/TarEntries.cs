using System.Text;

namespace DeepBelief.Files;

/// <summary>Where the entries of a tar archive are; names of up to 100 characters, no other kinds than files.</summary>
/// <remarks>Layout: POSIX.1-2001, pax interchange format: a header of 512 bytes, then the content in blocks of 512 bytes.</remarks>
internal static class TarEntries
{
    private const int BlockBytes = 512;
    private const int MostEntries = 100;

    /// <summary>True if a stream begins like a tar archive.</summary>
    public static bool Begins(Stream stream)
    {
        Span<byte> block = stackalloc byte[BlockBytes];
        stream.Position = 0;
        return stream.ReadAtLeast(block, BlockBytes, throwOnEndOfStream: false) == BlockBytes && IsHeader(block);
    }

    /// <summary>Returns where each file's content begins and how long it is, by name.</summary>
    /// <exception cref="DataFormatException">The archive is damaged, or only a part of one.</exception>
    public static Dictionary<string, (long Begin, long Length)> Read(Stream stream)
    {
        var entries = new Dictionary<string, (long Begin, long Length)>();
        var block = new byte[BlockBytes];
        for (long at = 0; ;)
        {
            if (at > stream.Length - BlockBytes)
                throw new DataFormatException($"Tar archive: expected a header at byte {at}, found the end of the file; this is only a part of an archive.");
            stream.Position = at;
            stream.ReadExactly(block);
            // A block of zeros is the end.
            if (!block.AsSpan().ContainsAnyExcept((byte)0))
                return entries;
            if (!IsHeader(block))
                throw new DataFormatException($"Tar archive: expected a header at byte {at}, found something else.");
            var (name, length) = (Text(block.AsSpan(0, 100)), Octal(block.AsSpan(124, 12)) ?? -1);
            at += BlockBytes;
            if (length < 0 || length > stream.Length - at)
                throw new DataFormatException($"Tar archive: expected the content of {name} within the file's {stream.Length} bytes, found {length} bytes at byte {at}; this is only a part of an archive.");
            // Others are folders, or have facts such as times.
            if (block[156] is (byte)'0' or 0 && (!entries.TryAdd(name, (at, length)) || entries.Count > MostEntries))
                throw new DataFormatException($"Tar archive: expected at most {MostEntries} files, each once, found {name} besides.");
            at += (length + BlockBytes - 1) / BlockBytes * BlockBytes;
        }
    }

    private static bool IsHeader(ReadOnlySpan<byte> block)
    {
        if (!block.Slice(257, 5).SequenceEqual("ustar"u8))
            return false;
        // The sum of all bytes, those of the sum itself as spaces.
        var sum = 8 * ' ';
        for (var i = 0; i < BlockBytes; i++)
            sum += i is >= 148 and < 156 ? 0 : block[i];
        return Octal(block.Slice(148, 8)) == sum;
    }

    private static string Text(ReadOnlySpan<byte> field)
    {
        var end = field.IndexOf((byte)0);
        return Encoding.Latin1.GetString(end < 0 ? field : field[..end]);
    }

    private static long? Octal(ReadOnlySpan<byte> field)
    {
        long number = 0;
        foreach (var digit in Text(field).Trim())
        {
            if (digit is < '0' or > '7')
                return null;
            number = (number * 8) + (digit - '0');
        }

        return number;
    }
}
