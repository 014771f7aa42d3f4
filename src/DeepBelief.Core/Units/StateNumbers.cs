namespace DeepBelief.Units;

/// <summary>Numbers joint states: each unit's state is a digit of the number.</summary>
internal static class StateNumbers
{
    /// <summary>The digits of numbers of 0 or more, int64, <c>[count]</c>, lowest first, as <c>[count, units]</c>.</summary>
    public static Tensor Digits(Tensor numbers, long radix, long units)
    {
        using var scope = torch.NewDisposeScope();
        if (radix == 2)
            return Bits(numbers, units).MoveToOuterDisposeScope();
        var worths = new long[units];
        worths[0] = 1;
        for (var i = 1; i < units; i++)
            worths[i] = Product(worths[i - 1], radix);
        return numbers.unsqueeze(1).floor_divide(torch.tensor(worths, ScalarType.Int64, numbers.device)).Remainder(radix).MoveToOuterDisposeScope();
    }

    /// <summary>a · b, or the largest integer if the product exceeds it: no number has digits beyond.</summary>
    public static long Product(long a, long b) => (long)Int128.Min((Int128)a * b, long.MaxValue);

    /// <summary>A count of states as an integer, or the largest integer from 2^53 on, where doubles are not exact.</summary>
    public static long Count(double states) => states < 1L << 53 ? (long)states : long.MaxValue;

    // Sums over all states of bits are the usual ones, and a mask is faster than two divisions.
    private static Tensor Bits(Tensor numbers, long units)
    {
        long[] bits = [.. Enumerable.Range(0, checked((int)units)).Select(i => i < 63 ? 1L << i : 0)];
        return numbers.unsqueeze(1).bitwise_and(torch.tensor(bits, ScalarType.Int64, numbers.device)).IsNotZero();
    }
}
