namespace DeepBelief.Training;

/// <summary>What a training run measured, epoch by epoch.</summary>
/// <typeparam name="TMetrics"><see cref="EpochMetrics"/> or <see cref="ClassifierMetrics"/>.</typeparam>
/// <param name="Epochs">One entry an epoch, in order.</param>
/// <param name="BestEpoch">The epoch with the best monitored value, from 1.</param>
/// <param name="StoppedEarly">Whether early stopping ended the run before its last epoch.</param>
public sealed record TrainingHistory<TMetrics>(IReadOnlyList<TMetrics> Epochs, int BestEpoch, bool StoppedEarly)
{
    /// <summary>What was measured after the best epoch.</summary>
    public TMetrics Best => Epochs[BestEpoch - 1];

    /// <summary>What was measured after the last epoch.</summary>
    public TMetrics Last => Epochs[^1];
}
