using DeepBelief.Tensors;

namespace DeepBelief.Training;

/// <summary>As <c>torch.optim.SGD</c>, but with scheduled μ: m ← μm + ∇ + λw, then w ← w - ηm, with m initially 0.</summary>
internal sealed class SgdOptimizer : GradientOptimizer
{
    private readonly SgdSettings settings;
    private readonly Tensor[] momenta;

    // Of each parameter, asked for once: after a matrix product, every call into torch is a slow one.
    private readonly double[] decays;
    private readonly bool[] areWeights;

    private double momentum;
    private bool momentumIsGradient;
    private RoundedWeights? rounded;
    private (Parameter Weight, Tensor Factors)? scaled;

    public SgdOptimizer(SgdSettings settings, IReadOnlyList<Parameter> parameters)
        : base(parameters)
    {
        this.settings = settings;
        momenta = ParameterMemory.Zeros(parameters);
        decays = [.. parameters.Select(parameter => ParameterMemory.Decay(parameter, settings.WeightDecay))];
        areWeights = [.. parameters.Select(Tensors.Parameters.IsWeight)];
        momentum = settings.Momentum.At(1, 1);
        State = new Dictionary<string, Tensor>(ParameterMemory.Named("momentum", momenta));
    }

    public override IReadOnlyDictionary<string, Tensor> State { get; }

    public override void BeginEpoch(int epoch, int epochs)
    {
        momentum = settings.Momentum.At(epoch, epochs);
        Guard.Option(momentum is >= 0 and < 1, nameof(settings.Momentum), momentum, $"a value in [0, 1) in epoch {epoch}");
    }

    internal override double GradientDecay => momentumIsGradient ? momentum : 0;

    public override void Step()
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        for (var i = 0; i < momenta.Length; i++)
        {
            var (parameter, decay) = (Parameters[i], decays[i]);
            if (ReferenceEquals(parameter, rounded?.Weight))
                UpdateKernel.Sgd(parameter, rounded.Gradient, momenta[i], momentum, decay, LearningRate, rounded.Values);
            else if (scaled is { } columns && ReferenceEquals(parameter, columns.Weight))
                UpdateKernel.Sgd(parameter, parameter.grad!, momenta[i], momentum, decay, LearningRate, factors: columns.Factors);
            else if (momentumIsGradient && areWeights[i])
                StepAlong(momenta[i], parameter, decay);
            else if (parameter.grad is not { } gradient)
                continue;
            else if (TensorMemory.IsFast(parameter) && TensorMemory.IsFast(gradient))
                UpdateKernel.Sgd(parameter, gradient, momenta[i], momentum, decay, LearningRate);
            else
                _ = parameter.Add(momenta[i].Scale(momentum).Add(decay == 0 ? gradient : gradient.Plus(parameter, decay)), -LearningRate);
        }

        scaled = null;
    }

    internal override bool ScaleNextStep(Parameter weight, Tensor factors)
    {
        if (scaled is not null || momentumIsGradient || rounded is not null || !ParameterMemory.AreFast(weight, factors))
            return false;
        scaled = (weight, factors);
        return true;
    }

    internal override void StepRounded(RoundedWeights weights) => rounded = weights.Step();

    internal override void HoldMomentumInGradients()
    {
        momentumIsGradient = true;
        for (var i = 0; i < momenta.Length; i++)
        {
            if (areWeights[i])
                Parameters[i].grad = momenta[i];
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
