namespace DeepBelief.Files;

/// <summary>Files that are there whole or not at all.</summary>
internal static class AtomicFile
{
    /// <summary>Writes beside the target, flushes to the disk, and only then takes the target's place.</summary>
    public static void Write(string path, Action<Stream> write) => Write(path, $"{path}.{Guid.NewGuid():N}.tmp", write);

    /// <summary>Writes as the other overload does, under a given name at first. A file of that name is replaced.</summary>
    public static void Write(string path, string temporary, Action<Stream> write)
    {
        // Opened outside the try: the file of another process, which this one may not open, is not this one's to delete.
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
            // What .NET makes of a file that may not grow any further, be it by a limit or by the file system, and of a target
            // that may not be replaced.
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
