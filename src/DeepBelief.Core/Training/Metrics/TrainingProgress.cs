namespace DeepBelief.Training;

/// <summary>How far a training run is; reported at the end of every epoch, and in between ten times a second at most.</summary>
/// <param name="Layer">The layer under training, from 1; always 1 but for a <see cref="Dbn"/>.</param>
/// <param name="Layers">Number of layers.</param>
/// <param name="Epoch">The epoch under way, from 1.</param>
/// <param name="Epochs">Number of epochs of this layer.</param>
/// <param name="Batch">Batches of this epoch that are done.</param>
/// <param name="Batches">Batches of an epoch.</param>
/// <param name="Elapsed">Time since the layer's training began.</param>
/// <param name="Monitored">The value that early stopping looks at, after the last finished epoch; null before.</param>
public sealed record TrainingProgress(
    int Layer,
    int Layers,
    int Epoch,
    int Epochs,
    int Batch,
    int Batches,
    TimeSpan Elapsed,
    double? Monitored)
{
    /// <summary>The part of this layer's training that is done, 0 to 1.</summary>
    public double Fraction => (Epoch - 1 + ((double)Batch / Batches)) / Epochs;
}
