namespace DeepBelief.Files;

/// <summary>Writes files atomically: a file is complete, or unchanged. All messages name the file, and not the temporary one.</summary>
internal static class AtomicFile
{
    /// <summary>
    /// Writes a temporary file beside the target, flushes it to disk, then replaces the target. A link stays, and what it leads to is
    /// the target.
    /// </summary>
    /// <exception cref="DirectoryNotFoundException">The target's folder does not exist.</exception>
    /// <exception cref="IOException">The file could not be written, or a folder, a pipe or a device is in its place.</exception>
    public static void Write(string path, Action<Stream> write) => Write(path, NewEnding(), write);

    /// <summary>The same with a given ending of the temporary file's name; replaces a file of that name.</summary>
    public static void Write(string path, string ending, Action<Stream> write)
    {
        var target = Target(path);
        var temporary = $"{target}{ending}";
        WriteTemporary(path, temporary, write);
        try
        {
            Move(path, temporary, target);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Returns the full path of the file that a path stands for: its own, or where it links to.</summary>
    /// <exception cref="DirectoryNotFoundException">The folder of that file does not exist.</exception>
    /// <exception cref="IOException">No file can be in that place.</exception>
    public static string Target(string path)
    {
        var target = new FileInfo(path).LinkTarget is null ? Path.GetFullPath(path) : Links.Follow(path);
        if (Path.GetDirectoryName(target) is { } folder && !Directory.Exists(folder))
            throw new DirectoryNotFoundException($"{path}: expected an existing folder {folder}, found none.");
        if (Directory.Exists(target))
            throw new IOException($"{path}: expected a file to write, found a folder.");
        if (IsPipeOrDevice(target))
            throw new IOException($"{path}: expected a file to write, found a pipe or a device, in whose place a file would be put. Write to a file, and copy that.");
        return target;
    }

    /// <summary>Throws what <see cref="Write(string, Action{Stream})"/> would, before there is something to write.</summary>
    public static void Check(string path)
    {
        var temporary = $"{Target(path)}{NewEnding()}";
        Create(path, temporary).Dispose();
        File.Delete(temporary);
    }

    /// <summary>Writes a temporary file, and flushes it to disk; leaves none if that fails.</summary>
    /// <param name="path">The file that it is for, which messages name.</param>
    /// <param name="temporary">Its full path.</param>
    /// <param name="write">Writes the content.</param>
    public static void WriteTemporary(string path, string temporary, Action<Stream> write)
    {
        // Opened outside the try: if another process has the file open, this one must not delete it.
        var file = Create(path, temporary);
        try
        {
            using (file)
            {
                using var stream = new GrowingFile(file);
                write(stream);
                stream.Flush();
            }
        }
        catch (IOException e) when (e.Message.Contains(temporary, StringComparison.Ordinal))
        {
            File.Delete(temporary);
            throw Failure(path, temporary, e);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Puts a temporary file in its place.</summary>
    /// <param name="path">The file that it is for, which messages name.</param>
    /// <param name="temporary">The full path of the temporary file.</param>
    /// <param name="target">The full path of the file.</param>
    public static void Move(string path, string temporary, string target)
    {
        try
        {
            File.Move(temporary, target, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failure(path, temporary, e);
        }
    }

    private static string NewEnding() => $".{Guid.NewGuid():N}.tmp";

    private static FileStream Create(string path, string temporary)
    {
        try
        {
            return new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"{path}: expected a folder to write to, found {Path.GetDirectoryName(temporary)}, to which this user may not write.", e);
        }
        catch (IOException e)
        {
            throw Failure(path, temporary, e);
        }
    }

    private static IOException Failure(string path, string temporary, Exception e)
        => new($"{path}: the file could not be written: {e.Message.Replace($" : '{temporary}'", "", StringComparison.Ordinal).Replace(temporary, path, StringComparison.Ordinal).TrimEnd('.')}.", e) { HResult = e.HResult };

    private static bool IsPipeOrDevice(string path)
    {
        // They have no length. Other files, of which someone may wait for changes, are not touched.
        if (new FileInfo(path) is not { Exists: true, Length: 0 })
            return false;
        try
        {
            // To write alone waits for someone to read from a pipe.
            using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            if (!file.CanSeek)
                return true;
            file.SetLength(file.Length);
            return false;
        }
        catch (UnauthorizedAccessException)
        {
            // Nothing is known of it; what may not be written can be replaced.
            return false;
        }
        catch (Exception e) when (e is IOException or NotSupportedException or ArgumentException)
        {
            return true;
        }
    }

    /// <summary>
    /// A file to write whose failures to grow are all an <see cref="IOException"/>. .NET throws an
    /// <see cref="ArgumentOutOfRangeException"/> where a limit of the process or the file system stops it, which the code that
    /// writes may throw for reasons of its own.
    /// </summary>
    private sealed class GrowingFile(FileStream file) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            try
            {
                file.Write(buffer);
            }
            catch (ArgumentOutOfRangeException e)
            {
                throw CannotGrow(e);
            }
        }

        public override void Flush()
        {
            try
            {
                file.Flush(flushToDisk: true);
            }
            catch (ArgumentOutOfRangeException e)
            {
                throw CannotGrow(e);
            }
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        // As .NET words the others.
        private IOException CannotGrow(ArgumentException e) => new($"{e.Message.Split(" (Parameter")[0]} : '{file.Name}'", e);
    }
}
