using DeepBelief.Training;

namespace DeepBelief.Samples.Mnist.Pretraining;

/// <summary>A pre-trained network, which it owns, and how the training went.</summary>
/// <param name="Dbn">The network; one of one layer for an RBM.</param>
/// <param name="Histories">For each layer, epoch by epoch.</param>
/// <param name="Start">Layer and epoch, from 1, with which this run began; null if earlier ones had done everything.</param>
internal sealed record PretrainedDbn(Dbn Dbn, IReadOnlyList<TrainingHistory<EpochMetrics>> Histories, (int Layer, int Epoch)? Start) : IDisposable
{
    /// <summary>Whether earlier runs had done all of the training.</summary>
    public bool Reused => Start is null;

    /// <summary>Training time of all layers, with that of earlier runs.</summary>
    public TimeSpan Time => Histories.Aggregate(TimeSpan.Zero, (sum, history) => sum + history.Last.Elapsed);

    public void Dispose() => Dbn.Dispose();
}
