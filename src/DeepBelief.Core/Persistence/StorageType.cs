namespace DeepBelief.Persistence;

/// <summary>PyTorch's name of each element type in its files, such as <c>FloatStorage</c> for float32.</summary>
internal static class StorageType
{
    private static readonly (ScalarType Type, string Name)[] Known =
    [
        (ScalarType.Float32, "FloatStorage"),
        (ScalarType.Float64, "DoubleStorage"),
        (ScalarType.Float16, "HalfStorage"),
        (ScalarType.BFloat16, "BFloat16Storage"),
        (ScalarType.Int64, "LongStorage"),
        (ScalarType.Int32, "IntStorage"),
        (ScalarType.Int16, "ShortStorage"),
        (ScalarType.Int8, "CharStorage"),
        (ScalarType.Byte, "ByteStorage"),
        (ScalarType.Bool, "BoolStorage"),
    ];

    public static string? NameOf(ScalarType type) => Known.FirstOrDefault(k => k.Type == type).Name;

    public static ScalarType? TypeOf(string name)
        => Known.Where(k => k.Name == name).Select(k => (ScalarType?)k.Type).FirstOrDefault();
}
