using System.Runtime.CompilerServices;

namespace DeepBelief.Tensors;

internal static unsafe class ScaleKernel
{
    private struct Job
    {
        public void* Values;
        public float Factor;
        public long Count;
    }

    /// <summary>
    /// Multiplies a tensor by a number in place; uses torch's operator if the kernels don't accept the tensor. Of a bfloat16 matrix, what
    /// lies between rows is multiplied, too.
    /// </summary>
    public static void Scale(Tensor values, double factor)
    {
        var isRounded = TensorMemory.IsRounded(values);
        if (!isRounded && !TensorMemory.IsFast(values))
        {
            _ = values.Scale(factor);
            return;
        }

        var count = isRounded ? ((values.size(0) - 1) * TensorMemory.Stride(values)) + values.size(1) : values.NumberOfElements;
        var job = new Job { Values = TensorMemory.Elements(values), Factor = (float)factor, Count = count };
        ThreadTeam.Run(isRounded ? &Scale<BFloat16> : &Scale<float>, &job, Lanes.Groups(job.Count), job.Count);
        GC.KeepAlive(values);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scale<TElement>(void* argument, int first, int end)
        where TElement : unmanaged
    {
        var job = (Job*)argument;
        var values = (TElement*)job->Values;
        var (at, stop) = ((long)first * Lanes.Count, Math.Min((long)end * Lanes.Count, job->Count));
        for (; at <= stop - Lanes.Count; at += Lanes.Count)
            Scale<AllLanes, TElement>(values + at, job->Factor, Lanes.Count);
        if (at < stop)
            Scale<LastLanes, TElement>(values + at, job->Factor, stop - at);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Scale<TLanes, TElement>(TElement* values, float factor, long left)
        where TLanes : struct, ILanes
        where TElement : unmanaged
        => TLanes.Store(TLanes.Load(values, left) * factor, values, left);
}
