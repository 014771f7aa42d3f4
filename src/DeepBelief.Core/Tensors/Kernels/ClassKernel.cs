using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DeepBelief.Tensors;

/// <summary>
/// Binary hidden units that receive a row's inputs plus those of each class in turn: rows · classes · units of softplus and
/// sigmoid, nearly all the work of classification beside two matrix products.
/// </summary>
/// <remarks>Logarithms are shared as in <see cref="BernoulliCumulantKernel"/>.</remarks>
internal static unsafe class ClassKernel
{
    // 2^Factors is well within float range.
    private const int Factors = 16;

    private struct Job
    {
        public float* Inputs;
        public float* Bias;
        public float* ClassInputs;
        public float* Logits;
        public float* Means;
        public float* Weights;
        public float* Sums;
        public int Classes;
        public int Columns;
    }

    /// <summary>For each row and class y, writes Σ softplus(c + I + U_y) over the hidden units and each unit's sigmoid.</summary>
    /// <remarks>
    /// I: <c>[rows, hidden]</c>. c: <c>[hidden]</c>. Class inputs U: <c>[classes, hidden]</c>. The logits, <c>[rows, classes]</c>,
    /// receive the sums; the means, <c>[rows, classes · hidden]</c> or null, the sigmoids.
    /// </remarks>
    public static void Activate(Tensor inputs, Tensor bias, Tensor classInputs, Tensor logits, Tensor? means)
    {
        var (rows, classes) = TensorMemory.Size(logits);
        var job = new Job
        {
            Inputs = TensorMemory.Floats(inputs),
            Bias = TensorMemory.Floats(bias),
            ClassInputs = TensorMemory.Floats(classInputs),
            Logits = TensorMemory.Floats(logits),
            Means = TensorMemory.Floats(means),
            Classes = classes,
            Columns = checked((int)bias.size(0)),
        };
        ThreadTeam.Run(&Activate, &job, rows, (long)rows * classes * job.Columns);
        TensorMemory.KeepAlive(inputs, bias, classInputs, logits, means);
    }

    /// <summary>
    /// Multiplies the means, <c>[rows, classes · hidden]</c>, in place by the weights, <c>[rows, classes]</c>, and writes their
    /// sums over classes, <c>[rows, hidden]</c>.
    /// </summary>
    public static void Weigh(Tensor means, Tensor weights, Tensor sums)
    {
        var (rows, classes) = TensorMemory.Size(weights);
        var job = new Job
        {
            Means = TensorMemory.Floats(means),
            Weights = TensorMemory.Floats(weights),
            Sums = TensorMemory.Floats(sums),
            Classes = classes,
            Columns = checked((int)sums.size(1)),
        };
        ThreadTeam.Run(&Weigh, &job, rows, (long)rows * classes * job.Columns);
        TensorMemory.KeepAlive(means, weights, sums);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Activate(void* argument, int first, int end)
    {
        var job = (Job*)argument;
        for (var row = first; row < end; row++)
        {
            var inputs = job->Inputs + ((long)row * job->Columns);
            for (var y = 0; y < job->Classes; y++)
            {
                var place = ((long)row * job->Classes) + y;
                var means = job->Means == null ? null : job->Means + (place * job->Columns);
                job->Logits[place] = (float)Activate(job, inputs, job->ClassInputs + ((long)y * job->Columns), means);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Activate(Job* job, float* inputs, float* classInputs, float* means)
    {
        var total = Vector512<float>.Zero;
        for (var column = 0; column < job->Columns; column += Factors * Lanes.Count)
        {
            var stop = Math.Min(column + (Factors * Lanes.Count), job->Columns);
            var product = Vector512<float>.One;
            var at = column;
            for (; at <= stop - Lanes.Count; at += Lanes.Count)
                Add<AllLanes>(job, inputs, classInputs, means, at, ref total, ref product);
            if (at < stop)
                Add<LastLanes>(job, inputs, classInputs, means, at, ref total, ref product);
            total += VectorMath.Log(product);
        }

        // Same order on every machine. Minus log 2 for each missing lane, which is zero.
        var sum = ((job->Columns % Lanes.Count) - Lanes.Count) % Lanes.Count * Math.Log(2);
        for (var i = 0; i < Lanes.Count; i++)
            sum += ((float*)&total)[i];
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<TLanes>(
        Job* job, float* inputs, float* classInputs, float* means, int column, ref Vector512<float> total, ref Vector512<float> product)
        where TLanes : struct, ILanes
    {
        var left = job->Columns - column;
        var x = TLanes.Load(inputs + column, left) + TLanes.Load(classInputs + column, left) + TLanes.Load(job->Bias + column, left);
        var size = Vector512.Abs(x);
        var small = VectorMath.Exp(-size);
        var sum = Vector512<float>.One + small;
        product *= sum;
        total += (x + size) * 0.5f;
        if (means != null)
            TLanes.Store(Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512<float>.Zero), small, Vector512<float>.One) / sum, means + column, left);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Weigh(void* argument, int first, int end)
    {
        var job = (Job*)argument;
        for (var row = first; row < end; row++)
        {
            var column = 0;
            for (; column <= job->Columns - Lanes.Count; column += Lanes.Count)
                Weigh<AllLanes>(job, row, column);
            if (column < job->Columns)
                Weigh<LastLanes>(job, row, column);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Weigh<TLanes>(Job* job, int row, int column)
        where TLanes : struct, ILanes
    {
        var left = job->Columns - column;
        var weights = job->Weights + ((long)row * job->Classes);
        var means = job->Means + ((long)row * job->Classes * job->Columns) + column;
        var sum = Vector512<float>.Zero;
        for (var y = 0; y < job->Classes; y++, means += job->Columns)
        {
            var product = TLanes.Load(means, left) * weights[y];
            TLanes.Store(product, means, left);
            sum += product;
        }

        TLanes.Store(sum, job->Sums + ((long)row * job->Columns) + column, left);
    }
}
