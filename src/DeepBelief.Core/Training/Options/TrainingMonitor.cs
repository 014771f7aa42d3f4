namespace DeepBelief.Training;

/// <summary>The value of an epoch by which early stopping judges it.</summary>
public enum TrainingMonitor
{
    /// <summary><see cref="EpochMetrics.ReconstructionError"/>; less is better.</summary>
    ReconstructionError,

    /// <summary><see cref="EpochMetrics.PseudoLogLikelihood"/>; more is better. For binary visible units.</summary>
    PseudoLogLikelihood,
}
