using System.Runtime.CompilerServices;

namespace DeepBelief.Kernels;

/// <summary>Rows of a matrix gathered into another.</summary>
internal static unsafe class Rows
{
    private struct Job
    {
        public float* From;
        public long* Rows;
        public float* To;
        public int Columns;
    }

    /// <summary>Copies rows, each by its number, into another matrix.</summary>
    /// <param name="from"><c>[rows, columns]</c>.</param>
    /// <param name="rows">Numbers of rows, <c>[count]</c>.</param>
    /// <param name="to"><c>[count, columns]</c>.</param>
    public static void Gather(Tensor from, Tensor rows, Tensor to)
    {
        var (count, columns) = TensorMemory.Size(to);
        var job = new Job { From = TensorMemory.Floats(from), Rows = TensorMemory.Integers(rows), To = TensorMemory.Floats(to), Columns = columns };
        Workers.Run(&Gather, &job, count, (long)count * columns);
        TensorMemory.KeepAlive(from, rows, to);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Gather(void* argument, int first, int end)
    {
        var job = (Job*)argument;
        var bytes = (long)job->Columns * sizeof(float);
        for (var i = first; i < end; i++)
        {
            Buffer.MemoryCopy(job->From + (job->Rows[i] * job->Columns), job->To + ((long)i * job->Columns), bytes, bytes);
        }
    }
}
