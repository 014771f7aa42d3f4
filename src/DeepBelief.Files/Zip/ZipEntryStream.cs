using System.IO.Compression;
using System.IO.Hashing;

namespace DeepBelief.Files;

/// <summary>Reads an entry of a zip archive, stored or deflated, and never more than the directory says of it.</summary>
internal sealed class ZipEntryStream : IDisposable
{
    private const int ChunkBytes = 1 << 18;

    private readonly ZipReader.Entry entry;
    private readonly Stream source;
    private readonly Crc32 crc = new();

    /// <param name="archive">The archive, at the entry's first byte.</param>
    /// <param name="entry">The entry.</param>
    public ZipEntryStream(Stream archive, ZipReader.Entry entry)
    {
        this.entry = entry;
        var stored = new Part(archive, entry.StoredSize);
        source = entry.Method == ZipReader.Deflated ? new DeflateStream(stored, CompressionMode.Decompress) : stored;
    }

    /// <summary>How many bytes are still to be read.</summary>
    public long Left => entry.Size - Position;

    private long Position { get; set; }

    /// <summary>Fills a span with the next bytes.</summary>
    /// <exception cref="DataFormatException">The entry ends before.</exception>
    public void ReadExactly(Span<byte> bytes)
    {
        if (bytes.Length > Left)
            throw new DataFormatException($"Entry {entry.Name}: expected {bytes.Length} more bytes, found {Left}.");
        // In chunks small enough to stay in the processor's cache for the checksum.
        while (bytes.Length > 0)
        {
            var chunk = bytes[..Math.Min(ChunkBytes, bytes.Length)];
            Fill(chunk);
            crc.Append(chunk);
            Position += chunk.Length;
            bytes = bytes[chunk.Length..];
        }
    }

    /// <summary>Throws unless all was read, and is what was written.</summary>
    public void Finish()
    {
        if (Left > 0)
            throw new DataFormatException($"Entry {entry.Name}: expected its end, found {Left} more bytes.");
        var found = crc.GetCurrentHashAsUInt32();
        if (found != entry.Crc)
            throw new DataFormatException($"Entry {entry.Name}: expected checksum {entry.Crc:x8}, found {found:x8}; its bytes are damaged.");
    }

    public void Dispose() => source.Dispose();

    private void Fill(Span<byte> bytes)
    {
        try
        {
            source.ReadExactly(bytes);
        }
        catch (Exception e) when (e is EndOfStreamException or InvalidDataException)
        {
            throw new DataFormatException($"Entry {entry.Name}: expected {entry.Size} bytes, found fewer, or damaged ones.", e);
        }
    }

    /// <summary>The next bytes of a stream, as one of its own; it leaves the stream open.</summary>
    private sealed class Part(Stream stream, long length) : Stream
    {
        private long left = length;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var read = stream.Read(buffer[..(int)Math.Min(left, buffer.Length)]);
            left -= read;
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
