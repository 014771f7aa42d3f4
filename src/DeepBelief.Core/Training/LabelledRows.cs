namespace DeepBelief.Training;

/// <summary>Where the batches of a classifier come from.</summary>
internal abstract class LabelledRows : IDisposable
{
    /// <summary>Number of batches of an epoch.</summary>
    public abstract int Batches { get; }

    /// <summary>The rows that stand for all of them, where a checkpoint says what a run learned from.</summary>
    public abstract (Tensor Inputs, Tensor Labels) Overview { get; }

    /// <summary>The rows that are scored after every epoch.</summary>
    public abstract (Tensor Inputs, Tensor Labels) Scored { get; }

    /// <summary>The generators that are drawn from, by name.</summary>
    public abstract IReadOnlyDictionary<string, Generator> Generators { get; }

    public abstract void BeginEpoch(int epoch);

    /// <summary>A batch, in the current dispose scope.</summary>
    /// <param name="batch">The batch, from 1.</param>
    public abstract (Tensor Inputs, Tensor Labels) Read(int batch);

    public abstract void Dispose();
}
