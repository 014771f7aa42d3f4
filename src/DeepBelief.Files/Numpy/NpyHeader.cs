using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace DeepBelief.Files;

/// <summary>The header of an <c>.npy</c> file: a magic text, a version, and a Python dictionary of type, order and shape.</summary>
/// <remarks>Layout: NumPy's module <c>numpy.lib.format</c>, versions 1.0 to 3.0.</remarks>
/// <param name="Type">The elements.</param>
/// <param name="IsFortran">True if the first index varies fastest.</param>
/// <param name="Shape">The shape.</param>
internal sealed record NpyHeader(NumpyType Type, bool IsFortran, IReadOnlyList<long> Shape)
{
    private const int Alignment = 64;
    private const int MostBytes = 1 << 16;

    private static readonly SearchValues<char> Letters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
    private static readonly byte[] Magic = [0x93, .. "NUMPY"u8];

    /// <summary>Fills a span with the next bytes of a file.</summary>
    public delegate void Fill(Span<byte> bytes);

    /// <summary>True if a stream begins like an <c>.npy</c> file.</summary>
    public static bool Begins(Stream stream) => FileFormat.Starts(stream, Magic);

    /// <summary>Reads a header, and checks that the elements after it are as many as the shape says.</summary>
    /// <param name="fill">Reads the next bytes.</param>
    /// <param name="length">The number of bytes of header and elements.</param>
    /// <param name="what">What messages call the array.</param>
    public static NpyHeader Read(Fill fill, long length, string what)
    {
        Span<byte> start = stackalloc byte[12];
        if (length < start.Length)
            throw Fault($"expected the header of an .npy file, found {length} bytes");
        fill(start[..8]);
        if (!start.StartsWith(Magic))
            throw Fault($"expected the header of an .npy file, found the bytes {Convert.ToHexString(start[..8])}");
        // Version 1 has the length in 2 bytes, later ones in 4.
        var width = start[6] switch { 1 => 2, 2 or 3 => 4, var version => throw Fault($"expected a version of 1 to 3, found {version}") };
        fill(start[8..(8 + width)]);
        long size = width == 2 ? BinaryPrimitives.ReadUInt16LittleEndian(start[8..]) : BinaryPrimitives.ReadUInt32LittleEndian(start[8..]);
        if (size > Math.Min(MostBytes, length - 8 - width))
            throw Fault($"expected a header of at most {Math.Min(MostBytes, length - 8 - width)} bytes, found {size}");
        var text = new byte[size];
        fill(text);
        var header = Parse(Encoding.Latin1.GetString(text), Fault);
        var (expected, found) = (NumpyElements.Bytes(header.Shape, header.Type.Type, Fault), length - 8 - width - size);
        return expected == found
            ? header
            : throw Fault($"expected {expected} bytes for {header.Type.Type} {NumpyElements.Text(header.Shape)}, found {found}");

        DataFormatException Fault(string fault) => new($"{what}: {fault}.");
    }

    /// <summary>Returns the header for a tensor in C order, padded as NumPy does it, so that elements are aligned.</summary>
    public static byte[] Of(Tensor tensor)
    {
        var shape = string.Join(", ", tensor.shape.Select(n => n.ToString(CultureInfo.InvariantCulture)));
        var comma = tensor.dim() == 1 ? "," : "";
        var text = $"{{'descr': '{NumpyType.Text(tensor.dtype)}', 'fortran_order': False, 'shape': ({shape}{comma}), }}";
        var length = Magic.Length + 4 + text.Length + 1;
        text += new string(' ', (Alignment - (length % Alignment)) % Alignment) + '\n';
        var size = new byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(size, (ushort)text.Length);
        return [.. Magic, 1, 0, .. size, .. Encoding.ASCII.GetBytes(text)];
    }

    private static NpyHeader Parse(string text, Func<string, DataFormatException> fault)
    {
        var entries = Entries(text);
        if (entries is not { Count: 3 } || !entries.TryGetValue("descr", out var type) || !entries.TryGetValue("fortran_order", out var order) || !entries.TryGetValue("shape", out var shape)
            || order is not ("True" or "False") || shape[0] != '(')
            throw fault($"expected a dictionary of descr, fortran_order and shape, found '{text.Trim()[..Math.Min(200, text.Trim().Length)]}'");
        if (type[0] == '[')
            throw fault($"expected numbers or booleans, found records of {type}");
        return new NpyHeader(
            NumpyType.Parse(type.Trim('\'', '"'), fault),
            order == "True",
            [.. shape[1..^1].Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(n => Size(n, fault))]);
    }

    private static long Size(string text, Func<string, DataFormatException> fault)
        => long.TryParse(text.TrimEnd('L'), NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            ? size
            : throw fault($"expected a shape of integers from 0 to 2^63 - 1, found {text}");

    // The texts of a dictionary's values by key; null if the text is of something else, or has a key twice.
    private static Dictionary<string, string>? Entries(ReadOnlySpan<char> text)
    {
        var entries = new Dictionary<string, string>();
        var rest = text.Trim();
        if (rest.Length < 2 || rest[0] != '{' || rest[^1] != '}')
            return null;
        for (rest = rest[1..^1].Trim(); rest.Length > 0; rest = rest.TrimStart())
        {
            var key = Value(ref rest);
            rest = rest.TrimStart();
            if (key.Length < 2 || rest.Length == 0 || rest[0] != ':')
                return null;
            rest = rest[1..].TrimStart();
            var value = Value(ref rest);
            if (value.Length == 0 || !entries.TryAdd(key[1..^1].ToString(), value.ToString()))
                return null;
            rest = rest.TrimStart();
            if (rest.Length > 0 && rest[0] != ',')
                return null;
            rest = rest.TrimStart(',');
        }

        return entries;
    }

    // A text, a tuple or a list without others inside, or a name; empty if there is none.
    private static ReadOnlySpan<char> Value(ref ReadOnlySpan<char> text)
    {
        var end = (text.Length > 0 ? text[0] : ' ') switch
        {
            '\'' => text[1..].IndexOf('\'') + 2,
            '"' => text[1..].IndexOf('"') + 2,
            '(' => text.IndexOf(')') + 1,
            '[' => text.IndexOf(']') + 1,
            _ => text.IndexOfAnyExcept(Letters) is >= 0 and var at ? at : text.Length,
        };
        // 1 is what a text without an end has.
        var value = end > 1 ? text[..end] : [];
        text = text[value.Length..];
        return value;
    }
}
