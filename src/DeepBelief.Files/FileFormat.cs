namespace DeepBelief.Files;

internal static class FileFormat
{
    private const int FirstBytes = 16;

    // torch.save before PyTorch 1.6: protocol 2, then the magic number 0x1950a86a20f9469cfc6c as a long integer.
    private static readonly byte[] LegacyStart = [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];

    /// <summary>Reads a file; prefixes error messages with its path.</summary>
    public static T Open<T>(string path, Func<Stream, T> read)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var stream = FileStreams.OpenRead(path);
        try
        {
            return read(stream);
        }
        catch (DataFormatException e)
        {
            throw new DataFormatException($"{path}: {e.Message}", e);
        }
    }

    public static void CheckReadable(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!stream.CanRead || !stream.CanSeek)
            throw new ArgumentException("Expected a readable and seekable stream, found another.", nameof(stream));
    }

    /// <summary>True if the stream begins like a PyTorch file, zip or legacy.</summary>
    public static bool IsPyTorch(Stream stream) => Starts(stream, "PK\u0003\u0004"u8) || Starts(stream, "PK\u0005\u0006"u8) || Starts(stream, LegacyStart);

    public static void RefuseLegacy(Stream stream)
    {
        if (Starts(stream, LegacyStart))
            throw new DataFormatException("Expected a zip archive, as torch.save writes since PyTorch 1.6, found the older format. Convert it with torch.save(torch.load(path), path).");
    }

    /// <summary>The exception for a stream that is neither a PyTorch file nor a safetensors file.</summary>
    public static DataFormatException Unknown(Stream stream)
    {
        Span<byte> first = stackalloc byte[FirstBytes];
        stream.Position = 0;
        first = first[..stream.ReadAtLeast(first, FirstBytes, throwOnEndOfStream: false)];
        var begin = first.Length == 0 ? "none" : $"{stream.Length} that begin with {Convert.ToHexString(first)} ('{Printable(first)}')";
        return new DataFormatException($"Expected the bytes of a PyTorch file (a zip archive) or of a safetensors file, found {begin}.");
    }

    private static string Printable(ReadOnlySpan<byte> bytes)
    {
        var text = new System.Text.StringBuilder();
        foreach (var value in bytes)
            _ = text.Append(value is >= 0x20 and < 0x7f ? (char)value : '.');
        return text.ToString();
    }

    private static bool Starts(Stream stream, ReadOnlySpan<byte> bytes)
    {
        Span<byte> start = stackalloc byte[bytes.Length];
        stream.Position = 0;
        return stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start.SequenceEqual(bytes);
    }
}
