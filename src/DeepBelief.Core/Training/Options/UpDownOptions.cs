using DeepBelief.Sampling;
using DeepBelief.Training;

namespace DeepBelief;

/// <summary>Options of the up-down fine-tuning of an <see cref="UntiedDbn"/>. Immutable; validated when a run starts.</summary>
public sealed record UpDownOptions : OptimizationOptions
{
    internal const double DefaultLearningRate = 0.02;

    /// <summary>
    /// Learning rate of all parameters, 0 or more, and more than 0 in the first epoch. Default: 0.02, and so is null. Steps are not
    /// in units of the data: columns of reals should have means near 0 and deviations near 1, and units that have become much
    /// narrower need less. Networks of hundreds of units can lose with 0.1 what they have learned.
    /// </summary>
    public override Schedule? LearningRate { get; init; } = DefaultLearningRate;

    /// <summary>The optimizer. Default: SGD with a momentum of 0.5.</summary>
    public override OptimizerSettings Optimizer { get; init; } = new SgdSettings();

    /// <summary>
    /// The negative phase of the top machine, whose last states are also where the down pass begins. Default: contrastive divergence
    /// with three steps; Hinton, Osindero and Teh 2006 take three, then six, then ten.
    /// </summary>
    public NegativePhase NegativePhase { get; init; } = new ContrastiveDivergence(3);

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        ArgumentNullException.ThrowIfNull(NegativePhase);
    }
}
