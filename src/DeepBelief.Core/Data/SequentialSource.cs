namespace DeepBelief.Data;

/// <summary>The batches of epochs that are sequences.</summary>
/// <typeparam name="TBatch">A batch as the sequences have it.</typeparam>
/// <typeparam name="TResult">A batch as training has it.</typeparam>
/// <param name="batches">Number of batches per epoch, 1 or more.</param>
/// <param name="epochs">Returns the sequence of an epoch.</param>
/// <param name="take">Makes tensors of a batch, given with its epoch and number.</param>
/// <param name="advice">What the message advises if there are more or fewer batches.</param>
internal abstract class SequentialSource<TBatch, TResult>(int batches, Func<int, IEnumerable<TBatch>> epochs, Func<TBatch, int, int, TResult> take, string advice) : IDisposable
{
    private IEnumerator<TBatch>? place;
    private int current; // the epoch that the place is in
    private int read; // batches of it

    public int Batches => batches;

    public TResult Read(int epoch, int batch)
    {
        if (batch == 1)
            Begin(epoch);
        if (place is null || epoch != current || batch != read + 1)
            throw new InvalidOperationException(FormattableString.Invariant($"Expected to be asked for the batches of an epoch in order, found batch {batch} of epoch {epoch} after batch {read} of epoch {current}."));
        try
        {
            if (!place.MoveNext())
                throw new ArgumentException(FormattableString.Invariant($"Expected {batches} batches, found {read}. {advice}"), FormattableString.Invariant($"epoch {epoch}"));
            read = batch;
            var result = take(place.Current, epoch, batch);
            if (read < batches)
                return result;
            if (place.MoveNext())
                throw new ArgumentException(FormattableString.Invariant($"Expected {batches} batches, found more. {advice}"), FormattableString.Invariant($"epoch {epoch}"));
            Dispose();
            return result;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Leaves the epoch.</summary>
    public void Dispose()
    {
        place?.Dispose();
        place = null;
    }

    private void Begin(int epoch)
    {
        Dispose();
        (current, read) = (epoch, 0);
        place = epochs(epoch).GetEnumerator();
    }
}

/// <inheritdoc/>
internal sealed class SequentialRows<TBatch>(int batches, Func<int, IEnumerable<TBatch>> epochs, Func<TBatch, int, int, Tensor> take, string advice)
    : SequentialSource<TBatch, Tensor>(batches, epochs, take, advice), IBatchSource, ISequentialSource<IBatchSource>
{
    private readonly Func<SequentialRows<TBatch>> again = () => new(batches, epochs, take, advice);

    public IBatchSource Open() => again();
}

/// <inheritdoc/>
internal sealed class SequentialLabelledRows<TBatch>(
    int batches, Func<int, IEnumerable<TBatch>> epochs, Func<TBatch, int, int, (Tensor Inputs, Tensor Labels)> take, string advice)
    : SequentialSource<TBatch, (Tensor Inputs, Tensor Labels)>(batches, epochs, take, advice), ILabelledBatchSource, ISequentialSource<ILabelledBatchSource>
{
    private readonly Func<SequentialLabelledRows<TBatch>> again = () => new(batches, epochs, take, advice);

    public ILabelledBatchSource Open() => again();
}
