namespace DeepBelief.Tests.Oracles;

/// <summary>xoroshiro128++ and splitmix64, one number at a time, as their authors define them.</summary>
internal sealed class XoroshiroReference(ulong state0, ulong state1)
{
    public ulong Next()
    {
        var result = unchecked(ulong.RotateLeft(state0 + state1, 17) + state0);
        state1 ^= state0;
        state0 = ulong.RotateLeft(state0, 49) ^ state1 ^ (state1 << 21);
        state1 = ulong.RotateLeft(state1, 28);
        return result;
    }

    /// <summary>An output of splitmix64, counted from 0.</summary>
    public static ulong SplitMix(ulong seed, ulong output)
    {
        unchecked
        {
            var z = seed + ((output + 1) * 0x9E3779B97F4A7C15);
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }

    /// <summary>The numbers of a row of a matrix.</summary>
    public static uint[] Row(ulong key, int row, int columns)
    {
        var generators = Enumerable.Range(0, 8).Select(g => (16 * (ulong)row) + (2 * (ulong)g))
            .Select(output => new XoroshiroReference(SplitMix(key, output), SplitMix(key, output + 1))).ToArray();
        var numbers = new uint[(columns + 15) / 16 * 16];
        for (var column = 0; column < columns; column += 16)
        {
            for (var g = 0; g < 8; g++)
            {
                var both = generators[g].Next();
                (numbers[column + (2 * g)], numbers[column + (2 * g) + 1]) = ((uint)both, (uint)(both >> 32));
            }
        }

        return numbers;
    }

    /// <summary>The numbers of the rows of a matrix, one after the other.</summary>
    public static uint[] Matrix(ulong key, int rows, int columns)
        => [.. Enumerable.Range(0, rows).SelectMany(row => Row(key, row, columns).Take(columns))];
}
