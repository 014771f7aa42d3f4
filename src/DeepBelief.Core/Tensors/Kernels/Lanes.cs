using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DeepBelief.Tensors;

/// <summary>Reads and writes 16 floats of an array, or fewer at its end.</summary>
/// <remarks>
/// .NET maps a <see cref="Vector512{T}"/> to one register, two of 256 bits, four of 128 or plain numbers, as the processor
/// has them. The kernels are written once and give the same results everywhere.
/// </remarks>
internal unsafe interface ILanes
{
    /// <summary>Reads <paramref name="left"/> floats, at most 16, none if negative; missing ones are zero.</summary>
    static abstract Vector512<float> Load(float* from, long left);

    /// <summary>Writes <paramref name="left"/> floats, at most 16, none if negative.</summary>
    static abstract void Store(Vector512<float> values, float* to, long left);
}

internal static class Lanes
{
    /// <summary>Number of floats processed at a time.</summary>
    public const int Count = 16;

    /// <summary>Number of groups of 16 that hold these elements, the last possibly partial.</summary>
    public static int Groups(long elements) => checked((int)((elements + Count - 1) / Count));
}

/// <summary>All 16 lanes; ignores the number left.</summary>
internal readonly unsafe struct AllLanes : ILanes
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(float* from, long left) => Vector512.Load(from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> values, float* to, long left) => values.Store(to);
}

/// <summary>Lanes at the end of an array; a separate type, so that full groups need no check.</summary>
internal readonly unsafe struct LastLanes : ILanes
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(float* from, long left)
        => Avx512F.IsSupported ? Avx512F.MaskLoad(from, Mask(left), Vector512<float>.Zero) : LoadOneByOne(from, left);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> values, float* to, long left)
    {
        if (Avx512F.IsSupported)
            Avx512F.MaskStore(to, Mask(left), values);
        else
            StoreOneByOne(values, to, left);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Mask(long left)
        => Vector512.LessThan(Vector512<int>.Indices, Vector512.Create((int)Math.Min(left, Lanes.Count))).AsSingle();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector512<float> LoadOneByOne(float* from, long left)
    {
        if (left >= Lanes.Count)
            return Vector512.Load(from);
        var padded = Vector512<float>.Zero;
        for (var i = 0; i < left; i++)
            ((float*)&padded)[i] = from[i];
        return padded;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void StoreOneByOne(Vector512<float> values, float* to, long left)
    {
        if (left >= Lanes.Count)
        {
            values.Store(to);
            return;
        }

        for (var i = 0; i < left; i++)
            to[i] = ((float*)&values)[i];
    }
}
