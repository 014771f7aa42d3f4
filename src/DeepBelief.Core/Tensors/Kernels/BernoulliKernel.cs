using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DeepBelief.Tensors;

/// <summary>Binary units: bias, sigmoid and comparison with a uniform number in one pass over the inputs.</summary>
/// <remarks>Inputs, means and states are all float32 or all bfloat16, in rows that lie equally far apart.</remarks>
internal static unsafe class BernoulliKernel
{
    private struct Job
    {
        public void* Inputs;
        public float* Bias;
        public void* Means;
        public void* States;
        public long Stride;
        public int Columns;
        public ulong Key;
    }

    /// <summary>Writes p = sigmoid(b + I) to the means, 1 with probability p, else 0, to the states; either may be null.</summary>
    /// <remarks>I, means, states: <c>[rows, columns]</c>. b: <c>[columns]</c>. Ignores the random key without states.</remarks>
    public static void Activate(Tensor inputs, Tensor bias, Tensor? means, Tensor? states, ulong key)
    {
        var (rows, columns) = TensorMemory.Size(inputs);
        var job = new Job
        {
            Inputs = TensorMemory.Elements(inputs),
            Bias = TensorMemory.Floats(bias),
            Means = TensorMemory.Elements(means, inputs),
            States = TensorMemory.Elements(states, inputs),
            Stride = TensorMemory.Stride(inputs),
            Columns = columns,
            Key = key,
        };
        ThreadTeam.Run(TensorMemory.AreFloats(inputs) ? &Rows<float> : &Rows<BFloat16>, &job, rows, (long)rows * columns);
        TensorMemory.KeepAlive(inputs, bias, means, states);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows<TElement>(void* argument, int first, int end)
        where TElement : unmanaged
    {
        var job = (Job*)argument;
        for (var row = first; row < end; row++)
        {
            var random = new Xoroshiro(job->Key, row);
            var column = 0;
            for (; column <= job->Columns - Lanes.Count; column += Lanes.Count)
                Group<AllLanes, TElement>(job, row, column, ref random);
            if (column < job->Columns)
                Group<LastLanes, TElement>(job, row, column, ref random);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Group<TLanes, TElement>(Job* job, int row, int column, ref Xoroshiro random)
        where TLanes : struct, ILanes
        where TElement : unmanaged
    {
        var (at, left) = ((row * job->Stride) + column, job->Columns - column);
        // 1 / probability.
        var inverse = Vector512<float>.One + VectorMath.Exp(-(TLanes.Load((TElement*)job->Inputs + at, left) + TLanes.Load(job->Bias + column, left)));
        if (job->Means != null)
            TLanes.Store(Vector512<float>.One / inverse, (TElement*)job->Means + at, left);
        if (job->States != null)
            TLanes.Store(IsBelow(random.Next(), inverse), (TElement*)job->States + at, left);
    }

    /// <summary>1 where a random odd multiple of 2^-31 in (0, 1), rounded to 24 bits, is at most the probability, else 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> IsBelow(Vector512<uint> numbers, Vector512<float> inverse)
    {
        // The largest round to 1, so a probability of 1 always passes; one of 0, whose inverse is infinite, never does.
        var odd = Vector512.ConvertToSingle(((numbers >>> 1) | Vector512<uint>.One).AsInt32());
        return Vector512.LessThanOrEqual(odd * inverse, Vector512.Create(2147483648f)) & Vector512<float>.One;
    }
}
