using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DeepBelief.Tensors;

/// <summary>Gaussian units: mean and noise in one pass over the inputs.</summary>
/// <remarks>Noise: Box and Muller 1958, two numbers from a radius and an angle.</remarks>
internal static unsafe class GaussianKernel
{
    // Normal numbers come in pairs: one for a group's first 16 columns, one for its last 16.
    private const int GroupSize = 2 * Lanes.Count;

    private struct Job
    {
        public float* Inputs;
        public float* Bias;
        public float* Variance;
        public float* Deviation;
        public float* Means;
        public float* States;
        public int Columns;
        public ulong Key;
    }

    /// <summary>Writes b + σ²I to the means, and samples of N(b + σ²I, σ²) to the states; either may be null.</summary>
    /// <remarks>I, means, states: <c>[rows, columns]</c>. b, σ², σ: <c>[columns]</c>. Without states, ignores the key.</remarks>
    public static void Activate(Tensor inputs, Tensor bias, Tensor variance, Tensor deviation, Tensor? means, Tensor? states, ulong key)
    {
        var (rows, columns) = TensorMemory.Size(inputs);
        var job = new Job
        {
            Inputs = TensorMemory.Floats(inputs),
            Bias = TensorMemory.Floats(bias),
            Variance = TensorMemory.Floats(variance),
            Deviation = TensorMemory.Floats(deviation),
            Means = TensorMemory.Floats(means),
            States = TensorMemory.Floats(states),
            Columns = columns,
            Key = key,
        };
        ThreadTeam.Run(&Rows, &job, rows, (long)rows * columns);
        TensorMemory.KeepAlive(inputs, bias, variance, deviation, means, states);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows(void* argument, int first, int end)
    {
        var job = (Job*)argument;
        for (var row = first; row < end; row++)
        {
            var random = new Xoroshiro(job->Key, row);
            var column = 0;
            for (; column <= job->Columns - GroupSize; column += GroupSize)
                Group<AllLanes>(job, row, column, ref random);
            if (column < job->Columns)
                Group<LastLanes>(job, row, column, ref random);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Group<TLanes>(Job* job, int row, int column, ref Xoroshiro random)
        where TLanes : struct, ILanes
    {
        var (at, left) = (((long)row * job->Columns) + column, job->Columns - column);
        var mean0 = Mean<TLanes>(job, at, column, left);
        var mean1 = Mean<TLanes>(job, at + 16, column + 16, left - 16);
        if (job->Means != null)
        {
            TLanes.Store(mean0, job->Means + at, left);
            TLanes.Store(mean1, job->Means + at + 16, left - 16);
        }

        if (job->States != null)
        {
            var states = job->States + at;
            var deviation = job->Deviation + column;
            var radii = random.Next();
            var (x, y) = Normal(radii, random.Next());
            TLanes.Store(Vector512.FusedMultiplyAdd(x, TLanes.Load(deviation, left), mean0), states, left);
            TLanes.Store(Vector512.FusedMultiplyAdd(y, TLanes.Load(deviation + 16, left - 16), mean1), states + 16, left - 16);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Mean<TLanes>(Job* job, long at, int column, int left)
        where TLanes : struct, ILanes
        => Vector512.FusedMultiplyAdd(TLanes.Load(job->Inputs + at, left), TLanes.Load(job->Variance + column, left), TLanes.Load(job->Bias + column, left));

    /// <summary>Independent standard normal numbers from uniform bits; none exceeds 6.7, where one in 10^11 should.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector512<float> X, Vector512<float> Y) Normal(Vector512<uint> radiusBits, Vector512<uint> angleBits)
    {
        var uniform = (Vector512.ConvertToSingle((radiusBits >>> 1).AsInt32()) + Vector512.Create(0.5f)) * (1f / 2147483648f);
        var radius = Vector512.Sqrt(VectorMath.Log(uniform) * -2f);

        // 24 bits give the angle within an eighth of a turn; a swap and two signs, three bits, select the eighth.
        var part = (Vector512.ConvertToSingle((angleBits & Vector512.Create(0x00FFFFFFu)).AsInt32()) + Vector512.Create(0.5f)) * (1f / 134217728f);
        var (sine, cosine) = VectorMath.SinCosOfTurn(part);
        var swap = Vector512.LessThan(angleBits.AsInt32(), Vector512<int>.Zero).AsSingle();
        var sign = Vector512.Create(0x80000000u);
        var x = Vector512.ConditionalSelect(swap, sine, cosine).AsUInt32() ^ ((angleBits << 1) & sign);
        var y = Vector512.ConditionalSelect(swap, cosine, sine).AsUInt32() ^ ((angleBits << 2) & sign);
        return (radius * x.AsSingle(), radius * y.AsSingle());
    }
}
