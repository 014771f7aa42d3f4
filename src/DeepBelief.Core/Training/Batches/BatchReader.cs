namespace DeepBelief.Training;

/// <summary>The rows that a run learns from, batch by batch.</summary>
internal abstract class BatchReader : IDisposable
{
    /// <summary>Number of batches of an epoch.</summary>
    public abstract int Batches { get; }

    /// <summary>Rows that stand for all of them: a model is set up by them, chains start at them, a checkpoint knows the data by them.</summary>
    public abstract Batch Overview { get; }

    /// <summary>The generators that are drawn from, by name.</summary>
    public abstract IReadOnlyDictionary<string, Generator> Generators { get; }

    /// <summary>Puts the rows in order for an epoch.</summary>
    /// <param name="epoch">The epoch, from 1.</param>
    public abstract void BeginEpoch(int epoch);

    /// <summary>Reads a batch.</summary>
    /// <param name="batch">The batch, from 1.</param>
    /// <returns>The batch, in the current dispose scope.</returns>
    public abstract Batch Read(int batch);

    /// <summary>Reads the rows of a batch to where they are wanted.</summary>
    /// <param name="batch">The batch, from 1.</param>
    /// <param name="target">Gives the tensor that so many rows are copied into.</param>
    public abstract void Read(int batch, Func<long, Tensor> target);

    public abstract void Dispose();
}
