namespace DeepBelief.Data;

/// <summary>Training rows read batch by batch, for example from disk, from a generator, or for data larger than memory.</summary>
/// <remarks>
/// Training reads the batches of each epoch in order; before the first epoch it also reads the first few, to inspect them.
/// The same epoch and batch must always return the same rows, or runs can be neither repeated nor resumed; to shuffle, make
/// the order depend on the epoch. A source may read ahead on another thread.
/// </remarks>
public interface IBatchSource
{
    /// <summary>Number of batches per epoch, 1 or more.</summary>
    int Batches { get; }

    /// <summary>Reads a batch.</summary>
    /// <remarks>
    /// Called inside a dispose scope that frees the batch, and all other tensors created in it, after use. Detach tensors that the
    /// source keeps, such as a batch it returns again (<c>DetachFromDisposeScope</c>).
    /// </remarks>
    /// <param name="epoch">The epoch, from 1.</param>
    /// <param name="batch">The batch, 1 to <see cref="Batches"/>.</param>
    /// <returns>At least one row, <c>[rows, visible]</c>, of the model's element type and on its device.</returns>
    Tensor Read(int epoch, int batch);
}
