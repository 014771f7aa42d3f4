namespace DeepBelief.Data;

/// <summary>A source that reads each epoch from its beginning to its end, and makes the tensors that it returns.</summary>
/// <typeparam name="TSource">The kind of source, which is disposable.</typeparam>
internal interface ISequentialSource<out TSource>
{
    /// <summary>Returns a source of the same batches for one run, with a place of its own in them, which it leaves when disposed.</summary>
    TSource Open();
}
