namespace DeepBelief.Training;

/// <summary>The metrics of each epoch of a training run.</summary>
/// <typeparam name="TMetrics"><see cref="EpochMetrics"/> or <see cref="ClassifierMetrics"/>.</typeparam>
/// <param name="Epochs">One entry per epoch, in order; none for a layer of a network that was skipped, as it is frozen.</param>
/// <param name="BestEpoch">The epoch with the best monitored value, from 1; 0 without epochs.</param>
/// <param name="StoppedEarly">True if early stopping ended the run before its last epoch.</param>
public sealed record TrainingHistory<TMetrics>(IReadOnlyList<TMetrics> Epochs, int BestEpoch, bool StoppedEarly)
{
    /// <summary>The metrics of the best epoch.</summary>
    public TMetrics Best => Epochs[BestEpoch - 1];

    /// <summary>The metrics of the last epoch.</summary>
    public TMetrics Last => Epochs[^1];
}
