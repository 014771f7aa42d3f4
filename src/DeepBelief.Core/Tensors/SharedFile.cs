namespace DeepBelief.Tensors;

/// <summary>
/// A file that rank 0 reads for all, of any length: it sends a piece at a time, when the ranks come to it. They read the same parts in the
/// same order.
/// </summary>
internal sealed class SharedFile : Stream
{
    /// <summary>Bytes that are sent at a time: many enough that delays don't count.</summary>
    public const int PieceBytes = 1 << 20;

    private readonly IProcessGroup group;
    private readonly Stream? file; // on rank 0
    private readonly Tensor piece;
    private long start = -1; // of the piece in the file; -1 before the first
    private int count; // of its bytes

    private SharedFile(IProcessGroup group, Stream? file, long length, int pieceBytes)
    {
        (this.group, this.file, Length) = (group, file, length);
        piece = torch.empty(pieceBytes, ScalarType.Byte, torch.CPU).DetachFromDisposeScope();
    }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length { get; }

    public override long Position { get; set; }

    /// <summary>Opens a file.</summary>
    /// <param name="group">The ranks.</param>
    /// <param name="open">Opens it on rank 0, and is not called on others; null if there is none. The stream is the file's from then on.</param>
    /// <param name="pieceBytes">Bytes that are sent at a time.</param>
    /// <returns>The file; null on all ranks if there is none.</returns>
    public static SharedFile? Open(IProcessGroup group, Func<Stream?> open, int pieceBytes = PieceBytes)
    {
        var file = group.Rank == 0 ? open() : null;
        try
        {
            using var scope = torch.NewDisposeScope();
            var length = torch.tensor(file?.Length ?? -1, ScalarType.Int64, torch.CPU);
            group.Broadcast(length);
            return length.item<long>() is >= 0 and var bytes ? new SharedFile(group, file, bytes, pieceBytes) : null;
        }
        catch
        {
            file?.Dispose();
            throw;
        }
    }

    public override int Read(Span<byte> buffer)
    {
        if (buffer.Length == 0 || Position >= Length)
            return 0;
        if (start < 0 || Position < start || Position >= start + count)
            Fetch(Position / piece.NumberOfElements * piece.NumberOfElements);
        var own = piece.bytes[(int)(Position - start)..count];
        own = own[..Math.Min(own.Length, buffer.Length)];
        own.CopyTo(buffer);
        Position += own.Length;
        return own.Length;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin)
    {
        Position = offset + origin switch
        {
            SeekOrigin.Begin => 0,
            SeekOrigin.Current => Position,
            _ => Length,
        };
        return Position;
    }

    public override void Flush()
    {
        // Nothing is written.
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            file?.Dispose();
            piece.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Fetch(long from)
    {
        start = -1;
        var bytes = (int)Math.Min(piece.NumberOfElements, Length - from);
        if (file is not null)
        {
            file.Position = from;
            file.ReadExactly(piece.bytes[..bytes]);
        }

        using var sent = piece.narrow(0, 0, bytes);
        group.Broadcast(sent);
        (start, count) = (from, bytes);
    }
}
