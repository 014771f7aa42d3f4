using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DeepBelief.Tensors;

/// <summary>
/// Binary hidden units that receive a row's inputs plus those of each class in turn: rows · classes · units of softplus and
/// sigmoid, nearly all the work of classification beside two matrix products.
/// </summary>
/// <remarks>
/// Logarithms are shared as in <see cref="BernoulliCumulantKernel"/>. What sets the classes apart is a small part of their sums, so the
/// sum of the first class is taken off unit by unit, before it rounds that part away.
/// </remarks>
internal static unsafe class ClassKernel
{
    // 2^Factors is well within float range.
    private const int Factors = 16;

    private struct Job
    {
        public float* Inputs;
        public float* ClassInputs;
        public float* First;
        public float* Logits;
        public float* Means;
        public float* Products; // of the first class, a vector for each logarithm of a row
        public float* Weights;
        public float* Sums;
        public int Classes;
        public int Columns;
    }

    /// <summary>For each row and class y, writes Σ softplus(I + U_y) - softplus(I) over the hidden units and each unit's sigmoid.</summary>
    /// <remarks>
    /// Inputs given the first class, with the bias, I: <c>[rows, hidden]</c>. What the classes' inputs differ from those by, U:
    /// <c>[classes, hidden]</c>, 0 for the first. The logits, <c>[rows, classes]</c>, receive the sums; the means,
    /// <c>[rows, classes · hidden]</c> or null, the sigmoids; <paramref name="first"/>, <c>[rows]</c> or null, Σ softplus(I).
    /// </remarks>
    public static void Activate(Tensor inputs, Tensor classInputs, Tensor logits, Tensor? means, Tensor? first)
    {
        var (rows, classes) = TensorMemory.Size(logits);
        var columns = checked((int)inputs.size(1));
        using var products = torch.empty(rows, Logarithms(columns) * Lanes.Count, inputs.dtype, inputs.device);
        var job = new Job
        {
            Inputs = TensorMemory.Floats(inputs),
            ClassInputs = TensorMemory.Floats(classInputs),
            First = TensorMemory.Floats(first),
            Logits = TensorMemory.Floats(logits),
            Means = TensorMemory.Floats(means),
            Products = TensorMemory.Floats(products),
            Classes = classes,
            Columns = columns,
        };
        ThreadTeam.Run(&Activate, &job, rows, (long)rows * classes * columns);
        TensorMemory.KeepAlive(inputs, classInputs, logits, means, first, products);
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

    // How many a row takes.
    private static int Logarithms(int columns) => (Lanes.Groups(columns) + Factors - 1) / Factors;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Activate(void* argument, int first, int end)
    {
        var job = (Job*)argument;
        var logarithms = Logarithms(job->Columns);
        for (var row = first; row < end; row++)
        {
            var inputs = job->Inputs + ((long)row * job->Columns);
            var products = job->Products + ((long)row * logarithms * Lanes.Count);
            for (var y = 0; y < job->Classes; y++)
            {
                var place = ((long)row * job->Classes) + y;
                var means = job->Means == null ? null : job->Means + (place * job->Columns);
                job->Logits[place] = (float)Activate(job, inputs, job->ClassInputs + ((long)y * job->Columns), means, products, isFirst: y == 0);
            }

            if (job->First != null)
                job->First[row] = (float)Softplus(inputs, products, job->Columns);
        }
    }

    /// <summary>Σ softplus of a row's inputs, max(x, 0) + log(1 + exp(-|x|)), from the products of the latter.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Softplus(float* inputs, float* products, int columns)
    {
        var total = Vector512<float>.Zero;
        var column = 0;
        for (; column <= columns - Lanes.Count; column += Lanes.Count)
            total += Vector512.Max(Vector512.Load(inputs + column), Vector512<float>.Zero);
        if (column < columns)
            total += Vector512.Max(LastLanes.Load(inputs + column, columns - column), Vector512<float>.Zero);
        for (var i = 0; i < Logarithms(columns); i++)
            total += VectorMath.Log(Vector512.Load(products + (i * Lanes.Count)));
        // A missing lane has counted as softplus(0).
        return Sum(total) - (((Lanes.Groups(columns) * Lanes.Count) - columns) * Math.Log(2));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Activate(Job* job, float* inputs, float* classInputs, float* means, float* products, bool isFirst)
    {
        var total = Vector512<float>.Zero;
        for (var column = 0; column < job->Columns; column += Factors * Lanes.Count, products += Lanes.Count)
        {
            var stop = Math.Min(column + (Factors * Lanes.Count), job->Columns);
            var product = Vector512<float>.One;
            var at = column;
            for (; at <= stop - Lanes.Count; at += Lanes.Count)
                Add<AllLanes>(job, inputs, classInputs, means, at, ref total, ref product);
            if (at < stop)
                Add<LastLanes>(job, inputs, classInputs, means, at, ref total, ref product);
            if (isFirst)
                product.Store(products);
            total += VectorMath.Log(product / Vector512.Load(products));
        }

        return Sum(total);
    }

    // In the same order on every machine.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Sum(Vector512<float> lanes)
    {
        var sum = 0.0;
        for (var i = 0; i < Lanes.Count; i++)
            sum += ((float*)&lanes)[i];
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<TLanes>(
        Job* job, float* inputs, float* classInputs, float* means, int column, ref Vector512<float> total, ref Vector512<float> product)
        where TLanes : struct, ILanes
    {
        // Missing lanes are zero for all classes and cancel.
        var left = job->Columns - column;
        var (first, difference) = (TLanes.Load(inputs + column, left), TLanes.Load(classInputs + column, left));
        var x = first + difference;
        var size = Vector512.Abs(x);
        // Nothing below what exp is exact for: products of the least floats are subnormal, which make matrix products many times as slow.
        var small = Vector512.AndNot(VectorMath.Exp(-size), Vector512.GreaterThan(size, Vector512.Create(87f)));
        var sum = Vector512<float>.One + small;
        product *= sum;
        // max(x, 0) - max(first, 0).
        total = Vector512.FusedMultiplyAdd(difference + (size - Vector512.Abs(first)), Vector512.Create(0.5f), total);
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
