namespace DeepBelief.Data;

/// <summary>Rows and what is to be predicted of them, read batch by batch: an <see cref="IBatchSource"/> for classifiers and other networks.</summary>
/// <inheritdoc cref="IBatchSource"/>
public interface ILabelledBatchSource
{
    /// <summary>Number of batches per epoch, 1 or more.</summary>
    int Batches { get; }

    /// <summary>Reads a batch.</summary>
    /// <inheritdoc cref="IBatchSource.Read"/>
    /// <returns>
    /// At least one row, <c>[rows, inputs]</c>, of the network's element type and on its device, and what is to be predicted of each: of
    /// a classifier, its class from 0, <c>[rows]</c>, <c>int64</c>; of other networks, their targets or labels, <c>[rows, ..]</c>.
    /// </returns>
    (Tensor Inputs, Tensor Labels) Read(int epoch, int batch);
}
