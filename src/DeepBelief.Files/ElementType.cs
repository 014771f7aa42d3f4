namespace DeepBelief.Files;

/// <summary>The supported element types and their names in files.</summary>
internal static class ElementType
{
    private static readonly (ScalarType Type, string Name, string Storage, string Safetensors)[] Known =
    [
        (ScalarType.Float32, "float32", "FloatStorage", "F32"),
        (ScalarType.Float64, "float64", "DoubleStorage", "F64"),
        (ScalarType.Float16, "float16", "HalfStorage", "F16"),
        (ScalarType.BFloat16, "bfloat16", "BFloat16Storage", "BF16"),
        (ScalarType.Int64, "int64", "LongStorage", "I64"),
        (ScalarType.Int32, "int32", "IntStorage", "I32"),
        (ScalarType.Int16, "int16", "ShortStorage", "I16"),
        (ScalarType.Int8, "int8", "CharStorage", "I8"),
        (ScalarType.Byte, "uint8", "ByteStorage", "U8"),
        (ScalarType.Bool, "bool", "BoolStorage", "BOOL"),
    ];

    /// <summary>PyTorch's name, such as <c>float32</c>.</summary>
    public static string Name(ScalarType type) => Of(type).Name;

    /// <summary>PyTorch's name of the storage class, such as <c>FloatStorage</c>.</summary>
    public static string Storage(ScalarType type) => Of(type).Storage;

    /// <summary>The name in safetensors files, such as <c>F32</c>.</summary>
    public static string Safetensors(ScalarType type) => Of(type).Safetensors;

    public static ScalarType? OfName(string name) => Find(known => known.Name == name);

    public static ScalarType? OfStorage(string name) => Find(known => known.Storage == name);

    public static ScalarType? OfSafetensors(string name) => Find(known => known.Safetensors == name);

    private static (ScalarType Type, string Name, string Storage, string Safetensors) Of(ScalarType type)
        => Known.FirstOrDefault(known => known.Type == type) is { Name: not null } found
            ? found
            : throw new ArgumentException($"Expected a real element type, found {type}.", nameof(type));

    private static ScalarType? Find(Predicate<(ScalarType Type, string Name, string Storage, string Safetensors)> matches)
        => Array.FindIndex(Known, matches) is >= 0 and var i ? Known[i].Type : null;
}
