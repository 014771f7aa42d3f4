namespace DeepBelief.Files;

/// <summary>An element type as NumPy writes it, such as <c>&lt;f4</c>: the order of bytes, the kind, and the number of bytes.</summary>
/// <param name="Type">The type of tensors that have elements of this size.</param>
/// <param name="IsSwapped">True if the elements are in the other byte order than this machine's.</param>
/// <param name="IsUnsigned">True for unsigned integers of more than 8 bits, which tensors have as larger signed ones.</param>
internal readonly record struct NumpyType(ScalarType Type, bool IsSwapped, bool IsUnsigned = false)
{
    /// <summary>Reads NumPy's text; throws if tensors cannot have the type.</summary>
    /// <param name="text">The text, with or without an order.</param>
    /// <param name="fault">Makes the exception of what was expected and found.</param>
    public static NumpyType Parse(string text, Func<string, Exception> fault)
    {
        var order = text.Length > 0 && text[0] is '<' or '>' or '=' or '|' ? text[0] : '=';
        var code = text.TrimStart('<', '>', '=', '|');
        var isUnsigned = code is "u2" or "u4" or "u8";
        if (text.Length - code.Length > 1 || ElementType.OfNumpy(isUnsigned ? $"i{code[1]}" : code) is not { } type)
            throw fault($"expected numbers or booleans of a type that TorchSharp has, found {text}, {Describe(code)}");
        return new(type, type.ElementSize() > 1 && order == (BitConverter.IsLittleEndian ? '>' : '<'), isUnsigned);
    }

    /// <summary>What NumPy calls a type, with the order of this machine's bytes.</summary>
    public static string Text(ScalarType type)
        => (type.ElementSize() == 1 ? "|" : BitConverter.IsLittleEndian ? "<" : ">") + ElementType.Numpy(type);

    private static string Describe(string code) => (code.Length > 0 ? code[0] : ' ') switch
    {
        'O' => "pickled objects of Python, which are never read",
        'U' or 'S' or 'a' => "texts",
        'c' => "complex numbers",
        'M' or 'm' => "dates or times",
        'V' => "records",
        'f' => "floating-point numbers of another size",
        _ => "something else",
    };
}
