namespace DeepBelief.Files;

/// <summary>Writes files atomically: a file is complete, or unchanged.</summary>
internal static class AtomicFile
{
    /// <summary>Writes a temporary file beside the target, flushes it to disk, then replaces the target.</summary>
    public static void Write(string path, Action<Stream> write) => Write(path, $"{path}.{Guid.NewGuid():N}.tmp", write);

    /// <summary>The same with a given name for the temporary file; replaces a file of that name.</summary>
    public static void Write(string path, string temporary, Action<Stream> write)
    {
        // Opened outside the try: if another process has the file open, this one must not delete it.
        var stream = FileStreams.Open(temporary, FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        try
        {
            using (stream)
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or UnauthorizedAccessException)
        {
            // .NET throws these if a limit or the file system stops the file from growing, and if the target can't be replaced.
            File.Delete(temporary);
            throw new IOException($"{path}: the file could not be written: {e.Message}", e);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
