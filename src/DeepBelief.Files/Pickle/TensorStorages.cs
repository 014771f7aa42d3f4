using System.Globalization;

namespace DeepBelief.Files;

/// <summary>
/// The storages of tensors to write. Views of one CPU storage share it in the file, too, which contains the part from the first
/// to the last element that any view uses.
/// </summary>
internal sealed class TensorStorages
{
    private readonly List<Storage> storages = [];
    private readonly Dictionary<(nint Address, ScalarType Type), Storage> byAddress = [];
    private readonly Dictionary<Tensor, (Storage Storage, Tensor Values)> byTensor = new(ReferenceEqualityComparer.Instance);

    /// <summary>The contents to write, one per storage in key order: contiguous, on the CPU, <c>[n]</c>.</summary>
    public IEnumerable<Tensor> Contents
        => storages.Select(s => s.Any.as_strided([s.Count], [1], s.First));

    /// <summary>Adds a tensor; add all before calling <see cref="Place"/>.</summary>
    public void Add(Tensor tensor)
    {
        ObjectDisposedException.ThrowIf(tensor.IsInvalid, tensor);
        if (tensor.is_sparse)
            throw new ArgumentException("Expected dense tensors, found a sparse one.", nameof(tensor));
        _ = ElementType.Storage(tensor.dtype);
        if (byTensor.ContainsKey(tensor))
            return;
        var values = tensor.device_type == DeviceType.CPU ? tensor : tensor.detach().cpu();
        var (shape, strides, first) = (values.shape, values.stride(), values.storage_offset());
        var isEmpty = shape.Contains(0);
        var end = isEmpty ? first : first + 1 + shape.Zip(strides, (n, stride) => (n - 1) * stride).Sum();
        if (isEmpty || !byAddress.TryGetValue((TensorBytes.StorageAddress(values), values.dtype), out var storage))
        {
            storage = new Storage(storages.Count.ToString(CultureInfo.InvariantCulture), values, first, end);
            storages.Add(storage);
            if (!isEmpty)
                byAddress.Add((TensorBytes.StorageAddress(values), values.dtype), storage);
        }

        storage.First = Math.Min(storage.First, first);
        storage.End = Math.Max(storage.End, end);
        byTensor.Add(tensor, (storage, values));
    }

    public (string Key, long Count, long Offset, long[] Strides) Place(Tensor tensor)
    {
        var (storage, values) = byTensor[tensor];
        return (storage.Key, storage.Count, values.storage_offset() - storage.First, values.stride());
    }

    private sealed class Storage(string key, Tensor any, long first, long end)
    {
        public string Key => key;

        // Any of its tensors, for access to the whole storage.
        public Tensor Any => any;

        public long First { get; set; } = first;

        public long End { get; set; } = end;

        public long Count => End - First;
    }
}
