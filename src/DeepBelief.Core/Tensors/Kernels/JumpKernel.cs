using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DeepBelief.Tensors;

/// <summary>What is left of a jump of chains beside matrix products and cumulant generators.</summary>
/// <remarks>Torch takes a dozen operators over small tensors, each of which takes longer than the work.</remarks>
internal static unsafe class JumpKernel
{
    private struct Job
    {
        public float* Scores;
        public float* Normalizers;
        public double* Totals;
        public int Columns;
    }

    /// <summary>Subtracts log Σ exp(s - n), over the columns, from each row's total.</summary>
    /// <remarks>s: <c>[rows, columns]</c>. n: <c>[columns]</c>. Totals: <c>[rows]</c>, float64.</remarks>
    public static void SubtractLogSum(Tensor scores, Tensor normalizers, Tensor totals)
    {
        var (rows, columns) = TensorMemory.Size(scores);
        var job = new Job
        {
            Scores = TensorMemory.Floats(scores),
            Normalizers = TensorMemory.Floats(normalizers),
            Totals = TensorMemory.Doubles(totals),
            Columns = columns,
        };
        ThreadTeam.Run(&Rows, &job, rows, (long)rows * columns);
        TensorMemory.KeepAlive(scores, normalizers, totals);
    }

    /// <summary>Overwrites each row by the row that it is offered if log u is below the difference of their log-weights.</summary>
    /// <param name="rows">The rows, <c>[count, columns]</c>.</param>
    /// <param name="offers">What they are offered, <c>[count, columns]</c>.</param>
    /// <param name="logWeights">Of the rows, then of the offers, <c>[2 · count]</c>, float64.</param>
    /// <param name="uniform">u, <c>[count]</c>, float64.</param>
    /// <returns>How many have been overwritten.</returns>
    public static long Accept(Tensor rows, Tensor offers, Tensor logWeights, Tensor uniform)
    {
        var (count, columns) = TensorMemory.Size(rows);
        float* to = TensorMemory.Floats(rows), from = TensorMemory.Floats(offers);
        double* weights = TensorMemory.Doubles(logWeights), u = TensorMemory.Doubles(uniform);
        var accepted = 0L;
        for (var row = 0; row < count; row++)
        {
            if (!(Math.Log(u[row]) < weights[count + row] - weights[row]))
                continue;
            var start = (long)row * columns;
            new ReadOnlySpan<float>(from + start, columns).CopyTo(new Span<float>(to + start, columns));
            accepted++;
        }

        TensorMemory.KeepAlive(rows, offers, logWeights, uniform);
        return accepted;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows(void* argument, int first, int end)
    {
        var job = (Job*)argument;
        for (var row = first; row < end; row++)
        {
            var scores = job->Scores + ((long)row * job->Columns);
            var largest = Vector512.Create(float.MinValue);
            for (var column = 0; column < job->Columns; column += Lanes.Count)
                largest = Vector512.Max(largest, Values(job, scores, column));
            var shift = 0f;
            for (var lane = 0; lane < Lanes.Count; lane++)
                shift = lane == 0 ? largest[lane] : Math.Max(shift, largest[lane]);
            var sums = Vector512<float>.Zero;
            for (var column = 0; column < job->Columns; column += Lanes.Count)
                sums += Vector512.ConditionalSelect(Present(job->Columns - column), VectorMath.Exp(Values(job, scores, column) - Vector512.Create(shift)), Vector512<float>.Zero);
            var sum = 0.0;
            for (var lane = 0; lane < Lanes.Count; lane++)
                sum += sums[lane];
            job->Totals[row] -= shift + Math.Log(sum);
        }
    }

    // Lanes beyond the last column have the least value.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Values(Job* job, float* scores, int column)
    {
        var left = job->Columns - column;
        if (left >= Lanes.Count)
            return Vector512.Load(scores + column) - Vector512.Load(job->Normalizers + column);
        var values = LastLanes.Load(scores + column, left) - LastLanes.Load(job->Normalizers + column, left);
        return Vector512.ConditionalSelect(Present(left), values, Vector512.Create(float.MinValue));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Present(int left) => Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(left)).AsSingle();
}
