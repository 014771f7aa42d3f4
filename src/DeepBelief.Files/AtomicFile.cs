namespace DeepBelief.Files;

/// <summary>Writes files atomically: a file is complete, or unchanged.</summary>
internal static class AtomicFile
{
    /// <summary>Writes a temporary file beside the target, flushes it to disk, then replaces the target.</summary>
    /// <exception cref="DirectoryNotFoundException">The target's folder does not exist.</exception>
    /// <exception cref="IOException">The file could not be written.</exception>
    public static void Write(string path, Action<Stream> write) => Write(path, $"{path}.{Guid.NewGuid():N}.tmp", write);

    /// <summary>The same with a given name for the temporary file; replaces a file of that name.</summary>
    public static void Write(string path, string temporary, Action<Stream> write)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder && !Directory.Exists(folder))
            throw new DirectoryNotFoundException($"{path}: expected an existing folder {folder}, found none.");
        // Opened outside the try: if another process has the file open, this one must not delete it.
        var file = FileStreams.Open(temporary, FileMode.Create, FileAccess.Write, FileShare.None);
        try
        {
            using (file)
            {
                using var stream = new GrowingFile(file);
                write(stream);
                stream.Flush();
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (UnauthorizedAccessException e)
        {
            // .NET throws this if the target can't be replaced.
            File.Delete(temporary);
            throw new IOException($"{path}: the file could not be written: {e.Message}", e);
        }
        catch
        {
            File.Delete(temporary);
            throw;
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

        private IOException CannotGrow(Exception e) => new($"{file.Name}: the file could not be written: {e.Message}", e);
    }
}
