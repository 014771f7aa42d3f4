using System.Collections.ObjectModel;

namespace DeepBelief.Training;

/// <summary>The metrics of an energy model after an epoch.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="LearningRate">Its learning rate.</param>
/// <param name="ReconstructionError">Mean squared error of the reconstructions, over rows and units, or their known values.</param>
/// <param name="PseudoLogLikelihood">
/// Stochastic estimate of the mean pseudo-log-likelihood, in nats; null unless visible units are binary, and with
/// <see cref="MissingValues.LeaveOut"/>, as each row then has a model of its own.
/// </param>
/// <param name="FreeEnergyGap">
/// Mean free energy of validation rows less that of training rows, in nats; it grows as the model overfits (Hinton 2012, section
/// 6). Null without validation rows, and with <see cref="MissingValues.LeaveOut"/>.
/// </param>
/// <param name="Elapsed">Time that the run had trained when the epoch ended.</param>
public sealed record EpochMetrics(
    int Epoch,
    double LearningRate,
    double ReconstructionError,
    double? PseudoLogLikelihood,
    double? FreeEnergyGap,
    TimeSpan Elapsed) : IEpochMetrics, ISavedMetrics<EpochMetrics>
{
    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double> Diagnostics { get; init; } = ReadOnlyDictionary<string, double>.Empty;

    /// <summary>True if all metrics are equal, the diagnostics by name and value.</summary>
    /// <param name="other">The other metrics.</param>
    public bool Equals(EpochMetrics? other)
        => other is not null
            && (Epoch, LearningRate, ReconstructionError, PseudoLogLikelihood, FreeEnergyGap, Elapsed)
                .Equals((other.Epoch, other.LearningRate, other.ReconstructionError, other.PseudoLogLikelihood, other.FreeEnergyGap, other.Elapsed))
            && Diagnostics.SequenceEqual(other.Diagnostics);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Epoch, LearningRate, ReconstructionError, PseudoLogLikelihood, FreeEnergyGap, Elapsed);

    IEnumerable<(string Name, double? Value)> IEpochMetrics.Numbers =>
    [
        ("reconstruction_error", ReconstructionError),
        ("pseudo_log_likelihood", PseudoLogLikelihood),
        ("free_energy_gap", FreeEnergyGap),
        .. SavedDiagnostics.Numbers(Diagnostics),
    ];

    static EpochMetrics ISavedMetrics<EpochMetrics>.From(int epoch, double learningRate, TimeSpan elapsed, IReadOnlyDictionary<string, double?> numbers) => new(
        epoch,
        learningRate,
        numbers.GetValueOrDefault("reconstruction_error") ?? double.NaN,
        numbers.GetValueOrDefault("pseudo_log_likelihood"),
        numbers.GetValueOrDefault("free_energy_gap"),
        elapsed)
    {
        Diagnostics = SavedDiagnostics.Read(numbers),
    };
}
