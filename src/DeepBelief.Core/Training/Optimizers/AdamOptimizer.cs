using DeepBelief.Tensors;

namespace DeepBelief.Training;

/// <summary>As <c>torch.optim.Adam</c>: m ← β₁m + (1-β₁)g, s ← β₂s + (1-β₂)g² with g = ∇ + λw, then w ← w - η m̂ / (√ŝ + ε).</summary>
internal sealed class AdamOptimizer : GradientOptimizer
{
    private readonly AdamSettings settings;
    private readonly Tensor[] means;
    private readonly Tensor[] squares;
    private readonly Tensor steps; // on the CPU, as the bias corrections are scalars
    private RoundedWeights? rounded;
    private (Parameter Weight, Tensor Factors)? scaled;

    public AdamOptimizer(AdamSettings settings, IReadOnlyList<Parameter> parameters)
        : base(parameters)
    {
        this.settings = settings;
        means = ParameterMemory.Zeros(parameters);
        squares = ParameterMemory.Zeros(parameters);
        steps = torch.zeros(1, ScalarType.Int64, torch.CPU).DetachFromDisposeScope();
        State = new Dictionary<string, Tensor>(
        [
            .. ParameterMemory.Named("mean", means),
            .. ParameterMemory.Named("square", squares),
            KeyValuePair.Create("steps", steps),
        ]);
    }

    public override IReadOnlyDictionary<string, Tensor> State { get; }

    public override void Step()
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var step = steps.Add(1).item<long>();
        var meanCorrection = 1 - Math.Pow(settings.Beta1, step);
        var squareCorrection = 1 - Math.Pow(settings.Beta2, step);
        for (var i = 0; i < means.Length; i++)
        {
            var parameter = Parameters[i];
            var isRounded = ReferenceEquals(parameter, rounded?.Weight);
            if ((isRounded ? rounded!.Gradient : parameter.grad) is not { } gradient)
                continue;
            var decay = ParameterMemory.Decay(parameter, settings.WeightDecay);
            if (isRounded || (TensorMemory.IsFast(parameter) && TensorMemory.IsFast(gradient)))
            {
                UpdateKernel.Adam(
                    parameter, gradient, means[i], squares[i], settings.Beta1, settings.Beta2, decay,
                    step: LearningRate / meanCorrection, scale: 1 / Math.Sqrt(squareCorrection), settings.Epsilon,
                    copy: isRounded ? rounded!.Values : null,
                    factors: ReferenceEquals(parameter, scaled?.Weight) ? scaled?.Factors : null);
                continue;
            }

            var g = decay == 0 ? gradient : gradient.Plus(parameter, decay);
            _ = means[i].Scale(settings.Beta1).Add(g, 1 - settings.Beta1);
            _ = squares[i].Scale(settings.Beta2).AddProduct(g, g, 1 - settings.Beta2);
            var denominator = squares[i].sqrt().Over(Math.Sqrt(squareCorrection)).Add(settings.Epsilon);
            _ = parameter.AddQuotient(means[i], denominator, -LearningRate / meanCorrection);
        }

        scaled = null;
    }

    internal override bool ScaleNextStep(Parameter weight, Tensor factors)
    {
        if (scaled is not null || rounded is not null || !ParameterMemory.AreFast(weight, factors))
            return false;
        scaled = (weight, factors);
        return true;
    }

    internal override void StepRounded(RoundedWeights weights) => rounded = weights.Step();
}
