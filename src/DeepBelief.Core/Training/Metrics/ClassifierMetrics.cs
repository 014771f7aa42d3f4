using System.Collections.ObjectModel;
using DeepBelief.Evaluation;

namespace DeepBelief.Training;

/// <summary>The metrics of a classifier after an epoch, evaluated without dropout.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="LearningRate">Its learning rate.</param>
/// <param name="Train">Loss and accuracy on the training rows.</param>
/// <param name="Validation">Loss and accuracy on the validation rows; null if there are none.</param>
/// <param name="Elapsed">Time that the run had trained when the epoch ended.</param>
public sealed record ClassifierMetrics(
    int Epoch,
    double LearningRate,
    ClassifierScore Train,
    ClassifierScore? Validation,
    TimeSpan Elapsed) : IEpochMetrics, ISavedMetrics<ClassifierMetrics>
{
    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double> Diagnostics { get; init; } = ReadOnlyDictionary<string, double>.Empty;

    /// <summary>True if all metrics are equal, the diagnostics by name and value.</summary>
    /// <param name="other">The other metrics.</param>
    public bool Equals(ClassifierMetrics? other)
        => other is not null
            && (Epoch, LearningRate, Train, Validation, Elapsed)
                .Equals((other.Epoch, other.LearningRate, other.Train, other.Validation, other.Elapsed))
            && Diagnostics.SequenceEqual(other.Diagnostics);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Epoch, LearningRate, Train, Validation, Elapsed);

    IEnumerable<(string Name, double? Value)> IEpochMetrics.Numbers =>
    [
        ("train_loss", Train.Loss),
        ("train_accuracy", Train.Accuracy),
        ("validation_loss", Validation?.Loss),
        ("validation_accuracy", Validation?.Accuracy),
        .. SavedDiagnostics.Numbers(Diagnostics),
    ];

    static ClassifierMetrics ISavedMetrics<ClassifierMetrics>.From(int epoch, double learningRate, TimeSpan elapsed, IReadOnlyDictionary<string, double?> numbers)
    {
        return new(epoch, learningRate, Score("train") ?? new(double.NaN, double.NaN), Score("validation"), elapsed)
        {
            Diagnostics = SavedDiagnostics.Read(numbers),
        };

        ClassifierScore? Score(string rows)
            => numbers.GetValueOrDefault($"{rows}_loss") is { } loss && numbers.GetValueOrDefault($"{rows}_accuracy") is { } accuracy ? new(loss, accuracy) : null;
    }
}
