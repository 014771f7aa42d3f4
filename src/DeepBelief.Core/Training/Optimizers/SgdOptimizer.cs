using DeepBelief.Tensors;

namespace DeepBelief.Training;

/// <summary>As <c>torch.optim.SGD</c>, but with scheduled μ: m ← μm + ∇ + λw, then w ← w - ηm, with m initially 0.</summary>
internal sealed class SgdOptimizer : GradientOptimizer
{
    private readonly SgdSettings settings;
    private readonly Tensor[] momenta;
    private double momentum;
    private bool momentumIsGradient;

    public SgdOptimizer(SgdSettings settings, IReadOnlyList<Parameter> parameters)
        : base(parameters)
    {
        this.settings = settings;
        momenta = ParameterMemory.Zeros(parameters);
        momentum = settings.Momentum.At(1, 1);
        State = new Dictionary<string, Tensor>(ParameterMemory.Named("momentum", momenta));
    }

    public override IReadOnlyDictionary<string, Tensor> State { get; }

    public override void BeginEpoch(int epoch, int epochs) => momentum = settings.Momentum.At(epoch, epochs);

    internal override double GradientDecay => momentumIsGradient ? momentum : 0;

    public override void Step()
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        for (var i = 0; i < momenta.Length; i++)
        {
            var parameter = Parameters[i];
            if (parameter.grad is not { } gradient)
                continue;
            var decay = ParameterMemory.Decay(parameter, settings.WeightDecay);
            if (momentumIsGradient && Tensors.Parameters.IsWeight(parameter))
                StepAlong(momenta[i], parameter, decay);
            else if (TensorMemory.IsFast(parameter) && TensorMemory.IsFast(gradient))
                UpdateKernel.Sgd(parameter, gradient, momenta[i], momentum, decay, LearningRate);
            else
                _ = parameter.Add(momenta[i].Scale(momentum).Add(decay == 0 ? gradient : gradient.Plus(parameter, decay)), -LearningRate);
        }
    }

    internal override void HoldMomentumInGradients()
    {
        momentumIsGradient = true;
        foreach (var (parameter, sum) in Parameters.Zip(momenta))
        {
            if (Tensors.Parameters.IsWeight(parameter))
                parameter.grad = sum;
        }
    }

    /// <summary>Finishes a step whose sum m is already μm + ∇.</summary>
    private void StepAlong(Tensor sum, Parameter parameter, double decay)
    {
        if (TensorMemory.IsFast(parameter) && TensorMemory.IsFast(sum))
        {
            UpdateKernel.Sgd(parameter, sum, decay, LearningRate);
            return;
        }

        if (decay != 0)
            _ = sum.Add(parameter, decay);
        _ = parameter.Add(sum, -LearningRate);
    }
}
