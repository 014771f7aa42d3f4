using System.Text;

namespace DeepBelief.Files;

/// <summary>Reads the bytes of a pickle in order.</summary>
internal sealed class PickleBytes(byte[] bytes)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private int position;

    // Start of the current instruction.
    private int start;

    public int Length => bytes.Length;

    public byte Instruction()
    {
        start = position;
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
            throw new DataFormatException($"Entry data.pkl, byte {start}: expected UTF-8 text, found other bytes.", e);
        }
    }

    public string Line()
    {
        var length = bytes.AsSpan(position).IndexOf((byte)'\n');
        if (length is < 0 or > 1000)
            throw Damaged("expected a line with a name, found none");
        var line = Encoding.Latin1.GetString(bytes, position, length);
        position += length + 1;
        return line;
    }

    public byte Byte() => Take(1)[0];

    public ReadOnlySpan<byte> Take(long count)
    {
        if (count < 0 || count > bytes.Length - position)
            throw Damaged($"expected {count} more bytes, found {bytes.Length - position}");
        var span = bytes.AsSpan(position, (int)count);
        position += (int)count;
        return span;
    }

    /// <summary>The exception for an invalid instruction.</summary>
    public DataFormatException Damaged(string what) => new($"Entry data.pkl, byte {start}: {what}.");
}
