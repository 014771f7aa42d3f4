using System.Collections.ObjectModel;
using DeepBelief.Evaluation;

namespace DeepBelief.Training;

/// <summary>The metrics of an <see cref="UntiedDbn"/> after an epoch of up-down fine-tuning.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="LearningRate">Its learning rate.</param>
/// <param name="ReconstructionError">
/// Mean squared error of rows sent up to the top machine's visible units by the recognition weights and down again by the generative
/// ones, in expected states: of the validation rows, or else of training rows.
/// </param>
/// <param name="Train">Loss and accuracy on training rows with a label; null without labels.</param>
/// <param name="Validation">Loss and accuracy on the validation rows; null if there are none, and without labels.</param>
/// <param name="Elapsed">Time that the run had trained when the epoch ended.</param>
public sealed record UpDownMetrics(
    int Epoch,
    double LearningRate,
    double ReconstructionError,
    ClassifierScore? Train,
    ClassifierScore? Validation,
    TimeSpan Elapsed) : IEpochMetrics, ISavedMetrics<UpDownMetrics>
{
    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double> Diagnostics { get; init; } = ReadOnlyDictionary<string, double>.Empty;

    /// <summary>True if all metrics are equal, the diagnostics by name and value.</summary>
    /// <param name="other">The other metrics.</param>
    public bool Equals(UpDownMetrics? other)
        => other is not null
            && (Epoch, LearningRate, ReconstructionError, Train, Validation, Elapsed)
                .Equals((other.Epoch, other.LearningRate, other.ReconstructionError, other.Train, other.Validation, other.Elapsed))
            && Diagnostics.SequenceEqual(other.Diagnostics);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Epoch, LearningRate, ReconstructionError, Train, Validation, Elapsed);

    IEnumerable<(string Name, double? Value)> IEpochMetrics.Numbers =>
    [
        ("reconstruction_error", ReconstructionError),
        ("train_loss", Train?.Loss),
        ("train_accuracy", Train?.Accuracy),
        ("validation_loss", Validation?.Loss),
        ("validation_accuracy", Validation?.Accuracy),
        .. SavedDiagnostics.Numbers(Diagnostics),
    ];

    static UpDownMetrics ISavedMetrics<UpDownMetrics>.From(int epoch, double learningRate, TimeSpan elapsed, IReadOnlyDictionary<string, double?> numbers)
    {
        return new(epoch, learningRate, numbers.GetValueOrDefault("reconstruction_error") ?? double.NaN, Score("train"), Score("validation"), elapsed)
        {
            Diagnostics = SavedDiagnostics.Read(numbers),
        };

        ClassifierScore? Score(string rows)
            => numbers.GetValueOrDefault($"{rows}_loss") is { } loss && numbers.GetValueOrDefault($"{rows}_accuracy") is { } accuracy ? new(loss, accuracy) : null;
    }
}
