namespace DeepBelief.Files;

internal static class FileFormat
{
    private const int FirstBytes = 16;

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

    /// <summary>True if a stream begins with some bytes.</summary>
    public static bool Starts(Stream stream, ReadOnlySpan<byte> bytes)
    {
        Span<byte> start = stackalloc byte[bytes.Length];
        stream.Position = 0;
        return stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start.SequenceEqual(bytes);
    }

    /// <summary>The exception for a stream of no format that the library knows.</summary>
    public static DataFormatException Unknown(Stream stream)
    {
        if (ZipReader.Begins(stream))
            return new DataFormatException("Expected a PyTorch file, an .npz file or a safetensors file, found a zip archive with neither the entry data.pkl of a PyTorch file nor arrays alone.");
        if (NpyHeader.Begins(stream))
            return new DataFormatException("Expected named tensors, as PyTorch files, .npz files and safetensors files have, found an .npy file, one array. NpyFile reads it.");
        return new DataFormatException($"Expected the bytes of a PyTorch file, of an .npz file (both are zip archives) or of a safetensors file, found {FirstOf(stream)}.");
    }

    /// <summary>How many bytes a stream has, and the first of them, for messages.</summary>
    public static string FirstOf(Stream stream)
    {
        Span<byte> first = stackalloc byte[FirstBytes];
        stream.Position = 0;
        first = first[..stream.ReadAtLeast(first, FirstBytes, throwOnEndOfStream: false)];
        return first.Length == 0 ? "none" : $"{stream.Length} that begin with {Convert.ToHexString(first)} ('{Printable(first)}')";
    }

    private static string Printable(ReadOnlySpan<byte> bytes)
    {
        var text = new System.Text.StringBuilder();
        foreach (var value in bytes)
            _ = text.Append(value is >= 0x20 and < 0x7f ? (char)value : '.');
        return text.ToString();
    }
}
