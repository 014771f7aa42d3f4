namespace DeepBelief.Data;

/// <summary>Training rows read batch by batch, for example from disk, from a generator, or for data larger than memory.</summary>
/// <remarks>
/// <para>Training reads each batch of an epoch once, in order; the first few of epoch 1 when a run starts, also if it goes on from a
/// later epoch, and the very first once more, to see whether the source keeps its batches. The same epoch and batch must always return
/// the same rows, or runs can be neither repeated nor resumed; to shuffle, make the order depend on the epoch.</para>
/// <para><see cref="BatchSources"/> makes sources of TorchSharp's data loaders and data sets, and of sequences of rows.</para>
/// <para>Who disposes: a batch that <see cref="Read"/> returns is the run's, which disposes it after use, on whatever thread it
/// was made. Everything else is the source's; the run frees none of it, so dispose what <see cref="Read"/> makes by the way, for
/// example with a dispose scope in it. A source may keep a tensor and return slices or an <c>alias()</c> of it; or keep its
/// batches and return the same tensors whenever it is asked again, which the run notices and disposes none.</para>
/// </remarks>
public interface IBatchSource
{
    /// <summary>Number of batches per epoch, 1 or more.</summary>
    int Batches { get; }

    /// <summary>Reads a batch.</summary>
    /// <remarks>Called on the thread of <c>Fit</c>, outside of the run's dispose scopes.</remarks>
    /// <param name="epoch">The epoch, from 1.</param>
    /// <param name="batch">The batch, 1 to <see cref="Batches"/>.</param>
    /// <returns>At least one row, <c>[rows, visible]</c>, of the model's element type and on its device.</returns>
    Tensor Read(int epoch, int batch);
}
