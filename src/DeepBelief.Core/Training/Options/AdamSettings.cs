using DeepBelief.Tensors;

namespace DeepBelief.Training;

/// <summary>Adam (Kingma and Ba 2015), as in <c>torch.optim.Adam</c>.</summary>
public sealed record AdamSettings : OptimizerSettings
{
    /// <summary>Decay rate of the gradients' moving mean, in [0, 1). Default: 0.9.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay rate of the squared gradients' moving mean, in [0, 1). Default: 0.999.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Term that keeps the denominator from zero, more than 0. Default: 1e-8.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Weight decay (L2) of parameters with two or more dimensions, 0 or more. Default: 0.</summary>
    public double WeightDecay { get; init; }

    /// <inheritdoc/>
    public override void Validate()
    {
        var faults = new OptionFaults();
        faults.Option(Beta1 is >= 0 and < 1, nameof(Beta1), Beta1, "a value in [0, 1)");
        faults.Option(Beta2 is >= 0 and < 1, nameof(Beta2), Beta2, "a value in [0, 1)");
        faults.Option(Epsilon > 0 && double.IsFinite(Epsilon), nameof(Epsilon), Epsilon, "more than 0");
        faults.Option(WeightDecay >= 0 && double.IsFinite(WeightDecay), nameof(WeightDecay), WeightDecay, "0 or more");
        faults.Throw();
    }

    /// <inheritdoc/>
    public override GradientOptimizer Create(IReadOnlyList<Parameter> parameters) => new AdamOptimizer(this, parameters);
}
