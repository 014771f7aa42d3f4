namespace DeepBelief.Persistence;

/// <summary>Files that are there whole or not at all.</summary>
internal static class AtomicFile
{
    /// <summary>Writes beside the target, flushes to the disk, and only then takes the target's place.</summary>
    public static void Write(string path, Action<Stream> write)
    {
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.ReadWrite))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
