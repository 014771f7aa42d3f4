namespace DeepBelief.Training;

/// <summary>The progress of a training run, reported at the end of every epoch and, in between, at most ten times a second.</summary>
/// <example><code>
/// var progress = new Progress&lt;TrainingProgress&gt;(p =>
/// {
///     if (p is { EpochEnded: true, Metrics: EpochMetrics metrics }) // ClassifierMetrics of a classifier
///         Console.WriteLine($"{metrics.Epoch} of {p.Epochs}: {metrics.ReconstructionError:f4}");
/// });
/// rbm.Fit(images, progress: progress);
/// </code></example>
/// <param name="Layer">The layer in training, from 1; always 1 except where layers are trained one after the other, as those of a <see cref="Dbn"/>.</param>
/// <param name="Layers">Number of layers.</param>
/// <param name="Epoch">The current epoch, from 1.</param>
/// <param name="Epochs">Number of epochs of this layer.</param>
/// <param name="Batch">Finished batches of this epoch.</param>
/// <param name="Batches">Batches per epoch.</param>
/// <param name="Elapsed">Time that this layer has trained.</param>
/// <param name="Monitored">The monitored value of the last finished epoch; null before the first.</param>
/// <param name="Metrics">
/// All metrics of the last finished epoch: <see cref="EpochMetrics"/>, of a classifier <see cref="ClassifierMetrics"/>, of any other
/// network <see cref="LossMetrics"/>, of an <see cref="UntiedDbn"/> <see cref="UpDownMetrics"/>; null before the first.
/// </param>
public sealed record TrainingProgress(
    int Layer,
    int Layers,
    int Epoch,
    int Epochs,
    int Batch,
    int Batches,
    TimeSpan Elapsed,
    double? Monitored,
    IEpochMetrics? Metrics = null)
{
    /// <summary>The finished fraction of this layer's training, 0 to 1.</summary>
    public double Fraction => (Epoch - 1 + ((double)Batch / Batches)) / Epochs;

    /// <summary>True at the end of an epoch, whose metrics are <see cref="Metrics"/>; false in between.</summary>
    public bool EpochEnded => Batch == Batches;
}
