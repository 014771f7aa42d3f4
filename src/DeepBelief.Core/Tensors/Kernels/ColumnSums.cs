using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DeepBelief.Tensors;

/// <summary>Column sums of a matrix, as for the gradients of biases.</summary>
internal static unsafe class ColumnSums
{
    // Rows are summed in parts of this size: a long float sum would swallow small terms.
    private const int RowsPerPart = 256;

    // Columns summed together: four neighbouring cache lines of each row.
    private const int StripWidth = 4 * Lanes.Count;

    // Rows that are fetched ahead: where they are long, each is in another page of memory, where the processor does not foresee them.
    private const int RowsAhead = 16;

    private struct Job
    {
        public void* Values;
        public long Stride;
        public float* Center;
        public float* Sums;
        public float* Squares;
        public int Rows;
        public int Columns;
        public float Scale;
    }

    /// <summary>Adds scale · Σ (x - c) over the rows to the sums and scale · Σ (x - c)² to the squares; either may be null.</summary>
    /// <remarks>x: <c>[rows, columns]</c>, float32 or bfloat16. Center c, sums and squares: <c>[columns]</c>. Null c stands for zeros.</remarks>
    public static void Add(Tensor values, Tensor? center, Tensor? sums, Tensor? squares, double scale)
    {
        var (rows, columns) = TensorMemory.Size(values);
        var job = new Job
        {
            Values = TensorMemory.Elements(values),
            Stride = TensorMemory.Stride(values),
            Center = TensorMemory.Floats(center),
            Sums = TensorMemory.Floats(sums),
            Squares = TensorMemory.Floats(squares),
            Rows = rows,
            Columns = columns,
            Scale = (float)scale,
        };
        ThreadTeam.Run(TensorMemory.AreFloats(values) ? &Strips<float> : &Strips<BFloat16>, &job, (columns + StripWidth - 1) / StripWidth, (long)rows * columns);
        TensorMemory.KeepAlive(values, values, center, sums, squares);
    }

    /// <summary>The mean over the rows, <c>[columns]</c>, for matrices of any type on any device; of bfloat16 in float32.</summary>
    public static Tensor Mean(Tensor values)
    {
        if (values.dim() != 2 || !(TensorMemory.IsFast(values) || TensorMemory.IsRounded(values)))
            return values.mean(new long[] { 0 });
        var means = torch.zeros(values.size(1), ScalarType.Float32, values.device);
        Add(values, null, means, null, 1.0 / values.size(0));
        return means;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Strips<TElement>(void* argument, int first, int end)
        where TElement : unmanaged
    {
        var job = (Job*)argument;
        for (var strip = first; strip < end; strip++)
        {
            var column = strip * StripWidth;
            if (column <= job->Columns - StripWidth)
                Strip<AllLanes, TElement>(job, column);
            else
                Strip<LastLanes, TElement>(job, column);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Strip<TLanes, TElement>(Job* job, int column)
        where TLanes : struct, ILanes
        where TElement : unmanaged
    {
        var left = job->Columns - column;
        var (center0, center1, center2, center3) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
        if (job->Center != null)
        {
            var center = job->Center + column;
            center0 = TLanes.Load(center, left);
            center1 = TLanes.Load(center + 16, left - 16);
            center2 = TLanes.Load(center + 32, left - 32);
            center3 = TLanes.Load(center + 48, left - 48);
        }

        for (var part = 0; part < job->Rows; part += RowsPerPart)
        {
            var (sums0, sums1, sums2, sums3) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
            var (squares0, squares1, squares2, squares3) = (sums0, sums1, sums2, sums3);
            var stop = Math.Min(part + RowsPerPart, job->Rows);
            var at = (TElement*)job->Values + (part * job->Stride) + column;
            for (var row = part; row < stop; row++, at += job->Stride)
            {
                Fetch(at + (RowsAhead * job->Stride));
                Add<TLanes, TElement>(at, left, center0, ref sums0, ref squares0);
                Add<TLanes, TElement>(at + 16, left - 16, center1, ref sums1, ref squares1);
                Add<TLanes, TElement>(at + 32, left - 32, center2, ref sums2, ref squares2);
                Add<TLanes, TElement>(at + 48, left - 48, center3, ref sums3, ref squares3);
            }

            Add<TLanes>(job->Sums, column, left, job->Scale, sums0, sums1, sums2, sums3);
            Add<TLanes>(job->Squares, column, left, job->Scale, squares0, squares1, squares2, squares3);
        }
    }

    /// <summary>Has the processor fetch a strip of a row, if there is one. Past the end of the matrix, it does nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fetch<TElement>(TElement* strip)
        where TElement : unmanaged
    {
        const int Line = 64;
        if (!Sse.IsSupported)
            return;
        Sse.Prefetch0(strip);
        Sse.Prefetch0((byte*)strip + Line);
        if (typeof(TElement) != typeof(float))
            return;
        Sse.Prefetch0((byte*)strip + (2 * Line));
        Sse.Prefetch0((byte*)strip + (3 * Line));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<TLanes, TElement>(TElement* values, int left, Vector512<float> center, ref Vector512<float> sums, ref Vector512<float> squares)
        where TLanes : struct, ILanes
        where TElement : unmanaged
    {
        var deviation = TLanes.Load(values, left) - center;
        sums += deviation;
        squares = Vector512.FusedMultiplyAdd(deviation, deviation, squares);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<TLanes>(
        float* total, int column, int left, float scale, Vector512<float> values0, Vector512<float> values1, Vector512<float> values2, Vector512<float> values3)
        where TLanes : struct, ILanes
    {
        if (total == null)
            return;
        total += column;
        TLanes.Store(TLanes.Load(total, left) + (values0 * scale), total, left);
        TLanes.Store(TLanes.Load(total + 16, left - 16) + (values1 * scale), total + 16, left - 16);
        TLanes.Store(TLanes.Load(total + 32, left - 32) + (values2 * scale), total + 32, left - 32);
        TLanes.Store(TLanes.Load(total + 48, left - 48) + (values3 * scale), total + 48, left - 48);
    }
}
