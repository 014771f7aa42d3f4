using System.Runtime.CompilerServices;

namespace DeepBelief.Tensors;

/// <summary>Transposes a bfloat16 matrix. Torch's own copy takes longer than a product gains by having its left factor in order.</summary>
internal static unsafe class TransposeKernel
{
    // Rows of the source that are read together: four elements of a column are written at once.
    private const int Together = 4;

    // A block of the source becomes whole cache lines of the target, which are in few pages of memory.
    private const int BlockRows = 32;
    private const int BlockColumns = 8;

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
                for (var column = strip * StripWidth; column < stop; column += BlockColumns)
                    Block(job, row, Math.Min(row + BlockRows, job->Rows), column, Math.Min(column + BlockColumns, stop));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Block(Job* job, int row, int rowEnd, int column, int columnEnd)
    {
        for (; row <= rowEnd - Together; row += Together)
            Copy(job, row, column, columnEnd);
        for (; row < rowEnd; row++)
        {
            for (var at = column; at < columnEnd; at++)
                job->To[(at * job->ToStride) + row] = job->From[(row * job->FromStride) + at];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy(Job* job, int row, int column, int stop)
    {
        var from0 = job->From + (row * job->FromStride);
        var from1 = from0 + job->FromStride;
        var from2 = from1 + job->FromStride;
        var from3 = from2 + job->FromStride;
        var stride = job->ToStride;
        var to = job->To + (column * stride) + row;
        for (; column < stop; column++, to += stride)
        {
            // The processors that .NET runs on here, x64 and arm64, store the lowest bits first.
            var four = from0[column] | ((ulong)from1[column] << 16) | ((ulong)from2[column] << 32) | ((ulong)from3[column] << 48);
            Unsafe.WriteUnaligned(to, four);
        }
    }
}
