using System.Runtime.CompilerServices;

namespace DeepBelief.Tensors;

internal static unsafe class GatherKernel
{
    // Rows copied side by side. They are scattered in memory: while the processor waits for one, it fetches the others. One row
    // at a time takes nearly twice as long.
    private const int Together = 4;

    private struct Job
    {
        public float* From;
        public long* Rows;
        public void* To;
        public long Stride;
        public int Columns;
    }

    /// <summary>
    /// Copies rows of <paramref name="from"/>, <c>[rows, columns]</c>, to <paramref name="to"/>, <c>[count, columns]</c>. Their
    /// numbers are <paramref name="rows"/>, contiguous, from index <paramref name="first"/> on. What they are copied to is float32 or,
    /// rounded, bfloat16.
    /// </summary>
    public static void Gather(Tensor from, Tensor rows, long first, Tensor to)
    {
        var (count, columns) = TensorMemory.Size(to);
        var job = new Job
        {
            From = TensorMemory.Floats(from),
            Rows = TensorMemory.Integers(rows) + first,
            To = TensorMemory.Elements(to),
            Stride = TensorMemory.Stride(to),
            Columns = columns,
        };
        ThreadTeam.Run(TensorMemory.AreFloats(to) ? &Gather<float> : &Gather<BFloat16>, &job, count, (long)count * columns);
        TensorMemory.KeepAlive(from, rows, to);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Gather<TElement>(void* argument, int first, int end)
        where TElement : unmanaged
    {
        var job = (Job*)argument;
        var i = first;
        for (; i <= end - Together; i += Together)
            Copy<TElement>(job, i);
        for (; i < end; i++)
        {
            var from = job->From + (job->Rows[i] * job->Columns);
            var to = (TElement*)job->To + (i * job->Stride);
            var column = 0;
            for (; column <= job->Columns - Lanes.Count; column += Lanes.Count)
                Copy<AllLanes, TElement>(from, to, column, job->Columns);
            Copy<LastLanes, TElement>(from, to, column, job->Columns);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy<TElement>(Job* job, int row)
        where TElement : unmanaged
    {
        var rows = job->Rows + row;
        var columns = job->Columns;
        var from0 = job->From + (rows[0] * columns);
        var from1 = job->From + (rows[1] * columns);
        var from2 = job->From + (rows[2] * columns);
        var from3 = job->From + (rows[3] * columns);
        var to0 = (TElement*)job->To + (row * job->Stride);
        var to1 = to0 + job->Stride;
        var to2 = to1 + job->Stride;
        var to3 = to2 + job->Stride;
        var column = 0;
        for (; column <= columns - Lanes.Count; column += Lanes.Count)
        {
            Copy<AllLanes, TElement>(from0, to0, column, columns);
            Copy<AllLanes, TElement>(from1, to1, column, columns);
            Copy<AllLanes, TElement>(from2, to2, column, columns);
            Copy<AllLanes, TElement>(from3, to3, column, columns);
        }

        if (column == columns)
            return;
        Copy<LastLanes, TElement>(from0, to0, column, columns);
        Copy<LastLanes, TElement>(from1, to1, column, columns);
        Copy<LastLanes, TElement>(from2, to2, column, columns);
        Copy<LastLanes, TElement>(from3, to3, column, columns);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy<TLanes, TElement>(float* from, TElement* to, int column, int columns)
        where TLanes : struct, ILanes
        where TElement : unmanaged
        => TLanes.Store(TLanes.Load(from + column, columns - column), to + column, columns - column);
}
