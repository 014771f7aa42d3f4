namespace DeepBelief.Files;

/// <summary>The supported element types and their names in files.</summary>
internal static class ElementType
{
    private static readonly (ScalarType Type, string Name, string Storage, string Safetensors, string? Numpy)[] Known =
    [
        (ScalarType.Float32, "float32", "FloatStorage", "F32", "f4"),
        (ScalarType.Float64, "float64", "DoubleStorage", "F64", "f8"),
        (ScalarType.Float16, "float16", "HalfStorage", "F16", "f2"),
        (ScalarType.BFloat16, "bfloat16", "BFloat16Storage", "BF16", null),
        (ScalarType.Int64, "int64", "LongStorage", "I64", "i8"),
        (ScalarType.Int32, "int32", "IntStorage", "I32", "i4"),
        (ScalarType.Int16, "int16", "ShortStorage", "I16", "i2"),
        (ScalarType.Int8, "int8", "CharStorage", "I8", "i1"),
        (ScalarType.Byte, "uint8", "ByteStorage", "U8", "u1"),
        (ScalarType.Bool, "bool", "BoolStorage", "BOOL", "b1"),
    ];

    /// <summary>PyTorch's name, such as <c>float32</c>.</summary>
    public static string Name(ScalarType type) => Of(type).Name;

    /// <summary>PyTorch's name of the storage class, such as <c>FloatStorage</c>.</summary>
    public static string Storage(ScalarType type) => Of(type).Storage;

    /// <summary>The name in safetensors files, such as <c>F32</c>.</summary>
    public static string Safetensors(ScalarType type) => Of(type).Safetensors;

    /// <summary>NumPy's code, such as <c>f4</c>.</summary>
    public static string Numpy(ScalarType type) => Of(type).Numpy ?? throw new ArgumentException($"Expected an element type that NumPy has, found {type}.", nameof(type));

    public static ScalarType? OfName(string name) => Find(known => known.Name == name);

    public static ScalarType? OfStorage(string name) => Find(known => known.Storage == name);

    public static ScalarType? OfSafetensors(string name) => Find(known => known.Safetensors == name);

    public static ScalarType? OfNumpy(string code) => Find(known => known.Numpy == code);

    private static (ScalarType Type, string Name, string Storage, string Safetensors, string? Numpy) Of(ScalarType type)
        => Known.FirstOrDefault(known => known.Type == type) is { Name: not null } found
            ? found
            : throw new ArgumentException($"Expected a real element type, found {type}.", nameof(type));

    private static ScalarType? Find(Predicate<(ScalarType Type, string Name, string Storage, string Safetensors, string? Numpy)> matches)
        => Array.FindIndex(Known, matches) is >= 0 and var i ? Known[i].Type : null;
}
