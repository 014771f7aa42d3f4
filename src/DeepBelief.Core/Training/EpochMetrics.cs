namespace DeepBelief.Training;

/// <summary>What was measured after an epoch of training an energy model.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="LearningRate">Its learning rate.</param>
/// <param name="ReconstructionError">Mean squared difference of rows and their reconstructions, over rows and units.</param>
/// <param name="PseudoLogLikelihood">
/// Stochastic estimate of the mean pseudo-log-likelihood of a row, in nats; null unless the visible units are binary.
/// </param>
/// <param name="FreeEnergyGap">
/// Mean free energy of validation rows less that of training rows, in nats; it grows when the model overfits (Hinton
/// 2012, section 6). Null without validation rows.
/// </param>
/// <param name="Elapsed">Time since the run began.</param>
public sealed record EpochMetrics(
    int Epoch,
    double LearningRate,
    double ReconstructionError,
    double? PseudoLogLikelihood,
    double? FreeEnergyGap,
    TimeSpan Elapsed) : IEpochMetrics<EpochMetrics>
{
    IEnumerable<(string Name, double? Value)> IEpochMetrics<EpochMetrics>.Numbers =>
    [
        ("reconstruction_error", ReconstructionError),
        ("pseudo_log_likelihood", PseudoLogLikelihood),
        ("free_energy_gap", FreeEnergyGap),
    ];

    static EpochMetrics IEpochMetrics<EpochMetrics>.From(int epoch, double learningRate, TimeSpan elapsed, Func<string, double?> number) => new(
        epoch,
        learningRate,
        number("reconstruction_error") ?? double.NaN,
        number("pseudo_log_likelihood"),
        number("free_energy_gap"),
        elapsed);
}
