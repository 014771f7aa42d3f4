using System.Buffers.Binary;
using System.IO.Compression;

namespace DeepBelief.Files;

/// <summary>The content of files that may be compressed with gzip, of which a few bytes can become very many.</summary>
internal static class GzipContent
{
    private const long MostBytesPerByte = 100;
    private const long FewBytes = 1 << 20;

    private static readonly byte[] Magic = [0x1f, 0x8b];

    /// <summary>True if a stream begins like a gzip file.</summary>
    public static bool Begins(Stream stream) => FileFormat.Starts(stream, Magic);

    /// <summary>The most bytes that a compressed file may become; more is taken for an attack.</summary>
    public static long Most(Stream file) => FewBytes + (MostBytesPerByte * file.Length);

    /// <summary>Reads all that is in a file, compressed or not.</summary>
    /// <param name="file">A seekable stream; left open.</param>
    /// <param name="read">Reads the content to its end; it is the file itself if that is not compressed.</param>
    /// <exception cref="DataFormatException">The compressed data is cut short, damaged, or becomes too much; or what <paramref name="read"/> throws.</exception>
    public static T Read<T>(Stream file, Func<Stream, T> read) => Open(file, read, check: true);

    /// <summary>Looks at the beginning of what is in a file, compressed or not.</summary>
    /// <inheritdoc cref="Read"/>
    public static T Peek<T>(Stream file, Func<Stream, T> read) => Open(file, read, check: false);

    private static T Open<T>(Stream file, Func<Stream, T> read, bool check)
    {
        var isCompressed = Begins(file);
        file.Position = 0;
        if (!isCompressed)
            return read(file);
        try
        {
            using var gzip = new GZipStream(file, CompressionMode.Decompress, leaveOpen: true);
            using var content = new BoundedContent(gzip, Most(file));
            var result = read(content);
            if (check)
                CheckEnd(file, content);
            return result;
        }
        catch (InvalidDataException e)
        {
            throw new DataFormatException($"Expected data that gzip has compressed, found damaged data: {e.Message}", e);
        }
    }

    // The framework's reader takes a file that is cut short for a whole one.
    private static void CheckEnd(Stream file, BoundedContent content)
    {
        Span<byte> end = stackalloc byte[8];
        file.Position = Math.Max(0, file.Length - end.Length);
        _ = file.ReadAtLeast(end, end.Length, throwOnEndOfStream: false);
        var (checksum, length) = (BinaryPrimitives.ReadUInt32LittleEndian(end), BinaryPrimitives.ReadUInt32LittleEndian(end[4..]));
        if (checksum != content.Checksum || length != (uint)content.Found)
            throw new DataFormatException($"Expected the checksum and length of gzip's data at its end, {content.Checksum:X8} and {content.Found}, found {checksum:X8} and {length}: the file is cut short, damaged, or made of several parts.");
    }
}
