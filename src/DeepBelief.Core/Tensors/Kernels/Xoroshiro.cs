using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DeepBelief.Tensors;

/// <summary>
/// The random numbers of one row of a matrix: eight generators xoroshiro128++ side by side (Blackman and Vigna 2021,
/// "Scrambled linear pseudorandom number generators").
/// </summary>
/// <remarks>
/// Each matrix has a key of its own, and the generators of a row begin where splitmix64 (Steele, Lea and Flood 2014), begun
/// at the key, says for this row: so any thread can draw any rows in any order, and the numbers are the same.
/// </remarks>
internal struct Xoroshiro
{
    private const ulong SplitMixStep = 0x9E3779B97F4A7C15;

    private Vector512<ulong> state0;
    private Vector512<ulong> state1;

    /// <summary>The generators of a row, each at its beginning.</summary>
    /// <param name="key">What distinguishes a matrix from others.</param>
    /// <param name="row">The row, 0 or more.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Xoroshiro(ulong key, int row)
    {
        // Generator g of row r has the outputs 16 r + 2 g and the next one of splitmix64, counted from 0.
        var even = (Vector512.Create(1UL, 3, 5, 7, 9, 11, 13, 15) + Vector512.Create((ulong)row * 16)) * SplitMixStep + Vector512.Create(key);
        state0 = Mix(even);
        state1 = Mix(even + Vector512.Create(SplitMixStep));
    }

    /// <summary>Generators in given states.</summary>
    internal Xoroshiro(Vector512<ulong> state0, Vector512<ulong> state1) => (this.state0, this.state1) = (state0, state1);

    /// <summary>The numbers of the next 16 columns: both halves, the lower first, of what each generator gives.</summary>
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
