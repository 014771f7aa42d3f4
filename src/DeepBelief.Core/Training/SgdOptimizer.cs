using DeepBelief.Kernels;

namespace DeepBelief.Training;

/// <summary>m ← μm + ∇ + λw, then w ← w - ηm, with the momentum m zero at first: what <c>torch.optim.SGD</c> computes at a constant μ.</summary>
internal sealed class SgdOptimizer : Optimizer
{
    private readonly SgdSettings settings;
    private readonly Tensor[] momenta;
    private readonly RunningGradient?[] sums;
    private double momentum;

    public SgdOptimizer(SgdSettings settings, IReadOnlyList<Parameter> parameters)
        : base(parameters)
    {
        this.settings = settings;
        momenta = ParameterMemory.Zeros(parameters);
        sums = new RunningGradient?[momenta.Length];
        momentum = settings.Momentum.At(1, 1);
        State = new Dictionary<string, Tensor>(ParameterMemory.Named("momentum", momenta));
    }

    public override IReadOnlyDictionary<string, Tensor> State { get; }

    public override void BeginEpoch(int epoch, int epochs)
    {
        momentum = settings.Momentum.At(epoch, epochs);
        foreach (var sum in sums.OfType<RunningGradient>())
            sum.Keep = momentum;
    }

    public override void Update()
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        for (var i = 0; i < momenta.Length; i++)
        {
            var parameter = Parameters[i];
            var decay = ParameterMemory.Decay(parameter, settings.WeightDecay);
            if (sums[i] is not null)
            {
                Step(parameter, momenta[i], decay);
                continue;
            }

            if (parameter.grad is not { } gradient)
                continue;
            if (TensorMemory.IsFast(parameter) && TensorMemory.IsFast(gradient))
            {
                UpdateKernel.Sgd(parameter, gradient, momenta[i], momentum, decay, LearningRate);
                continue;
            }

            var g = decay == 0 ? gradient : gradient.Plus(parameter, decay);
            _ = momenta[i].Scale(momentum).Add(g);
            _ = parameter.Add(momenta[i], -LearningRate);
        }
    }

    internal override RunningGradient? Accumulate(Parameter parameter)
    {
        for (var i = 0; i < momenta.Length; i++)
        {
            if (ReferenceEquals(Parameters[i], parameter))
                return sums[i] ??= new RunningGradient(momenta[i]) { Keep = momentum };
        }

        return null;
    }

    /// <summary>The rest of the step, where m has become μm + ∇ already.</summary>
    private void Step(Parameter parameter, Tensor sum, double decay)
    {
        if (TensorMemory.IsFast(parameter))
        {
            UpdateKernel.Sgd(parameter, sum, decay, LearningRate);
            return;
        }

        if (decay != 0)
            _ = sum.Add(parameter, decay);
        _ = parameter.Add(sum, -LearningRate);
    }
}
