namespace DeepBelief.Training;

/// <summary>Writes all metrics of each epoch of a run for TensorBoard, under their names in <see cref="IEpochMetrics.Numbers"/>.</summary>
/// <remarks>
/// The step is the epoch. Where layers are trained one after the other, as those of a <see cref="Dbn"/>, the names begin with
/// <c>layer 1/</c> and so on.
/// </remarks>
/// <example><code>
/// using var board = new TensorBoardWriter("runs/rbm");
/// var progress = new TensorBoardProgress(board) { EpochEnded = p => board.AddParameters(rbm, p.Epoch) };
/// rbm.Fit(images, progress: progress);
/// </code></example>
public sealed class TensorBoardProgress : IProgress<TrainingProgress>
{
    private readonly TensorBoardWriter writer;

    /// <summary>Creates a receiver of progress.</summary>
    /// <param name="writer">Where to write; lent, and not disposed.</param>
    public TensorBoardProgress(TensorBoardWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        this.writer = writer;
    }

    /// <summary>
    /// Called at the end of each epoch, after the metrics are written, on the thread that trains: to write what else is to be seen, such as
    /// histograms of parameters and pictures of filters. Default: null.
    /// </summary>
    public Action<TrainingProgress>? EpochEnded { get; init; }

    /// <summary>Writes the metrics, if an epoch has ended.</summary>
    /// <param name="value">The progress.</param>
    /// <exception cref="IOException">The file could not be written.</exception>
    public void Report(TrainingProgress value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value is not { EpochEnded: true, Metrics: { } metrics })
            return;
        var prefix = value.Layers > 1 ? FormattableString.Invariant($"layer {value.Layer}/") : string.Empty;
        writer.AddScalar($"{prefix}learning_rate", metrics.LearningRate, metrics.Epoch);
        foreach (var (name, number) in metrics.Numbers)
        {
            if (number is { } measured)
                writer.AddScalar(prefix + name, measured, metrics.Epoch);
        }

        EpochEnded?.Invoke(value);
        writer.Flush();
    }
}
