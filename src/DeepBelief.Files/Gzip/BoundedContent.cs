using System.IO.Hashing;

namespace DeepBelief.Files;

/// <summary>A stream to read that throws where another gives more bytes than it may.</summary>
/// <param name="content">The other stream; left open.</param>
/// <param name="most">The most bytes.</param>
internal sealed class BoundedContent(Stream content, long most) : Stream
{
    private readonly Crc32 checksum = new();

    /// <summary>How many bytes were read.</summary>
    public long Found { get; private set; }

    /// <summary>Their checksum, as gzip has it.</summary>
    public uint Checksum => checksum.GetCurrentHashAsUInt32();

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
        var count = content.Read(buffer);
        Found += count;
        checksum.Append(buffer[..count]);
        return Found <= most ? count : throw new DataFormatException($"Expected compressed data of at most {most} bytes, as the file is small, found more.");
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
