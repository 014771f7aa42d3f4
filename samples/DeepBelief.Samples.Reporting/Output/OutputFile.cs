using System.Text;
using DeepBelief.Samples.Data;

namespace DeepBelief.Samples.Reporting.Output;

/// <summary>Files of results: what can't be written is said in one line, and before the long training where that can be known.</summary>
public static class OutputFile
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
            throw new IOException($"The folder '{folder}' can't be written: {e.Message}", e);
        }
    }

    /// <summary>Sees whether a file can be written, as <see cref="Write"/> will.</summary>
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
    public static void Write(string path, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        try
        {
            if (IsDevice(path))
                File.WriteAllBytes(path, bytes);
            else
                AtomicFile.Write(path, bytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"'{path}' can't be written: {e.Message}", e);
        }
    }

    /// <summary>Writes to standard output.</summary>
    /// <exception cref="IOException">It can't be written.</exception>
    public static void WriteToOutput(string text)
    {
        try
        {
            Console.Out.WriteLine(text);
        }
        catch (IOException e)
        {
            throw new IOException($"Standard output can't be written: {e.Message}", e);
        }
    }

    // Not to be replaced by a file: /dev/stdout, /dev/fd/3.
    private static bool IsDevice(string path) => Path.GetFullPath(path).StartsWith("/dev/", StringComparison.Ordinal);
}
