using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DeepBelief.Tensors;

/// <summary>Transposes a bfloat16 matrix. Torch's own copy takes longer than a product gains by having its left factor in order.</summary>
internal static unsafe class TransposeKernel
{
    // A square of so many rows and columns is turned in registers, and four of them, one below the other, become whole cache lines.
    private const int Square = 8;
    private const int BlockRows = 4 * Square;

    // Columns that a thread takes at a time.
    private const int StripWidth = 128;

    private struct Job
    {
        public ushort* From;
        public ushort* To;
        public long FromStride;
        public long ToStride;
        public int Rows;
        public int Columns;
    }

    /// <summary>Writes the transpose of <c>[rows, columns]</c> to <c>[columns, rows]</c>.</summary>
    public static void Transpose(Tensor from, Tensor to)
    {
        var (rows, columns) = TensorMemory.Size(from);
        var job = new Job
        {
            From = (ushort*)TensorMemory.Rounded(from),
            To = (ushort*)TensorMemory.Rounded(to),
            FromStride = TensorMemory.Stride(from),
            ToStride = TensorMemory.Stride(to),
            Rows = rows,
            Columns = columns,
        };
        ThreadTeam.Run(&Strips, &job, (columns + StripWidth - 1) / StripWidth, (long)rows * columns);
        TensorMemory.KeepAlive(from, to, null);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Strips(void* argument, int first, int end)
    {
        var job = (Job*)argument;
        for (var strip = first; strip < end; strip++)
        {
            var stop = Math.Min((strip + 1) * StripWidth, job->Columns);
            for (var row = 0; row < job->Rows; row += BlockRows)
            {
                for (var column = strip * StripWidth; column < stop; column += Square)
                    Block(job, row, Math.Min(row + BlockRows, job->Rows), column, Math.Min(column + Square, stop));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Block(Job* job, int row, int rowEnd, int column, int columnEnd)
    {
        if (Sse2.IsSupported && columnEnd - column == Square)
        {
            for (; row <= rowEnd - Square; row += Square)
                Turn(job->From + (row * job->FromStride) + column, job->FromStride, job->To + (column * job->ToStride) + row, job->ToStride);
        }

        for (; row < rowEnd; row++)
        {
            for (var at = column; at < columnEnd; at++)
                job->To[(at * job->ToStride) + row] = job->From[(row * job->FromStride) + at];
        }
    }

    /// <summary>Turns a square: rows in pairs, pairs in fours, fours in columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Turn(ushort* from, long stride, ushort* to, long toStride)
    {
        var (low01, high01) = Pair(from, stride);
        var (low23, high23) = Pair(from + (2 * stride), stride);
        var (low45, high45) = Pair(from + (4 * stride), stride);
        var (low67, high67) = Pair(from + (6 * stride), stride);
        Store(Sse2.UnpackLow(low01, low23), Sse2.UnpackLow(low45, low67), to, toStride);
        Store(Sse2.UnpackHigh(low01, low23), Sse2.UnpackHigh(low45, low67), to + (2 * toStride), toStride);
        Store(Sse2.UnpackLow(high01, high23), Sse2.UnpackLow(high45, high67), to + (4 * toStride), toStride);
        Store(Sse2.UnpackHigh(high01, high23), Sse2.UnpackHigh(high45, high67), to + (6 * toStride), toStride);
    }

    // Elements of two rows, one by one.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector128<uint> Low, Vector128<uint> High) Pair(ushort* from, long stride)
    {
        var (row, next) = (Vector128.Load(from), Vector128.Load(from + stride));
        return (Sse2.UnpackLow(row, next).AsUInt32(), Sse2.UnpackHigh(row, next).AsUInt32());
    }

    // Two columns, given the four upper and the four lower elements of each.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector128<uint> upper, Vector128<uint> lower, ushort* to, long stride)
    {
        Sse2.UnpackLow(upper.AsUInt64(), lower.AsUInt64()).AsUInt16().Store(to);
        Sse2.UnpackHigh(upper.AsUInt64(), lower.AsUInt64()).AsUInt16().Store(to + stride);
    }
}
