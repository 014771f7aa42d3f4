using System.Collections.ObjectModel;

namespace DeepBelief.Training;

/// <summary>What is known of every epoch: <see cref="EpochMetrics"/> of energy models, <see cref="ClassifierMetrics"/> of classifiers.</summary>
public interface IEpochMetrics
{
    /// <summary>The epoch, from 1.</summary>
    int Epoch { get; }

    /// <summary>Its learning rate.</summary>
    double LearningRate { get; }

    /// <summary>Time that the run had trained when the epoch ended.</summary>
    TimeSpan Elapsed { get; }

    /// <summary>
    /// Diagnostics of the chains in this epoch, such as swap acceptance in parallel tempering; empty for most negative phases, and
    /// without one. NaN in epochs before a run went on with others.
    /// </summary>
    IReadOnlyDictionary<string, double> Diagnostics => ReadOnlyDictionary<string, double>.Empty;

    /// <summary>
    /// What was measured, by name, for whatever shows or stores metrics of any kind: <c>reconstruction_error</c>,
    /// <c>pseudo_log_likelihood</c> and <c>free_energy_gap</c> of energy models, <c>train_loss</c>, <c>validation_loss</c>,
    /// <c>train_accuracy</c> and <c>validation_accuracy</c> of networks, and the diagnostics as <c>diagnostics/...</c>. Null is what was
    /// not measured. Every epoch has the same names, but for diagnostics where a run went on with other options.
    /// </summary>
    IEnumerable<(string Name, double? Value)> Numbers => [];
}
