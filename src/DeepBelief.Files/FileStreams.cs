namespace DeepBelief.Files;

/// <summary>
/// Opens files. All failures are an <see cref="IOException"/>, including missing permissions and folders, and name the file as the
/// caller does.
/// </summary>
internal static class FileStreams
{
    private const int PieceBytes = 1 << 16;

    /// <summary>Opens a file to read, at any place: what comes through a pipe, which has none, is read into memory first.</summary>
    /// <exception cref="FileNotFoundException">There is no file.</exception>
    /// <exception cref="DirectoryNotFoundException">Its folder is not there either.</exception>
    /// <exception cref="IOException">It is a folder or a device, may not be read, or is a pipe of more than memory can hold.</exception>
    public static Stream OpenRead(string path)
    {
        var file = Open(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        if (!file.CanSeek)
            return InMemory(file, path);
        try
        {
            if (file.Length == 0 && file.ReadByte() >= 0)
                throw new IOException($"{path}: expected a file, found a device, which does not say how much can be read from it.");
            file.Position = 0;
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Opens a file.</summary>
    /// <inheritdoc cref="OpenRead"/>
    public static FileStream Open(string path, FileMode mode, FileAccess access, FileShare share)
    {
        try
        {
            return new FileStream(path, mode, access, share);
        }
        catch (FileNotFoundException e)
        {
            throw new FileNotFoundException($"{path}: expected a file, found none.", path, e);
        }
        catch (DirectoryNotFoundException e)
        {
            throw new DirectoryNotFoundException($"{path}: expected a file, found none, and no folder for it either.", e);
        }
        catch (UnauthorizedAccessException e)
        {
            var use = access == FileAccess.Read ? "read" : "written";
            throw new IOException($"{path}: expected a file that can be {use}, found {(Directory.Exists(path) ? "a folder" : $"one that may not be {use} by this user")}.", e);
        }
    }

    /// <summary>Reads a stream to its end, closes it, and returns what it had.</summary>
    /// <param name="source">The stream.</param>
    /// <param name="name">What the message calls it.</param>
    /// <exception cref="IOException">It has more than 2 GB.</exception>
    public static MemoryStream InMemory(Stream source, string name)
    {
        using var all = source;
        var content = new MemoryStream();
        var piece = new byte[PieceBytes];
        while (all.Read(piece) is > 0 and var count)
        {
            if (content.Length + count > Array.MaxLength)
                throw new IOException($"{name}: expected at most {Array.MaxLength} bytes, as what comes through a pipe is kept in memory, found more. Write it to a file first.");
            content.Write(piece, 0, count);
        }

        content.Position = 0;
        return content;
    }
}
