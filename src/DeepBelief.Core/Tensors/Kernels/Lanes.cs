using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DeepBelief.Tensors;

/// <summary>How sixteen floats of an array, or those before its end, are read and written.</summary>
/// <remarks>
/// .NET makes of a <see cref="Vector512{T}"/> whatever the processor has: one register, two of 256 bits, four of 128, or
/// plain numbers. The kernels are written once, and their results are the same everywhere.
/// </remarks>
internal unsafe interface ILanes
{
    /// <summary>Reads floats; zeros stand for those that are missing.</summary>
    /// <param name="from">The first.</param>
    /// <param name="left">How many there are; none where it is negative.</param>
    static abstract Vector512<float> Load(float* from, long left);

    /// <summary>Writes floats.</summary>
    /// <param name="values">The values.</param>
    /// <param name="to">Where the first goes.</param>
    /// <param name="left">For how many there is room; for none where it is negative.</param>
    static abstract void Store(Vector512<float> values, float* to, long left);
}

/// <summary>The number of lanes.</summary>
internal static class Lanes
{
    /// <summary>How many floats are worked on at a time.</summary>
    public const int Count = 16;

    /// <summary>How many groups of 16, the last of them perhaps not full, there are in so many elements.</summary>
    public static int Groups(long elements) => checked((int)((elements + Count - 1) / Count));
}

/// <summary>Lanes all of which are there, whatever the number that is left.</summary>
internal readonly unsafe struct AllLanes : ILanes
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(float* from, long left) => Vector512.Load(from);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> values, float* to, long left) => values.Store(to);
}

/// <summary>Lanes at the end of an array. In a type of its own, so that the others need not ask.</summary>
internal readonly unsafe struct LastLanes : ILanes
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(float* from, long left)
        => Avx512F.IsSupported ? Avx512F.MaskLoad(from, Mask(left), Vector512<float>.Zero) : LoadOneByOne(from, left);

    /// <inheritdoc/>
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
