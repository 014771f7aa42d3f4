using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DeepBelief.Tensors;

/// <summary>
/// Random numbers for one row of a matrix: eight xoroshiro128++ generators side by side (Blackman and Vigna 2021, "Scrambled
/// linear pseudorandom number generators").
/// </summary>
/// <remarks>
/// Each matrix has its own key. splitmix64 (Steele, Lea and Flood 2014), seeded with the key, initialises each row's
/// generators, so any thread can draw any rows in any order and get the same numbers.
/// </remarks>
internal struct Xoroshiro
{
    private const ulong SplitMixStep = 0x9E3779B97F4A7C15;

    private Vector512<ulong> state0;
    private Vector512<ulong> state1;

    /// <summary>Initialises the generators of a row, 0 or more, of the matrix with this key.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Xoroshiro(ulong key, int row)
    {
        // Generator g of row r starts at splitmix64's outputs 16 r + 2 g and 16 r + 2 g + 1, counted from 0.
        var even = (Vector512.Create(1UL, 3, 5, 7, 9, 11, 13, 15) + Vector512.Create((ulong)row * 16)) * SplitMixStep + Vector512.Create(key);
        state0 = Mix(even);
        state1 = Mix(even + Vector512.Create(SplitMixStep));
    }

    internal Xoroshiro(Vector512<ulong> state0, Vector512<ulong> state1) => (this.state0, this.state1) = (state0, state1);

    /// <summary>The numbers for the next 16 columns: both halves, lower first, of each generator's output.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<uint> Next()
    {
        var numbers = Rotate(state0 + state1, 17) + state0;
        state1 ^= state0;
        state0 = Rotate(state0, 49) ^ state1 ^ (state1 << 21);
        state1 = Rotate(state1, 28);
        return numbers.AsUInt32();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Mix(Vector512<ulong> z)
    {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EB;
        return z ^ (z >>> 31);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Rotate(Vector512<ulong> lanes, [ConstantExpected] byte bits)
        => Avx512F.IsSupported ? Avx512F.RotateLeft(lanes, bits) : (lanes << bits) | (lanes >>> (64 - bits));
}
