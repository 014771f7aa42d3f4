using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DeepBelief.Tensors;

/// <summary>Binary units: the difference of two cumulant generators in one pass over the inputs.</summary>
/// <remarks>
/// softplus(x) = max(x, 0) + log(1 + exp(-|x|)). The arguments of the logarithms lie between 1 and 2, so the kernel multiplies
/// 16 of them and takes one logarithm of the product. Where <c>from</c> is 0, its generator is the same for all rows, and is computed
/// once.
/// </remarks>
internal static unsafe class BernoulliCumulantKernel
{
    // 2^Factors and its inverse are well within float range.
    private const int Factors = 16;

    private struct Job
    {
        public float* Inputs;
        public float* Bias;
        public double* Totals;
        public float From;
        public float To;
        public double Constant; // Σ softplus(b) where it is computed once, otherwise 0
        public int Columns;
    }

    /// <summary>Which generators are computed for each row.</summary>
    private interface ITerms;

    private readonly struct BothTerms : ITerms;

    private readonly struct ToTerm : ITerms;

    /// <summary>Adds Σ softplus(b + to · I) - softplus(b + from · I) to each row's total.</summary>
    /// <remarks>I: <c>[rows, columns]</c>. b: <c>[columns]</c>. Totals: <c>[rows]</c>, contiguous, float64.</remarks>
    public static void AddDifference(Tensor inputs, Tensor bias, double from, double to, Tensor totals)
    {
        var (rows, columns) = TensorMemory.Size(inputs);
        var job = new Job
        {
            Inputs = TensorMemory.Floats(inputs),
            Bias = TensorMemory.Floats(bias),
            Totals = TensorMemory.Doubles(totals),
            From = (float)from,
            To = (float)to,
            Columns = columns,
        };
        if (from == 0)
        {
            var atZero = job with { To = 0 };
            job.Constant = Row<ToTerm>(&atZero, job.Bias);
        }

        ThreadTeam.Run(from == 0 ? &Rows<ToTerm> : &Rows<BothTerms>, &job, rows, (long)rows * columns);
        TensorMemory.KeepAlive(inputs, bias, totals);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows<TTerms>(void* argument, int first, int end)
        where TTerms : struct, ITerms
    {
        var job = (Job*)argument;
        for (var row = first; row < end; row++)
            job->Totals[row] += Row<TTerms>(job, job->Inputs + ((long)row * job->Columns)) - job->Constant;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Row<TTerms>(Job* job, float* inputs)
        where TTerms : struct, ITerms
    {
        var total = Vector512<float>.Zero;
        for (var column = 0; column < job->Columns; column += Factors * Lanes.Count)
        {
            var stop = Math.Min(column + (Factors * Lanes.Count), job->Columns);
            var (fromProduct, toProduct) = (Vector512<float>.One, Vector512<float>.One);
            var at = column;
            for (; at <= stop - Lanes.Count; at += Lanes.Count)
                Add<TTerms, AllLanes>(job, inputs, at, ref total, ref fromProduct, ref toProduct);
            if (at < stop)
                Add<TTerms, LastLanes>(job, inputs, at, ref total, ref fromProduct, ref toProduct);
            total += VectorMath.Log(toProduct / fromProduct);
        }

        return Sum(&total);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<TTerms, TLanes>(Job* job, float* inputs, int column, ref Vector512<float> total, ref Vector512<float> fromProduct, ref Vector512<float> toProduct)
        where TTerms : struct, ITerms
        where TLanes : struct, ILanes
    {
        // Missing lanes are zero in both and cancel.
        var left = job->Columns - column;
        var (input, bias) = (TLanes.Load(inputs + column, left), TLanes.Load(job->Bias + column, left));
        var to = Vector512.FusedMultiplyAdd(input, Vector512.Create(job->To), bias);
        var toSize = Vector512.Abs(to);
        toProduct *= Vector512<float>.One + VectorMath.Exp(-toSize);
        if (typeof(TTerms) == typeof(ToTerm))
        {
            total += (to + toSize) * 0.5f;
            return;
        }

        var from = Vector512.FusedMultiplyAdd(input, Vector512.Create(job->From), bias);
        var fromSize = Vector512.Abs(from);
        fromProduct *= Vector512<float>.One + VectorMath.Exp(-fromSize);
        total += (to + toSize - (from + fromSize)) * 0.5f;
    }

    /// <summary>Sums the lanes, in the same order on every machine.</summary>
    private static double Sum(Vector512<float>* lanes)
    {
        var sum = 0.0;
        for (var i = 0; i < Lanes.Count; i++)
            sum += ((float*)lanes)[i];
        return sum;
    }
}
