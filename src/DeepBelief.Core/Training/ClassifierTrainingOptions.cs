using DeepBelief.Training;

namespace DeepBelief;

/// <summary>How a classifier is trained. Immutable; checked when a run starts.</summary>
/// <remarks>
/// Early stopping looks at the loss on the test rows, or on the training rows where there are none. Dropout draws from
/// torch's default generator: a run seeds it anew in every epoch, and on the CPU leaves it as it found it.
/// </remarks>
public sealed record ClassifierTrainingOptions : OptimizationOptions
{
    /// <summary>Step size of the updates, more than 0. Default: 0.001.</summary>
    public override Schedule LearningRate { get; init; } = 0.001;

    /// <summary>The optimizer. Default: Adam.</summary>
    public override OptimizerSettings Optimizer { get; init; } = new AdamSettings();
}
