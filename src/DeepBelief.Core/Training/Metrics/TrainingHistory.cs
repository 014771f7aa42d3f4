using System.Globalization;
using DeepBelief.Sampling;

namespace DeepBelief.Training;

/// <summary>The metrics of each epoch of a training run.</summary>
/// <typeparam name="TMetrics">The metrics of the run, such as <see cref="EpochMetrics"/> or, of a classifier, <see cref="ClassifierMetrics"/>.</typeparam>
/// <param name="Epochs">One entry per epoch, in order; none for a layer of a network that was skipped, as it is frozen.</param>
/// <param name="BestEpoch">The epoch with the best monitored value, from 1; 0 without epochs.</param>
/// <param name="StoppedEarly">True if early stopping ended the run before its last epoch.</param>
public sealed record TrainingHistory<TMetrics>(IReadOnlyList<TMetrics> Epochs, int BestEpoch, bool StoppedEarly)
{
    private const int JudgedEpochs = 3;
    private const double StuckCorrelation = 0.9;

    /// <summary>The metrics of the best epoch.</summary>
    public TMetrics Best => Epochs[BestEpoch - 1];

    /// <summary>The metrics of the last epoch.</summary>
    public TMetrics Last => Epochs[^1];

    /// <summary>
    /// Why the model may be far from the data that it learned from, and what to do; null if nothing shows that. It is there if the
    /// chains of the negative phase hardly move: if <c>chain_correlation</c>, one of the
    /// <see cref="IEpochMetrics.Diagnostics"/>, was above 0.9 in each of the last three epochs, or of all if there are fewer.
    /// </summary>
    public string? Warning
    {
        get
        {
            double[] correlations = [.. Epochs.TakeLast(JudgedEpochs).OfType<IEpochMetrics>().Select(e => e.Diagnostics.GetValueOrDefault(ChainCorrelation.Name))];
            return correlations.Length == 0 || !correlations.All(c => c > StuckCorrelation) ? null : string.Create(
                CultureInfo.InvariantCulture,
                $"The chains hardly move: their hidden states have a correlation of {correlations[^1]:f2} with those of an epoch before, so they may lag behind the model. Use a lower learning rate or {nameof(ParallelTempering)}.");
        }
    }
}
