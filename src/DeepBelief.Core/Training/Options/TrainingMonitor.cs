namespace DeepBelief.Training;

/// <summary>The metric that early stopping monitors.</summary>
public enum TrainingMonitor
{
    /// <summary><see cref="EpochMetrics.ReconstructionError"/>; less is better.</summary>
    ReconstructionError,

    /// <summary><see cref="EpochMetrics.PseudoLogLikelihood"/>; more is better. For binary visible units.</summary>
    PseudoLogLikelihood,
}
