using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DeepBelief.Kernels;

/// <summary>Binary units: bias, sigmoid and comparison with a uniform number in one pass over the inputs.</summary>
internal static unsafe class BernoulliKernel
{
    private struct Job
    {
        public float* Inputs;
        public float* Bias;
        public float* Means;
        public float* States;
        public int Columns;
        public Philox Random;
    }

    /// <summary>Writes means or samples or both.</summary>
    /// <param name="inputs">Inputs I, <c>[rows, columns]</c>.</param>
    /// <param name="bias">Biases b, <c>[columns]</c>.</param>
    /// <param name="means">Takes sigmoid(b + I); may be null.</param>
    /// <param name="states">Takes 1 with that probability, else 0; may be null.</param>
    /// <param name="key">Key of the random numbers; without meaning where there are no states.</param>
    public static void Activate(Tensor inputs, Tensor bias, Tensor? means, Tensor? states, ulong key)
    {
        var (rows, columns) = TensorMemory.Size(inputs);
        var job = new Job
        {
            Inputs = TensorMemory.Floats(inputs),
            Bias = TensorMemory.Floats(bias),
            Means = TensorMemory.Floats(means),
            States = TensorMemory.Floats(states),
            Columns = columns,
            Random = new Philox(key),
        };
        Workers.Run(&Rows, &job, rows, (long)rows * columns);
        TensorMemory.KeepAlive(inputs, bias, means, states);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows(void* argument, int first, int end)
    {
        var job = (Job*)argument;
        for (var row = first; row < end; row++)
        {
            var column = 0;
            for (; column <= job->Columns - Philox.BlockSize; column += Philox.BlockSize)
                Block<AllLanes>(job, row, column);
            if (column < job->Columns)
                Block<LastLanes>(job, row, column);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Block<TLanes>(Job* job, int row, int column)
        where TLanes : struct, ILanes
    {
        var (at, left) = (((long)row * job->Columns) + column, job->Columns - column);
        var inputs = job->Inputs + at;
        var bias = job->Bias + column;
        var inverse0 = Inverse<TLanes>(inputs, bias, left);
        var inverse1 = Inverse<TLanes>(inputs + 16, bias + 16, left - 16);
        var inverse2 = Inverse<TLanes>(inputs + 32, bias + 32, left - 32);
        var inverse3 = Inverse<TLanes>(inputs + 48, bias + 48, left - 48);
        if (job->Means != null)
        {
            var means = job->Means + at;
            TLanes.Store(Vector512<float>.One / inverse0, means, left);
            TLanes.Store(Vector512<float>.One / inverse1, means + 16, left - 16);
            TLanes.Store(Vector512<float>.One / inverse2, means + 32, left - 32);
            TLanes.Store(Vector512<float>.One / inverse3, means + 48, left - 48);
        }

        if (job->States != null)
        {
            var states = job->States + at;
            Philox.Next(&job->Random, column / Philox.BlockSize, row, out var numbers0, out var numbers1, out var numbers2, out var numbers3);
            TLanes.Store(IsBelow(numbers0, inverse0), states, left);
            TLanes.Store(IsBelow(numbers1, inverse1), states + 16, left - 16);
            TLanes.Store(IsBelow(numbers2, inverse2), states + 32, left - 32);
            TLanes.Store(IsBelow(numbers3, inverse3), states + 48, left - 48);
        }
    }

    /// <summary>One divided by the probability.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Inverse<TLanes>(float* inputs, float* bias, int left)
        where TLanes : struct, ILanes
        => Vector512<float>.One + VectorMath.Exp(-(TLanes.Load(inputs, left) + TLanes.Load(bias, left)));

    /// <summary>1 where a random odd multiple of 2^-24 in (0, 1) is below the probability, else 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> IsBelow(Vector512<uint> numbers, Vector512<float> inverse)
    {
        var odd = Vector512.ConvertToSingle(((numbers >>> 8) | Vector512<uint>.One).AsInt32());
        return Vector512.LessThan(odd * inverse, Vector512.Create(16777216f)) & Vector512<float>.One;
    }
}
