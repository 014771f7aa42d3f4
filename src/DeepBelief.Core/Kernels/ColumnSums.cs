using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DeepBelief.Kernels;

/// <summary>Sums over the rows of a matrix, column by column, as the gradients of biases are.</summary>
internal static unsafe class ColumnSums
{
    // So many rows are added up by themselves first, lest a long sum swallow what is added to it.
    private const int RowsPerPart = 256;

    private struct Job
    {
        public float* Values;
        public float* Center;
        public float* Sums;
        public float* Squares;
        public int Rows;
        public int Columns;
        public float Scale;
    }

    /// <summary>Adds a multiple of Σ (x - c) over the rows to one vector, and of Σ (x - c)² to another.</summary>
    /// <param name="values">x, <c>[rows, columns]</c>.</param>
    /// <param name="center">c, <c>[columns]</c>; zeros when null.</param>
    /// <param name="sums">What the first is added to, <c>[columns]</c>; may be null.</param>
    /// <param name="squares">What the second is added to, <c>[columns]</c>; may be null.</param>
    /// <param name="scale">The factor.</param>
    public static void Add(Tensor values, Tensor? center, Tensor? sums, Tensor? squares, double scale)
    {
        var (rows, columns) = TensorMemory.Size(values);
        var job = new Job
        {
            Values = TensorMemory.Floats(values),
            Center = TensorMemory.Floats(center),
            Sums = TensorMemory.Floats(sums),
            Squares = TensorMemory.Floats(squares),
            Rows = rows,
            Columns = columns,
            Scale = (float)scale,
        };
        Workers.Run(&Strips, &job, Lanes.Groups(columns), (long)rows * columns);
        TensorMemory.KeepAlive(values, values, center, sums, squares);
    }

    /// <summary>The mean over the rows of any matrix, <c>[columns]</c>.</summary>
    public static Tensor Mean(Tensor values)
    {
        if (!TensorMemory.IsFast(values) || values.dim() != 2)
            return values.mean(new long[] { 0 });
        var means = torch.zeros(values.size(1), values.dtype);
        Add(values, null, means, null, 1.0 / values.size(0));
        return means;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Strips(void* argument, int first, int end)
    {
        var job = (Job*)argument;
        for (var strip = first; strip < end; strip++)
        {
            if ((strip + 1) * Lanes.Count <= job->Columns)
                Strip<AllLanes>(job, strip * Lanes.Count);
            else
                Strip<LastLanes>(job, strip * Lanes.Count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Strip<TLanes>(Job* job, int column)
        where TLanes : struct, ILanes
    {
        var left = job->Columns - column;
        var center = job->Center == null ? Vector512<float>.Zero : TLanes.Load(job->Center + column, left);
        var (sums, squares) = (Vector512<float>.Zero, Vector512<float>.Zero);
        for (var part = 0; part < job->Rows; part += RowsPerPart)
        {
            var (partSums, partSquares) = (Vector512<float>.Zero, Vector512<float>.Zero);
            var stop = Math.Min(part + RowsPerPart, job->Rows);
            var at = job->Values + ((long)part * job->Columns) + column;
            for (var row = part; row < stop; row++, at += job->Columns)
            {
                var deviation = TLanes.Load(at, left) - center;
                partSums += deviation;
                partSquares = Vector512.FusedMultiplyAdd(deviation, deviation, partSquares);
            }

            sums += partSums;
            squares += partSquares;
        }

        Add<TLanes>(job->Sums, column, left, sums * job->Scale);
        Add<TLanes>(job->Squares, column, left, squares * job->Scale);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<TLanes>(float* total, int column, int left, Vector512<float> values)
        where TLanes : struct, ILanes
    {
        if (total != null)
            TLanes.Store(TLanes.Load(total + column, left) + values, total + column, left);
    }
}
