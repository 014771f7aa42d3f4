using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DeepBelief.Tensors;

/// <summary>What dropout multiplies with. Torch's own draws one number after the other, on one thread.</summary>
internal static unsafe class DropoutKernel
{
    private struct Job
    {
        public float* Factors;
        public float Limit;
        public float Scale;
        public int Columns;
        public ulong Key;
    }

    /// <summary>Writes 0 with the rate's probability, else 1 / (1 - rate).</summary>
    /// <param name="factors">Takes the factors, <c>[rows, columns]</c>.</param>
    /// <param name="rate">The probability of zero, in [0, 1); a random odd multiple of 2^-24 is compared with it.</param>
    /// <param name="key">Key of the random numbers.</param>
    public static void Fill(Tensor factors, double rate, ulong key)
    {
        var (rows, columns) = TensorMemory.Size(factors);
        var job = new Job
        {
            Factors = TensorMemory.Floats(factors),
            Limit = (float)(rate * 16777216),
            Scale = (float)(1 / (1 - rate)),
            Columns = columns,
            Key = key,
        };
        Workers.Run(&Rows, &job, rows, (long)rows * columns);
        TensorMemory.KeepAlive(factors, factors, null);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows(void* argument, int first, int end)
    {
        var job = (Job*)argument;
        for (var row = first; row < end; row++)
        {
            var random = new Xoroshiro(job->Key, row);
            var factors = job->Factors + ((long)row * job->Columns);
            var column = 0;
            for (; column <= job->Columns - Lanes.Count; column += Lanes.Count)
                AllLanes.Store(Factors(job, random.Next()), factors + column, Lanes.Count);
            if (column < job->Columns)
                LastLanes.Store(Factors(job, random.Next()), factors + column, job->Columns - column);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Factors(Job* job, Vector512<uint> numbers)
    {
        var odd = Vector512.ConvertToSingle(((numbers >>> 8) | Vector512<uint>.One).AsInt32());
        return Vector512.GreaterThanOrEqual(odd, Vector512.Create(job->Limit)) & Vector512.Create(job->Scale);
    }
}
