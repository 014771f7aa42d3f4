namespace DeepBelief.Units;

/// <summary>Joint states by number: the state of each unit is a digit of it.</summary>
internal static class StateNumbers
{
    /// <summary>The digits of numbers, the lowest first.</summary>
    /// <param name="numbers">64-bit integers of 0 or more, <c>[count]</c>.</param>
    /// <param name="radix">States of a unit.</param>
    /// <param name="units">How many digits.</param>
    /// <returns><c>[count, units]</c>, 64-bit integers.</returns>
    public static Tensor Digits(Tensor numbers, long radix, long units)
    {
        using var scope = torch.NewDisposeScope();
        var worths = new long[units];
        worths[0] = 1;
        for (var i = 1; i < units; i++)
            worths[i] = Product(worths[i - 1], radix);
        return numbers.unsqueeze(1).floor_divide(torch.tensor(worths, ScalarType.Int64, numbers.device)).Remainder(radix).MoveToOuterDisposeScope();
    }

    /// <summary>A product, or the largest integer where that is less: no number has digits beyond.</summary>
    public static long Product(long a, long b) => (long)Int128.Min((Int128)a * b, long.MaxValue);

    /// <summary>A count of states as an integer, or the largest one where no integer is exact.</summary>
    public static long Count(double states) => states < 1L << 53 ? (long)states : long.MaxValue;
}
