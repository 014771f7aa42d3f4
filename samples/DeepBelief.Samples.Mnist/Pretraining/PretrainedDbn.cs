using DeepBelief.Training;

namespace DeepBelief.Samples.Mnist.Pretraining;

/// <summary>A pre-trained network, which it owns, and how the training went.</summary>
/// <param name="Dbn">The network; one of one layer for an RBM.</param>
/// <param name="Histories">For each layer, epoch by epoch.</param>
/// <param name="Reused">Whether an earlier run did all of the training.</param>
internal sealed record PretrainedDbn(Dbn Dbn, IReadOnlyList<History<EpochMetrics>> Histories, bool Reused) : IDisposable
{
    /// <summary>Training time of all layers; that of the run that did it, where it was reused.</summary>
    public TimeSpan Time => Histories.Aggregate(TimeSpan.Zero, (sum, history) => sum + history.Last.Elapsed);

    public void Dispose() => Dbn.Dispose();
}
