namespace DeepBelief.Data;

/// <summary>Labelled rows read batch by batch: an <see cref="IBatchSource"/> for classifiers.</summary>
/// <inheritdoc cref="IBatchSource"/>
public interface ILabelledBatchSource
{
    /// <summary>Number of batches per epoch, 1 or more.</summary>
    int Batches { get; }

    /// <summary>Reads a batch.</summary>
    /// <inheritdoc cref="IBatchSource.Read"/>
    /// <returns>
    /// At least one row, <c>[rows, inputs]</c>, of the network's element type and on its device, and each row's class from 0,
    /// <c>[rows]</c>, <c>int64</c>.
    /// </returns>
    (Tensor Inputs, Tensor Labels) Read(int epoch, int batch);
}
