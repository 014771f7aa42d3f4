using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DeepBelief.Tensors;

/// <summary>Factors for dropout. Torch's dropout draws its numbers on a single thread.</summary>
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

    /// <summary>Fills <c>[rows, columns]</c> factors with 0 with probability rate, else 1 / (1 - rate).</summary>
    /// <remarks>The rate, in [0, 1), is compared with random odd multiples of 2^-24.</remarks>
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
        ThreadTeam.Run(&Rows, &job, rows, (long)rows * columns);
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
