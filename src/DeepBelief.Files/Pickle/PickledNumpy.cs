using System.Buffers.Binary;
using System.Text;

namespace DeepBelief.Files;

/// <summary>NumPy's arrays and scalars in pickles, read as tensors and plain numbers.</summary>
/// <remarks>
/// As NumPy's <c>__reduce__</c> methods have it: a type is a call with its code and a state with the order of its bytes; an
/// array is a call that makes an empty one, and a state of version, shape, type, order and bytes.
/// </remarks>
internal sealed class PickledNumpy(PickleBytes input)
{
    private const long FewBytes = 1 << 10;
    private const int FewBytesPerTensor = 32;

    private readonly int begin = input.Position;
    private long made;

    /// <summary>Bytes that a pickle of protocol 2 has as text of one character a byte.</summary>
    public byte[] Encode(string text)
    {
        if (text.AsSpan().IndexOfAnyExceptInRange('\0', '\u00ff') is >= 0 and var at)
            throw input.Damaged($"expected characters of Latin-1, one a byte, found U+{(int)text[at]:x4}");
        Take(text.Length);
        return Encoding.Latin1.GetBytes(text);
    }

    /// <summary>Sets the order of a type's bytes.</summary>
    public void Build(Type type, object?[] state)
    {
        if (state is not [long, string { Length: 1 } order, ..] || order[0] is not ('<' or '>' or '=' or '|'))
            throw input.Damaged("expected the order of the bytes of a NumPy type, found something else");
        type.Text = order + type.Text.TrimStart('<', '>', '=', '|');
    }

    /// <summary>Fills an array that the pickle has made.</summary>
    public Tensor Build(Array array, object?[] state)
    {
        if (state is not [long, object?[] shape, Type type, bool isFortran, var data])
            throw input.Damaged("expected version, shape, type, order and bytes of a NumPy array, found something else");
        // First, as the data of objects are a list.
        _ = Parse(type);
        return array.Tensor = Read(Bytes(data), type, shape, isFortran);
    }

    /// <summary>Returns an array as a tensor.</summary>
    public Tensor Read(byte[] bytes, Type type, object?[] shape, bool isFortran)
    {
        var parsed = Parse(type);
        if (!shape.All(n => n is long))
            throw input.Damaged("expected integers as the shape of a NumPy array, found something else");
        long[] sizes = [.. shape.Cast<long>()];
        var expected = NumpyElements.Bytes(sizes, parsed.Type, input.Damaged);
        if (bytes.Length != expected)
            throw input.Damaged($"expected {expected} bytes for a NumPy array of {parsed.Type} {NumpyElements.Text(sizes)}, found {bytes.Length}");
        Take(FewBytesPerTensor + expected);
        var at = 0;
        return NumpyElements.Read(sizes, parsed, isFortran, Fill, "NumPy array");

        void Fill(Span<byte> piece)
        {
            bytes.AsSpan(at, piece.Length).CopyTo(piece);
            at += piece.Length;
        }
    }

    /// <summary>Returns a scalar as a <c>long</c>, a <c>double</c> or a <c>bool</c>.</summary>
    public object Scalar(Type type, object? data)
    {
        var bytes = Bytes(data);
        // Integers without a tensor's type are no difficulty here.
        if (type.Code is "u2" or "u4" or "u8")
            return Unsigned(type, bytes);
        var parsed = Parse(type);
        if (bytes.Length != parsed.Type.ElementSize())
            throw input.Damaged($"expected {parsed.Type.ElementSize()} bytes for a NumPy scalar of {parsed.Type}, found {bytes.Length}");
        Span<byte> eight = stackalloc byte[8];
        var value = eight[..bytes.Length];
        bytes.CopyTo(value);
        // From here on the first byte is the lowest.
        if (parsed.IsSwapped == BitConverter.IsLittleEndian)
            value.Reverse();
        return parsed.Type switch
        {
            ScalarType.Float64 => BinaryPrimitives.ReadDoubleLittleEndian(value),
            ScalarType.Float32 => (double)BinaryPrimitives.ReadSingleLittleEndian(value),
            ScalarType.Float16 => (double)BinaryPrimitives.ReadHalfLittleEndian(value),
            ScalarType.Int64 => BinaryPrimitives.ReadInt64LittleEndian(value),
            ScalarType.Int32 => (long)BinaryPrimitives.ReadInt32LittleEndian(value),
            ScalarType.Int16 => (long)BinaryPrimitives.ReadInt16LittleEndian(value),
            ScalarType.Int8 => (long)(sbyte)value[0],
            ScalarType.Byte => (long)value[0],
            _ => value[0] is 0 or 1 ? value[0] == 1 : throw input.Damaged($"expected a boolean of 0 or 1, found {value[0]}"),
        };
    }

    private long Unsigned(Type type, byte[] bytes)
    {
        if (bytes.Length != type.Code[1] - '0')
            throw input.Damaged($"expected {type.Code[1]} bytes for a NumPy scalar of {type.Text}, found {bytes.Length}");
        var isBig = type.Text[0] == '>' || (type.Text[0] != '<' && !BitConverter.IsLittleEndian);
        ulong number = 0;
        for (var i = 0; i < bytes.Length; i++)
            number = (number << 8) | bytes[isBig ? i : bytes.Length - 1 - i];
        return number <= long.MaxValue ? (long)number : throw input.Damaged($"expected an integer of at most 63 bits, found {number}");
    }

    private NumpyType Parse(Type type) => NumpyType.Parse(type.Text, input.Damaged);

    // Python 2 has no type of its own for bytes; what is valid UTF-8 was read as text, of the same bytes.
    private byte[] Bytes(object? data)
    {
        if (data is string text)
            Take(text.Length);
        return data switch
        {
            byte[] bytes => bytes,
            string ascii => Encoding.UTF8.GetBytes(ascii),
            _ => throw input.Damaged($"expected the bytes of a NumPy array or scalar, found {ConfigSection.Describe(data)}"),
        };
    }

    // An array's bytes are in the pickle once, as text and then as bytes; more are the same ones again and again.
    private void Take(long bytes)
    {
        made += bytes;
        var read = input.Position - begin;
        if (made > FewBytes + (2L * read))
            throw input.Damaged($"expected NumPy's arrays and bytes to be in the pickle once each, found {made} bytes of them after the pickle's first {read}");
    }

    /// <summary>A type; a state that follows says the order of its bytes.</summary>
    internal sealed class Type(string code)
    {
        public string Code { get; } = code;

        public string Text { get; set; } = code;
    }

    /// <summary>An array; its state, which follows, has all about it.</summary>
    internal sealed class Array
    {
        public Tensor? Tensor { get; set; }
    }
}
