namespace DeepBelief.Files;

/// <summary>Creates the tensors of a pickle as views of storages, <c>[count]</c>; none extends beyond its storage.</summary>
internal sealed class PickledTensors(PickleBytes input, Func<PickledStorage, Tensor> loadStorage)
{
    private const int MostDimensions = 64;
    private const int FewTensors = 1000;
    private const int FewestBytesPerTensor = 16;

    private int tensorCount;

    public Tensor Read(PickledStorage storage, long offset, object?[] sizes, object?[] strides)
        => Read(storage, offset, Integers(sizes), Integers(strides));

    public Tensor Read(PickledStorage storage, long offset, long[] size, long[] stride)
    {
        if (tensorCount >= FewTensors + (input.Length / FewestBytesPerTensor))
            throw input.Damaged($"expected at most {tensorCount} tensors in a pickle of {input.Length} bytes, found more");
        var values = loadStorage(storage);
        var (first, count) = storage.View ?? (0, values.numel());
        CheckExtent(storage, count, offset, size, stride);
        var tensor = values.as_strided(size, stride, size.Contains(0) ? 0 : first + offset);
        tensorCount++;
        return tensor;
    }

    /// <summary>Returns integers that are the sizes or strides of a tensor.</summary>
    public long[] Integers(object?[] items)
        => items.Length <= MostDimensions && items.All(item => item is long)
            ? [.. items.Cast<long>()]
            : throw input.Damaged($"expected at most {MostDimensions} sizes or strides, found {items.Length} values or other things");

    private void CheckExtent(PickledStorage storage, long count, long offset, long[] size, long[] stride)
    {
        var layout = $"sizes [{string.Join(", ", size)}], strides [{string.Join(", ", stride)}] and offset {offset}";
        if (size.Length != stride.Length || offset < 0 || size.Any(n => n < 0) || stride.Any(n => n < 0))
            throw input.Damaged($"storage {storage.Key}: expected as many sizes as strides, all 0 or more, found {layout}");

        // Int128: neither the product nor the sum of size · stride may overflow, even with 64 dimensions.
        Int128 elements = 1;
        foreach (var n in size)
        {
            elements *= Math.Max(n, 1);
            if (elements > long.MaxValue)
                throw input.Damaged($"storage {storage.Key}: expected a number of elements of 63 bits, found {layout}");
        }

        if (size.Contains(0))
            return;
        Int128 last = offset;
        for (var i = 0; i < size.Length; i++)
            last += (Int128)(size[i] - 1) * stride[i];
        if (last >= count)
            throw input.Damaged($"storage {storage.Key}: expected at least {last + 1} elements for {layout}, found {count}");
    }
}
