namespace DeepBelief.Files;

/// <summary>
/// Compares the keys of dictionaries read from files. Randomises the hash codes of numbers per process, as .NET does those of
/// strings, so that no file can force all keys to collide.
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
