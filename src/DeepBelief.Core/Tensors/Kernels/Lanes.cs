using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DeepBelief.Tensors;

/// <summary>Reads and writes 16 numbers of an array, or fewer at its end. Its elements are floats or <see cref="BFloat16"/>.</summary>
/// <remarks>
/// .NET maps a <see cref="Vector512{T}"/> to one register, two of 256 bits, four of 128 or plain numbers, as the processor
/// has them. The kernels are written once and give the same results everywhere. They are compiled for each type of elements.
/// </remarks>
internal unsafe interface ILanes
{
    /// <summary>Reads <paramref name="left"/> elements, at most 16, none if negative; missing ones are zero.</summary>
    static abstract Vector512<float> Load<TElement>(TElement* from, long left)
        where TElement : unmanaged;

    /// <summary>Writes <paramref name="left"/> elements, at most 16, none if negative, rounded to the nearest.</summary>
    static abstract void Store<TElement>(Vector512<float> values, TElement* to, long left)
        where TElement : unmanaged;
}

internal static class Lanes
{
    /// <summary>Number of elements processed at a time.</summary>
    public const int Count = 16;

    /// <summary>Number of groups of 16 that hold these elements, the last possibly partial.</summary>
    public static int Groups(long elements) => checked((int)((elements + Count - 1) / Count));
}

/// <summary>All 16 lanes; ignores the number left.</summary>
internal readonly unsafe struct AllLanes : ILanes
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load<TElement>(TElement* from, long left)
        where TElement : unmanaged
        => typeof(TElement) == typeof(float) ? Vector512.Load((float*)from) : BFloat16.Widen(Vector256.Load((ushort*)from));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TElement>(Vector512<float> values, TElement* to, long left)
        where TElement : unmanaged
    {
        if (typeof(TElement) == typeof(float))
            values.Store((float*)to);
        else
            BFloat16.Narrow(values).Store((ushort*)to);
    }
}

/// <summary>Lanes at the end of an array; a separate type, so that full groups need no check.</summary>
internal readonly unsafe struct LastLanes : ILanes
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load<TElement>(TElement* from, long left)
        where TElement : unmanaged
    {
        if (typeof(TElement) != typeof(float))
            return BFloat16.Widen(LoadRounded((ushort*)from, left));
        return Avx512F.IsSupported ? Avx512F.MaskLoad((float*)from, Mask(left), Vector512<float>.Zero) : LoadOneByOne((float*)from, left);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TElement>(Vector512<float> values, TElement* to, long left)
        where TElement : unmanaged
    {
        if (typeof(TElement) != typeof(float))
            StoreRounded(BFloat16.Narrow(values), (ushort*)to, left);
        else if (Avx512F.IsSupported)
            Avx512F.MaskStore((float*)to, Mask(left), values);
        else
            StoreOneByOne(values, (float*)to, left);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ushort> LoadRounded(ushort* from, long left)
        => Avx512BW.VL.IsSupported ? Avx512BW.VL.MaskLoad(from, RoundedMask(left), Vector256<ushort>.Zero) : LoadOneByOne(from, left);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreRounded(Vector256<ushort> values, ushort* to, long left)
    {
        if (Avx512BW.VL.IsSupported)
            Avx512BW.VL.MaskStore(to, RoundedMask(left), values);
        else
            StoreOneByOne(values, to, left);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ushort> RoundedMask(long left)
        => Vector256.LessThan(Vector256<short>.Indices, Vector256.Create((short)Math.Min(left, Lanes.Count))).AsUInt16();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Mask(long left)
        => Vector512.LessThan(Vector512<int>.Indices, Vector512.Create((int)Math.Min(left, Lanes.Count))).AsSingle();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector512<float> LoadOneByOne(float* from, long left)
    {
        var padded = Vector512<float>.Zero;
        Copy(from, (float*)&padded, left);
        return padded;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector256<ushort> LoadOneByOne(ushort* from, long left)
    {
        var padded = Vector256<ushort>.Zero;
        Copy(from, (ushort*)&padded, left);
        return padded;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void StoreOneByOne(Vector512<float> values, float* to, long left) => Copy((float*)&values, to, left);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void StoreOneByOne(Vector256<ushort> values, ushort* to, long left) => Copy((ushort*)&values, to, left);

    private static void Copy<TElement>(TElement* from, TElement* to, long left)
        where TElement : unmanaged
    {
        var count = (int)Math.Clamp(left, 0, Lanes.Count);
        for (var i = 0; i < count; i++)
            to[i] = from[i];
    }
}
