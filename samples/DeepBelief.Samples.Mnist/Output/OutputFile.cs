using System.Text;

namespace DeepBelief.Samples.Mnist.Output;

/// <summary>Files of results: what can't be written is said in one line, and before the long training where that can be known.</summary>
internal static class OutputFile
{
    /// <summary>Makes the folder and tries to write there, so that a bad one is known before long training.</summary>
    /// <exception cref="IOException">The folder can't be made or written.</exception>
    public static void PrepareFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            var trial = Path.Combine(folder, $"{Guid.NewGuid():N}.part");
            File.WriteAllBytes(trial, []);
            File.Delete(trial);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"The output folder '{folder}' can't be written: {e.Message}", e);
        }
    }

    /// <summary>Sees whether a file can be written, as <see cref="WriteAsync"/> will.</summary>
    /// <exception cref="IOException">It can't.</exception>
    public static void Prepare(string path)
    {
        if (Directory.Exists(path))
            throw new IOException($"'{path}' can't be written: it is a folder.");
        if (!IsDevice(path) && Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
            PrepareFolder(folder);
    }

    /// <summary>Writes the whole file or nothing.</summary>
    /// <exception cref="IOException">The file can't be written.</exception>
    public static async Task WriteAsync(string path, string text, CancellationToken cancellationToken)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        try
        {
            if (IsDevice(path))
            {
                await File.WriteAllBytesAsync(path, bytes, cancellationToken);
            }
            else
            {
                await AtomicFile.WriteAsync(
                    path, (stream, token) => stream.WriteAsync(bytes, token).AsTask(), cancellationToken);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"'{path}' can't be written: {e.Message}", e);
        }
    }

    // Not to be replaced by a file: /dev/stdout, /dev/fd/3.
    private static bool IsDevice(string path) => Path.GetFullPath(path).StartsWith("/dev/", StringComparison.Ordinal);
}
