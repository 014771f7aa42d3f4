using System.Runtime.CompilerServices;

namespace DeepBelief.Tensors;

internal static unsafe class ScaleKernel
{
    private struct Job
    {
        public float* Values;
        public float Factor;
        public long Count;
    }

    /// <summary>Multiplies a tensor by a number in place; uses torch's operator if the kernels don't accept the tensor.</summary>
    public static void Scale(Tensor values, double factor)
    {
        if (!TensorMemory.IsFast(values))
        {
            _ = values.Scale(factor);
            return;
        }

        var job = new Job { Values = TensorMemory.Floats(values), Factor = (float)factor, Count = values.NumberOfElements };
        ThreadTeam.Run(&Scale, &job, Lanes.Groups(job.Count), job.Count);
        GC.KeepAlive(values);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scale(void* argument, int first, int end)
    {
        var job = (Job*)argument;
        var (at, stop) = ((long)first * Lanes.Count, Math.Min((long)end * Lanes.Count, job->Count));
        for (; at <= stop - Lanes.Count; at += Lanes.Count)
            Scale<AllLanes>(job->Values + at, job->Factor, Lanes.Count);
        if (at < stop)
            Scale<LastLanes>(job->Values + at, job->Factor, stop - at);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Scale<TLanes>(float* values, float factor, long left)
        where TLanes : struct, ILanes
        => TLanes.Store(TLanes.Load(values, left) * factor, values, left);
}
