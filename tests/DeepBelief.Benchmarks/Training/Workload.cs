using DeepBelief.Training;

namespace DeepBelief.Benchmarks.Training;

/// <summary>A training run to time.</summary>
/// <param name="name">The case's name.</param>
/// <param name="rows">Rows of an epoch of a full measurement.</param>
/// <param name="quickRows">Rows of an epoch of a quick one.</param>
internal abstract class Workload(string name, int rows, int quickRows)
{
    public string Name { get; } = name;

    /// <summary>Rows of an epoch.</summary>
    public int Rows(bool quick) => quick ? quickRows : rows;

    /// <summary>The matrix products alone, or null where the ceiling is another's time.</summary>
    public virtual CeilingProducts? Ceiling() => null;

    /// <summary>The case whose speed is the ceiling, in a process of its own; null where it is another's time, or the products'.</summary>
    public virtual string? Rival => null;

    /// <summary>Why this machine can't run it; null if it can.</summary>
    public virtual string? Obstacle() => null;

    /// <summary>
    /// Epochs of a fit that is timed as a whole, with all that belongs to its beginning and end; null where epochs are timed.
    /// </summary>
    public virtual int? EpochsOfWholeFit => null;

    /// <summary>Makes model and data and trains through the library's own public door.</summary>
    public abstract void Fit(bool quick, int epochs, IProgress<TrainingProgress> progress, CancellationToken cancellationToken);
}
