namespace DeepBelief.Training;

/// <summary>Reads the training rows of a run, batch by batch.</summary>
internal abstract class BatchReader : IDisposable
{
    /// <summary>Number of batches per epoch.</summary>
    public abstract int Batches { get; }

    /// <summary>A sample of the rows: initializes models and chains, and identifies the data in checkpoints.</summary>
    public abstract Batch Overview { get; }

    /// <summary>The generators in use, by name.</summary>
    public abstract IReadOnlyDictionary<string, Generator> Generators { get; }

    /// <summary>Prepares the order of the rows for an epoch.</summary>
    /// <param name="epoch">The epoch, from 1.</param>
    public abstract void BeginEpoch(int epoch);

    /// <summary>Reads a batch, numbered from 1, into the current dispose scope.</summary>
    public abstract Batch Read(int batch);

    /// <summary>Copies the rows of a batch, numbered from 1, to the tensor that <paramref name="target"/> returns for their number.</summary>
    public abstract void Read(int batch, Func<long, Tensor> target);

    public abstract void Dispose();
}
