using System.Text;

namespace DeepBelief.Files;

/// <summary>Reads the bytes of pickles in order.</summary>
/// <param name="bytes">What holds the pickles.</param>
/// <param name="name">What messages call it.</param>
/// <param name="begin">Where the first pickle begins.</param>
internal sealed class PickleBytes(byte[] bytes, string name, int begin = 0)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    // Start of the current instruction.
    private int start = begin;

    public int Length => bytes.Length;

    /// <summary>Where the next byte is read.</summary>
    public int Position { get; private set; } = begin;

    public byte Instruction()
    {
        start = Position;
        return Byte();
    }

    public long LongInteger()
    {
        var length = Byte();
        if (length > 8)
            throw Damaged($"expected an integer of at most 8 bytes, found one of {length}");
        var digits = Take(length);
        long number = length > 0 && (digits[^1] & 0x80) != 0 ? -1 : 0;
        for (var i = length - 1; i >= 0; i--)
            number = (number << 8) | digits[i];
        return number;
    }

    public string Text(long length)
    {
        try
        {
            return StrictUtf8.GetString(Take(length));
        }
        catch (DecoderFallbackException e)
        {
            throw new DataFormatException($"{name}, byte {start}: expected UTF-8 text, found other bytes.", e);
        }
    }

    /// <summary>Reads a string of Python 2, which is text or bytes: bytes if it is no UTF-8.</summary>
    public object TextOrBytes(long length)
    {
        var found = Take(length);
        return System.Text.Unicode.Utf8.IsValid(found) ? StrictUtf8.GetString(found) : found.ToArray();
    }

    public string Line()
    {
        var length = bytes.AsSpan(Position).IndexOf((byte)'\n');
        if (length is < 0 or > 1000)
            throw Damaged("expected a line with a name, found none");
        var line = Encoding.Latin1.GetString(bytes, Position, length);
        Position += length + 1;
        return line;
    }

    public byte Byte() => Take(1)[0];

    public ReadOnlySpan<byte> Take(long count)
    {
        if (count < 0 || count > bytes.Length - Position)
            throw Damaged($"expected {count} more bytes, found {bytes.Length - Position}");
        var span = bytes.AsSpan(Position, (int)count);
        Position += (int)count;
        return span;
    }

    /// <summary>The exception for an invalid instruction.</summary>
    public DataFormatException Damaged(string what) => new($"{name}, byte {start}: {what}.");
}
