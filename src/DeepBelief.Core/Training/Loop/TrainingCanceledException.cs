namespace DeepBelief.Training;

/// <summary>A training run was cancelled. The epochs that it had finished are here; the model keeps the parameters that it had by then.</summary>
/// <remarks><c>catch (OperationCanceledException)</c> catches it, too.</remarks>
/// <example><code>
/// using var source = new System.Threading.CancellationTokenSource(TimeSpan.FromMinutes(5));
/// try
/// {
///     rbm.Fit(images, cancellationToken: source.Token);
/// }
/// catch (TrainingCanceledException&lt;EpochMetrics&gt; e)
/// {
///     Console.WriteLine($"{e.History.Epochs.Count} epochs were finished");
/// }
/// </code></example>
/// <typeparam name="TMetrics">The metrics of the run, such as <see cref="EpochMetrics"/> or, of a classifier, <see cref="ClassifierMetrics"/>.</typeparam>
public sealed class TrainingCanceledException<TMetrics> : OperationCanceledException
{
    internal TrainingCanceledException(IReadOnlyList<TrainingHistory<TMetrics>> histories, OperationCanceledException inner, CancellationToken token)
        : base(FormattableString.Invariant($"The run was cancelled after {histories[^1].Epochs.Count} finished epochs{(histories.Count > 1 ? $" of layer {histories.Count}" : string.Empty)}."), inner, token)
        => Histories = histories;

    /// <summary>The finished epochs, of layers that are trained one after the other those of the layer in training; there may be none.</summary>
    public TrainingHistory<TMetrics> History => Histories[^1];

    /// <summary>The finished epochs of each layer of a <see cref="Dbn"/>, or of a pre-trained <see cref="Dbm"/>, lowest first, up to the layer in training; otherwise one history.</summary>
    public IReadOnlyList<TrainingHistory<TMetrics>> Histories { get; }

    /// <summary>The epochs of each layer below the top of a <see cref="ClassificationDbn"/> whose <c>Fit</c> was cancelled while the top was in training; otherwise empty.</summary>
    public IReadOnlyList<TrainingHistory<EpochMetrics>> Below { get; internal init; } = [];
}
