namespace DeepBelief.Files;

/// <summary>Where the elements of tensors are, as a pickle names it.</summary>
/// <param name="Key">Its name in the file.</param>
/// <param name="Type">The type of its elements.</param>
/// <param name="Count">Their number.</param>
/// <param name="View">The part of it that is meant, in files of PyTorch's first years; null means all.</param>
internal sealed record PickledStorage(string Key, ScalarType Type, long Count, (long Offset, long Count)? View = null)
{
    /// <summary>Reads what <c>torch.save</c> writes for a storage; null if it is something else.</summary>
    public static PickledStorage? Of(object?[] id)
    {
        if (id is not ["storage", PickledName { Storage: { } type }, string key, string, long count, .. var rest])
            return null;
        return rest is [object?[] view, ..]
            ? view is [string, long offset, long part] && offset >= 0 && part >= 0 && part <= count - offset ? new(key, type, count, (offset, part)) : null
            : new(key, type, count);
    }

    /// <summary>Throws if elements read before are of another number or type.</summary>
    public void CheckSame(Tensor values)
    {
        if (values.dtype != Type || values.numel() != Count)
            throw new DataFormatException($"Storage {Key}: expected {values.numel()} elements of type {values.dtype}, as before, found {Count} of type {Type}.");
    }
}
