using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DeepBelief.Tensors;

/// <summary>Optimizer updates, each in one pass over a parameter and its optimizer state.</summary>
/// <remarks>Gradients are float32 or bfloat16. A parameter may have a copy in bfloat16, which is written along with it.</remarks>
internal static unsafe class UpdateKernel
{
    private struct Job
    {
        public float* Parameter;
        public BFloat16* Copy;
        public void* Gradient;
        public float* Mean;
        public float* Square;
        public float* Factors;
        public int Columns;
        public float Decay;
        public float Keep;
        public float Take;
        public float SquareKeep;
        public float SquareTake;
        public float DenominatorScale;
        public float Epsilon;
        public float Step;
        public long Count;
    }

    /// <summary>m ← μm + ∇ + λw, then w ← w - ηm.</summary>
    /// <remarks>With factors f of the columns of a matrix, <c>[columns]</c>: of wf and ∇/f; then w is what it becomes, over f.</remarks>
    public static void Sgd(
        Tensor parameter, Tensor gradient, Tensor momentum, double keep, double decay, double rate, Tensor? copy = null, Tensor? factors = null)
    {
        var job = new Job
        {
            Parameter = TensorMemory.Floats(parameter),
            Copy = TensorMemory.Rounded(copy),
            Gradient = TensorMemory.Elements(gradient),
            Mean = TensorMemory.Floats(momentum),
            Decay = (float)decay,
            Keep = (float)keep,
            Step = (float)-rate,
        };
        if (factors is null)
            Run(TensorMemory.AreFloats(gradient) ? &Sgd<float> : &Sgd<BFloat16>, job, parameter);
        else
            RunByColumns(&SgdByColumns, job, parameter, factors);
        TensorMemory.KeepAlive(parameter, gradient, momentum, copy);
    }

    /// <summary>m ← m + λw, then w ← w - ηm: the same update if m already holds μm + ∇.</summary>
    public static void Sgd(Tensor parameter, Tensor momentum, double decay, double rate)
    {
        var job = new Job
        {
            Parameter = TensorMemory.Floats(parameter),
            Mean = TensorMemory.Floats(momentum),
            Decay = (float)decay,
            Step = (float)-rate,
        };
        Run(&SgdOfSum, job, parameter);
        TensorMemory.KeepAlive(parameter, momentum, null);
    }

    /// <summary>With g = ∇ + λw: m ← β₁m + (1-β₁)g, s ← β₂s + (1-β₂)g², then w ← w - step · m / (√s · scale + ε).</summary>
    /// <inheritdoc cref="Sgd(Tensor, Tensor, Tensor, double, double, double, Tensor?, Tensor?)" path="/remarks"/>
    public static void Adam(
        Tensor parameter,
        Tensor gradient,
        Tensor mean,
        Tensor square,
        double beta1,
        double beta2,
        double decay,
        double step,
        double scale,
        double epsilon,
        Tensor? copy = null,
        Tensor? factors = null)
    {
        var job = new Job
        {
            Parameter = TensorMemory.Floats(parameter),
            Copy = TensorMemory.Rounded(copy),
            Gradient = TensorMemory.Elements(gradient),
            Mean = TensorMemory.Floats(mean),
            Square = TensorMemory.Floats(square),
            Decay = (float)decay,
            Keep = (float)beta1,
            Take = (float)(1 - beta1),
            SquareKeep = (float)beta2,
            SquareTake = (float)(1 - beta2),
            DenominatorScale = (float)scale,
            Epsilon = (float)epsilon,
            Step = (float)-step,
        };
        if (factors is null)
            Run(TensorMemory.AreFloats(gradient) ? &Adam<float> : &Adam<BFloat16>, job, parameter);
        else
            RunByColumns(&AdamByColumns, job, parameter, factors);
        TensorMemory.KeepAlive(parameter, gradient, mean, square, copy);
    }

    private static void Run(delegate*<void*, int, int, void> work, Job job, Tensor parameter)
    {
        job.Count = parameter.NumberOfElements;
        ThreadTeam.Run(work, &job, Lanes.Groups(job.Count), job.Count);
    }

