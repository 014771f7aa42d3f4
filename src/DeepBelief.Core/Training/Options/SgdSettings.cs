using DeepBelief.Tensors;

namespace DeepBelief.Training;

/// <summary>Stochastic gradient descent with momentum and weight decay, as in <c>torch.optim.SGD</c>.</summary>
public sealed record SgdSettings : OptimizerSettings
{
    /// <summary>Momentum, in [0, 1). Default: 0.5, and 0.9 from the sixth epoch on (Hinton 2012, section 9).</summary>
    public Schedule Momentum { get; init; } = Schedule.Switch(0.5, 6, 0.9);

    /// <summary>Weight decay (L2) of parameters with two or more dimensions, 0 or more. Default: 0.0002.</summary>
    public double WeightDecay { get; init; } = 2e-4;

    /// <inheritdoc/>
    public override void Validate()
    {
        ArgumentNullException.ThrowIfNull(Momentum);
        Guard.Option(Momentum.All(m => m is >= 0 and < 1), nameof(Momentum), Momentum, "a value in [0, 1)");
        Guard.Option(WeightDecay >= 0 && double.IsFinite(WeightDecay), nameof(WeightDecay), WeightDecay, "0 or more");
    }

    /// <inheritdoc/>
    public override GradientOptimizer Create(IReadOnlyList<Parameter> parameters) => new SgdOptimizer(this, parameters);
}
