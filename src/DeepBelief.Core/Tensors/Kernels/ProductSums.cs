using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DeepBelief.Tensors;

/// <summary>Column sums of a product of two matrices, element by element.</summary>
/// <remarks>Torch writes the product to memory, and reads it again.</remarks>
internal static unsafe class ProductSums
{
    // Rows are summed in parts of this size: a long float sum would swallow small terms.
    private const int RowsPerPart = 256;

    // Columns summed together: four neighbouring cache lines of each row.
    private const int StripWidth = 4 * Lanes.Count;

    private struct Job
    {
        public float* Left;
        public float* Right;
        public float* Sums;
        public int Rows;
        public int Columns;
    }

    /// <summary>Σ a ∘ b over the rows, <c>[columns]</c>, of matrices <c>[rows, columns]</c> of any type on any device.</summary>
    public static Tensor Of(Tensor a, Tensor b)
    {
        if (!TensorMemory.IsFast(a) || !TensorMemory.IsFast(b))
            return (a * b).sum(dim: 0);
        var (rows, columns) = TensorMemory.Size(a);
        var sums = torch.zeros(columns, ScalarType.Float32, a.device);
        var job = new Job
        {
            Left = TensorMemory.Floats(a),
            Right = TensorMemory.Floats(b),
            Sums = TensorMemory.Floats(sums),
            Rows = rows,
            Columns = columns,
        };
        ThreadTeam.Run(&Strips, &job, (columns + StripWidth - 1) / StripWidth, (long)rows * columns);
        TensorMemory.KeepAlive(a, b, sums);
        return sums;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Strips(void* argument, int first, int end)
    {
        var job = (Job*)argument;
        for (var strip = first; strip < end; strip++)
        {
            var column = strip * StripWidth;
            if (column <= job->Columns - StripWidth)
                Strip<AllLanes>(job, column);
            else
                Strip<LastLanes>(job, column);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Strip<TLanes>(Job* job, int column)
        where TLanes : struct, ILanes
    {
        var left = job->Columns - column;
        for (var part = 0; part < job->Rows; part += RowsPerPart)
        {
            var (sums0, sums1, sums2, sums3) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
            var stop = Math.Min(part + RowsPerPart, job->Rows);
            for (var row = part; row < stop; row++)
            {
                var at = ((long)row * job->Columns) + column;
                sums0 = Add<TLanes>(job, at, left, sums0);
                sums1 = Add<TLanes>(job, at + 16, left - 16, sums1);
                sums2 = Add<TLanes>(job, at + 32, left - 32, sums2);
                sums3 = Add<TLanes>(job, at + 48, left - 48, sums3);
            }

            Finish<TLanes>(job->Sums + column, left, sums0);
            Finish<TLanes>(job->Sums + column + 16, left - 16, sums1);
            Finish<TLanes>(job->Sums + column + 32, left - 32, sums2);
            Finish<TLanes>(job->Sums + column + 48, left - 48, sums3);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Add<TLanes>(Job* job, long at, int left, Vector512<float> sums)
        where TLanes : struct, ILanes
        => Vector512.FusedMultiplyAdd(TLanes.Load(job->Left + at, left), TLanes.Load(job->Right + at, left), sums);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish<TLanes>(float* total, int left, Vector512<float> sums)
        where TLanes : struct, ILanes
        => TLanes.Store(TLanes.Load(total, left) + sums, total, left);
}