    private static void RunByColumns(delegate*<void*, int, int, void> work, Job job, Tensor parameter, Tensor factors)
    {
        var (rows, columns) = TensorMemory.Size(parameter);
        job.Factors = TensorMemory.Floats(factors);
        job.Columns = columns;
        ThreadTeam.Run(work, &job, rows, (long)rows * columns);
        TensorMemory.KeepAlive(factors, parameter, null);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sgd<TElement>(void* argument, int first, int end)
        where TElement : unmanaged
    {
        var job = (Job*)argument;
        var (at, stop) = ((long)first * Lanes.Count, Math.Min((long)end * Lanes.Count, job->Count));
        for (; at <= stop - Lanes.Count; at += Lanes.Count)
            Sgd<AllLanes, TElement>(job, at, Lanes.Count);
        if (at < stop)
            Sgd<LastLanes, TElement>(job, at, stop - at);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Sgd<TLanes, TElement>(Job* job, long at, long left)
        where TLanes : struct, ILanes
        where TElement : unmanaged
    {
        var w = TLanes.Load(job->Parameter + at, left);
        Store<TLanes>(job, Sgd<TLanes>(job, at, left, w, TLanes.Load((TElement*)job->Gradient + at, left)), at, left);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SgdByColumns(void* argument, int first, int end)
    {
        var job = (Job*)argument;
        for (var row = first; row < end; row++)
        {
            var (column, at) = (0, (long)row * job->Columns);
            for (; column <= job->Columns - Lanes.Count; column += Lanes.Count)
                SgdByColumns<AllLanes>(job, at, column);
            if (column < job->Columns)
                SgdByColumns<LastLanes>(job, at, column);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SgdByColumns<TLanes>(Job* job, long row, int column)
        where TLanes : struct, ILanes
    {
        var (at, left) = (row + column, job->Columns - column);
        var f = TLanes.Load(job->Factors + column, left);
        var w = Sgd<TLanes>(job, at, left, TLanes.Load(job->Parameter + at, left) * f, TLanes.Load((float*)job->Gradient + at, left) / f);
        TLanes.Store(w / f, job->Parameter + at, left);
    }

    // Updates m and returns the new w.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Sgd<TLanes>(Job* job, long at, long left, Vector512<float> w, Vector512<float> gradient)
        where TLanes : struct, ILanes
    {
        var g = Vector512.FusedMultiplyAdd(w, Vector512.Create(job->Decay), gradient);
        var m = (TLanes.Load(job->Mean + at, left) * job->Keep) + g;
        TLanes.Store(m, job->Mean + at, left);
        return Vector512.FusedMultiplyAdd(m, Vector512.Create(job->Step), w);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SgdOfSum(void* argument, int first, int end)
    {
        var job = (Job*)argument;
        var (at, stop) = ((long)first * Lanes.Count, Math.Min((long)end * Lanes.Count, job->Count));
        for (; at <= stop - Lanes.Count; at += Lanes.Count)
            SgdOfSum<AllLanes>(job, at, Lanes.Count);
        if (at < stop)
            SgdOfSum<LastLanes>(job, at, stop - at);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SgdOfSum<TLanes>(Job* job, long at, long left)
        where TLanes : struct, ILanes
    {
        var w = TLanes.Load(job->Parameter + at, left);
        var m = Vector512.FusedMultiplyAdd(w, Vector512.Create(job->Decay), TLanes.Load(job->Mean + at, left));
        TLanes.Store(m, job->Mean + at, left);
        TLanes.Store(Vector512.FusedMultiplyAdd(m, Vector512.Create(job->Step), w), job->Parameter + at, left);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Adam<TElement>(void* argument, int first, int end)
        where TElement : unmanaged
    {
        var job = (Job*)argument;
        var (at, stop) = ((long)first * Lanes.Count, Math.Min((long)end * Lanes.Count, job->Count));
        for (; at <= stop - Lanes.Count; at += Lanes.Count)
            Adam<AllLanes, TElement>(job, at, Lanes.Count);
        if (at < stop)
            Adam<LastLanes, TElement>(job, at, stop - at);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Adam<TLanes, TElement>(Job* job, long at, long left)
        where TLanes : struct, ILanes
        where TElement : unmanaged
    {
        var w = TLanes.Load(job->Parameter + at, left);
        Store<TLanes>(job, Adam<TLanes>(job, at, left, w, TLanes.Load((TElement*)job->Gradient + at, left)), at, left);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AdamByColumns(void* argument, int first, int end)
    {
        var job = (Job*)argument;
        for (var row = first; row < end; row++)
        {
            var (column, at) = (0, (long)row * job->Columns);
            for (; column <= job->Columns - Lanes.Count; column += Lanes.Count)
                AdamByColumns<AllLanes>(job, at, column);
            if (column < job->Columns)
                AdamByColumns<LastLanes>(job, at, column);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AdamByColumns<TLanes>(Job* job, long row, int column)
        where TLanes : struct, ILanes
    {
        var (at, left) = (row + column, job->Columns - column);
        var f = TLanes.Load(job->Factors + column, left);
        var w = Adam<TLanes>(job, at, left, TLanes.Load(job->Parameter + at, left) * f, TLanes.Load((float*)job->Gradient + at, left) / f);
        TLanes.Store(w / f, job->Parameter + at, left);
    }

    // Updates m and s and returns the new w.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Adam<TLanes>(Job* job, long at, long left, Vector512<float> w, Vector512<float> gradient)
        where TLanes : struct, ILanes
    {
        var g = Vector512.FusedMultiplyAdd(w, Vector512.Create(job->Decay), gradient);
        var m = Vector512.FusedMultiplyAdd(g, Vector512.Create(job->Take), TLanes.Load(job->Mean + at, left) * job->Keep);
        var s = Vector512.FusedMultiplyAdd(g * g, Vector512.Create(job->SquareTake), TLanes.Load(job->Square + at, left) * job->SquareKeep);
        TLanes.Store(m, job->Mean + at, left);
        TLanes.Store(s, job->Square + at, left);
        var denominator = Vector512.FusedMultiplyAdd(Vector512.Sqrt(s), Vector512.Create(job->DenominatorScale), Vector512.Create(job->Epsilon));
        return Vector512.FusedMultiplyAdd(m / denominator, Vector512.Create(job->Step), w);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TLanes>(Job* job, Vector512<float> values, long at, long left)
        where TLanes : struct, ILanes
    {
        TLanes.Store(values, job->Parameter + at, left);
        if (job->Copy != null)
            TLanes.Store(values, job->Copy + at, left);
    }
}
