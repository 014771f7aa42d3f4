using DeepBelief.Tensors;

namespace DeepBelief.Training;

/// <summary>Stochastic gradient descent with momentum and weight decay, as in <c>torch.optim.SGD</c>.</summary>
public sealed record SgdSettings : OptimizerSettings
{
    /// <summary>
    /// Momentum, in [0, 1). Default: 0.5. Hinton 2012 (section 9) raises it to 0.9 after some epochs,
    /// <c>Schedule.Switch(0.5, 6, 0.9)</c>, which makes each step five times as long in the end.
    /// </summary>
    public Schedule Momentum { get; init; } = 0.5;

    /// <summary>Weight decay (L2) of parameters with two or more dimensions, 0 or more. Default: 0.</summary>
    public double WeightDecay { get; init; }

    /// <inheritdoc/>
    public override void Validate()
    {
        var faults = new OptionFaults();
        if (faults.NotNull(Momentum))
            faults.Option(Momentum.All(m => m is >= 0 and < 1), nameof(Momentum), Momentum, "a value in [0, 1)");
        faults.Option(WeightDecay >= 0 && double.IsFinite(WeightDecay), nameof(WeightDecay), WeightDecay, "0 or more");
        faults.Throw();
    }

    /// <inheritdoc/>
    public override GradientOptimizer Create(IReadOnlyList<Parameter> parameters) => new SgdOptimizer(this, parameters);
}
