using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DeepBelief.Tensors;

/// <summary>Optimizer updates, each in one pass over a parameter and its optimizer state.</summary>
internal static unsafe class UpdateKernel
{
    private struct Job
    {
        public float* Parameter;
        public float* Gradient;
        public float* Mean;
        public float* Square;
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
    public static void Sgd(Tensor parameter, Tensor gradient, Tensor momentum, double keep, double decay, double rate)
    {
        var job = new Job
        {
            Parameter = TensorMemory.Floats(parameter),
            Gradient = TensorMemory.Floats(gradient),
            Mean = TensorMemory.Floats(momentum),
            Decay = (float)decay,
            Keep = (float)keep,
            Step = (float)-rate,
        };
        Run(&Sgd, job, parameter);
        TensorMemory.KeepAlive(parameter, gradient, momentum);
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
    public static void Adam(
        Tensor parameter, Tensor gradient, Tensor mean, Tensor square, double beta1, double beta2, double decay, double step, double scale, double epsilon)
    {
        var job = new Job
        {
            Parameter = TensorMemory.Floats(parameter),
            Gradient = TensorMemory.Floats(gradient),
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
        Run(&Adam, job, parameter);
        TensorMemory.KeepAlive(parameter, gradient, mean, square);
    }

    private static void Run(delegate*<void*, int, int, void> work, Job job, Tensor parameter)
    {
        job.Count = parameter.NumberOfElements;
        ThreadTeam.Run(work, &job, Lanes.Groups(job.Count), job.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sgd(void* argument, int first, int end)
    {
        var job = (Job*)argument;
        var (at, stop) = ((long)first * Lanes.Count, Math.Min((long)end * Lanes.Count, job->Count));
        for (; at <= stop - Lanes.Count; at += Lanes.Count)
            Sgd<AllLanes>(job, at, Lanes.Count);
        if (at < stop)
            Sgd<LastLanes>(job, at, stop - at);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Sgd<TLanes>(Job* job, long at, long left)
        where TLanes : struct, ILanes
    {
        var w = TLanes.Load(job->Parameter + at, left);
        var g = Vector512.FusedMultiplyAdd(w, Vector512.Create(job->Decay), TLanes.Load(job->Gradient + at, left));
        var m = (TLanes.Load(job->Mean + at, left) * job->Keep) + g;
        TLanes.Store(m, job->Mean + at, left);
        TLanes.Store(Vector512.FusedMultiplyAdd(m, Vector512.Create(job->Step), w), job->Parameter + at, left);
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
    private static void Adam(void* argument, int first, int end)
    {
        var job = (Job*)argument;
        var (at, stop) = ((long)first * Lanes.Count, Math.Min((long)end * Lanes.Count, job->Count));
        for (; at <= stop - Lanes.Count; at += Lanes.Count)
            Adam<AllLanes>(job, at, Lanes.Count);
        if (at < stop)
            Adam<LastLanes>(job, at, stop - at);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Adam<TLanes>(Job* job, long at, long left)
        where TLanes : struct, ILanes
    {
        var w = TLanes.Load(job->Parameter + at, left);
        var g = Vector512.FusedMultiplyAdd(w, Vector512.Create(job->Decay), TLanes.Load(job->Gradient + at, left));
        var m = Vector512.FusedMultiplyAdd(g, Vector512.Create(job->Take), TLanes.Load(job->Mean + at, left) * job->Keep);
        var s = Vector512.FusedMultiplyAdd(g * g, Vector512.Create(job->SquareTake), TLanes.Load(job->Square + at, left) * job->SquareKeep);
        TLanes.Store(m, job->Mean + at, left);
        TLanes.Store(s, job->Square + at, left);
        var denominator = Vector512.FusedMultiplyAdd(Vector512.Sqrt(s), Vector512.Create(job->DenominatorScale), Vector512.Create(job->Epsilon));
        TLanes.Store(Vector512.FusedMultiplyAdd(m / denominator, Vector512.Create(job->Step), w), job->Parameter + at, left);
    }
}
