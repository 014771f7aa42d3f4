using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace DeepBelief.Kernels;

/// <summary>
/// Philox4x32-7, a random number generator without a state: four 32-bit numbers are a function of a 128-bit counter and a
/// 64-bit key (Salmon, Moraes, Dror and Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3", who found seven rounds to
/// pass all tests of BigCrush, as more do).
/// </summary>
/// <remarks>
/// Here a counter is a row and a column of a matrix, and each matrix has a key of its own, so that any thread can draw
/// any part of it in any order. Eight counters are computed at a time, each number in the lower half of a 64-bit lane,
/// where a product has room; the upper halves hold what is of no use. Two such groups take turns, as each waits for its
/// products most of the time.
/// </remarks>
internal unsafe struct Philox
{
    /// <summary>How many neighbours in a row share one call of <see cref="Next"/>.</summary>
    public const int BlockSize = 64;

    private const int Rounds = 7;
    private const uint FirstMultiplier = 0xD2511F53;
    private const uint SecondMultiplier = 0xCD9E8D57;
    private const uint FirstKeyStep = 0x9E3779B9;
    private const uint SecondKeyStep = 0xBB67AE85;

    private fixed ulong keys[2 * Rounds];

    /// <summary>The numbers of one matrix.</summary>
    /// <param name="key">What distinguishes them from those of others.</param>
    public Philox(ulong key)
    {
        var (first, second) = ((uint)key, (uint)(key >> 32));
        for (var round = 0; round < Rounds; round++)
        {
            keys[2 * round] = first;
            keys[(2 * round) + 1] = second;
            unchecked
            {
                first += FirstKeyStep;
                second += SecondKeyStep;
            }
        }
    }

    /// <summary>The numbers of 64 neighbours in a row, 16 in each vector.</summary>
    /// <remarks>
    /// Counters have the words (16 block + lane, row, 0, 0). Vectors 0 and 1 are of the first eight: words 0 and 1 of
    /// each, in turn, and words 2 and 3; vectors 2 and 3 of the others.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Next(
        Philox* random, int block, int row, out Vector512<uint> numbers0, out Vector512<uint> numbers1, out Vector512<uint> numbers2, out Vector512<uint> numbers3)
    {
        var a0 = Vector512.Create(0UL, 1, 2, 3, 4, 5, 6, 7) + Vector512.Create((ulong)block * 16);
        var b0 = a0 + Vector512.Create(8UL);
        var (a1, a2, a3) = (Vector512.Create((ulong)row), Vector512<ulong>.Zero, Vector512<ulong>.Zero);
        var (b1, b2, b3) = (a1, a2, a3);
        Mix(random, ref a0, ref a1, ref a2, ref a3, ref b0, ref b1, ref b2, ref b3);
        numbers0 = Pair(a0, a1);
        numbers1 = Pair(a2, a3);
        numbers2 = Pair(b0, b1);
        numbers3 = Pair(b2, b3);
    }

    /// <summary>Turns the words of 16 counters, in the lower halves of the lanes, into random ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Mix(
        Philox* random,
        ref Vector512<ulong> a0, ref Vector512<ulong> a1, ref Vector512<ulong> a2, ref Vector512<ulong> a3,
        ref Vector512<ulong> b0, ref Vector512<ulong> b1, ref Vector512<ulong> b2, ref Vector512<ulong> b3)
    {
        // Seven times the same; a loop would take longer.
        var key = random->keys;
        Round(key, ref a0, ref a1, ref a2, ref a3);
        Round(key, ref b0, ref b1, ref b2, ref b3);
        Round(key + 2, ref a0, ref a1, ref a2, ref a3);
        Round(key + 2, ref b0, ref b1, ref b2, ref b3);
        Round(key + 4, ref a0, ref a1, ref a2, ref a3);
        Round(key + 4, ref b0, ref b1, ref b2, ref b3);
        Round(key + 6, ref a0, ref a1, ref a2, ref a3);
        Round(key + 6, ref b0, ref b1, ref b2, ref b3);
        Round(key + 8, ref a0, ref a1, ref a2, ref a3);
        Round(key + 8, ref b0, ref b1, ref b2, ref b3);
        Round(key + 10, ref a0, ref a1, ref a2, ref a3);
        Round(key + 10, ref b0, ref b1, ref b2, ref b3);
        Round(key + 12, ref a0, ref a1, ref a2, ref a3);
        Round(key + 12, ref b0, ref b1, ref b2, ref b3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round(ulong* key, ref Vector512<ulong> word0, ref Vector512<ulong> word1, ref Vector512<ulong> word2, ref Vector512<ulong> word3)
    {
        var product0 = Multiply(word0, FirstMultiplier);
        var product1 = Multiply(word2, SecondMultiplier);
        word0 = (product1 >>> 32) ^ word1 ^ Vector512.Create(key[0]);
        word1 = product1;
        word2 = (product0 >>> 32) ^ word3 ^ Vector512.Create(key[1]);
        word3 = product0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Pair(Vector512<ulong> even, Vector512<ulong> odd)
        => ((even & Vector512.Create((ulong)uint.MaxValue)) | (odd << 32)).AsUInt32();

    /// <summary>Products of the lower halves of the lanes with a number, in 64 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Multiply(Vector512<ulong> lanes, uint factor)
    {
        if (Avx512F.IsSupported)
            return Avx512F.Multiply(lanes.AsUInt32(), Vector512.Create((ulong)factor).AsUInt32());
        return Vector512.Create(Multiply(lanes.GetLower(), factor), Multiply(lanes.GetUpper(), factor));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> Multiply(Vector256<ulong> lanes, uint factor)
    {
        if (Avx2.IsSupported)
            return Avx2.Multiply(lanes.AsUInt32(), Vector256.Create((ulong)factor).AsUInt32());
        return Vector256.Create(Multiply(lanes.GetLower(), factor), Multiply(lanes.GetUpper(), factor));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> Multiply(Vector128<ulong> lanes, uint factor)
    {
        if (Sse2.IsSupported)
            return Sse2.Multiply(lanes.AsUInt32(), Vector128.Create((ulong)factor).AsUInt32());
        if (AdvSimd.IsSupported)
            return AdvSimd.MultiplyWideningLower(AdvSimd.ExtractNarrowingLower(lanes), Vector64.Create(factor));
        return (lanes & Vector128.Create((ulong)uint.MaxValue)) * factor;
    }
}
