using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

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
        public float* To;
        public int Columns;
    }

    /// <summary>
    /// Copies rows of <paramref name="from"/>, <c>[rows, columns]</c>, to <paramref name="to"/>, <c>[count, columns]</c>. Their
    /// numbers are <paramref name="rows"/>, contiguous, from index <paramref name="first"/> on.
    /// </summary>
    public static void Gather(Tensor from, Tensor rows, long first, Tensor to)
    {
        var (count, columns) = TensorMemory.Size(to);
        var job = new Job { From = TensorMemory.Floats(from), Rows = TensorMemory.Integers(rows) + first, To = TensorMemory.Floats(to), Columns = columns };
        ThreadTeam.Run(&Gather, &job, count, (long)count * columns);
        TensorMemory.KeepAlive(from, rows, to);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Gather(void* argument, int first, int end)
    {
        var job = (Job*)argument;
        var bytes = (long)job->Columns * sizeof(float);
        var i = first;
        for (; i <= end - Together; i += Together)
            Copy(job, i);
        for (; i < end; i++)
            Buffer.MemoryCopy(job->From + (job->Rows[i] * job->Columns), job->To + ((long)i * job->Columns), bytes, bytes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy(Job* job, int row)
    {
        var rows = job->Rows + row;
        var columns = job->Columns;
        var from0 = job->From + (rows[0] * columns);
        var from1 = job->From + (rows[1] * columns);
        var from2 = job->From + (rows[2] * columns);
        var from3 = job->From + (rows[3] * columns);
        var to0 = job->To + ((long)row * columns);
        var to1 = to0 + columns;
        var to2 = to1 + columns;
        var to3 = to2 + columns;
        var column = 0;
        for (; column <= columns - Lanes.Count; column += Lanes.Count)
        {
            Vector512.Load(from0 + column).Store(to0 + column);
            Vector512.Load(from1 + column).Store(to1 + column);
            Vector512.Load(from2 + column).Store(to2 + column);
            Vector512.Load(from3 + column).Store(to3 + column);
        }

        for (; column < columns; column++)
            (to0[column], to1[column], to2[column], to3[column]) = (from0[column], from1[column], from2[column], from3[column]);
    }
}
