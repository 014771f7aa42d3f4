namespace DeepBelief.Data;

/// <summary>
/// Labelled rows that are read batch by batch, epoch after epoch: what an <see cref="IBatchSource"/> is, for classifiers.
/// </summary>
/// <remarks>
/// Training asks for the batches of an epoch in order, and before the first epoch for the first few, to look at them.
/// The same numbers must give the same rows whenever they are asked for, or a run can be neither repeated nor resumed; to
/// shuffle, make the order depend on the epoch. A source may read ahead on another thread.
/// </remarks>
public interface ILabelledBatchSource
{
    /// <summary>Number of batches of an epoch, 1 or more.</summary>
    int Batches { get; }

    /// <summary>Reads a batch.</summary>
    /// <remarks>
    /// Called inside a dispose scope, which frees the batch, and what else was made, once it was used. What the source wants
    /// to keep, a batch that is read again among it, it detaches (<c>DetachFromDisposeScope</c>).
    /// </remarks>
    /// <param name="epoch">The epoch, from 1.</param>
    /// <param name="batch">The batch, 1 to <see cref="Batches"/>.</param>
    /// <returns>
    /// At least one row, <c>[rows, inputs]</c>, of the network's element type and on its device, and the class of each,
    /// <c>[rows]</c>, <c>int64</c>, from 0.
    /// </returns>
    (Tensor Inputs, Tensor Labels) Read(int epoch, int batch);
}
