namespace DeepBelief.Files;

/// <summary>
/// Compares the keys of dictionaries that were read. The hash codes of numbers are mixed with a secret of the process,
/// like those of strings always are, so that no file can be made whose keys all collide.
/// </summary>
internal sealed class KeyComparer : IEqualityComparer<object>
{
    public static KeyComparer Instance { get; } = new();

    bool IEqualityComparer<object>.Equals(object? x, object? y) => Equals(x, y);

    public int GetHashCode(object obj) => obj switch
    {
        long number => HashCode.Combine((int)number, (int)(number >> 32)),
        double number => GetHashCode(BitConverter.DoubleToInt64Bits(number)),
        _ => obj.GetHashCode(),
    };
}
