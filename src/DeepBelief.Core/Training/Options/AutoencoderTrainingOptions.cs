using DeepBelief.Evaluation;
using DeepBelief.Training;

namespace DeepBelief;

/// <summary>Training options of an autoencoder. Immutable; validated when a run starts.</summary>
/// <inheritdoc cref="FineTuningOptions" path="/remarks"/>
public sealed record AutoencoderTrainingOptions : FineTuningOptions
{
    /// <summary>
    /// What is minimized. Null, the default, is the cross-entropy for bits, spins and categories, and the squared error for
    /// reals, which have no other.
    /// </summary>
    public ReconstructionLoss? Loss { get; init; }
}
