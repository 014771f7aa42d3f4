using System.Buffers.Binary;

namespace DeepBelief.Files;

/// <summary>Storages whose elements come in the file after the tensors over them: made when they are first named, filled later.</summary>
/// <param name="most">The number of bytes that all of them can have, as each is in the file.</param>
/// <param name="device">The device for all.</param>
internal sealed class StorageTable(long most, Device device)
{
    private readonly Dictionary<string, Tensor> storages = [];
    private readonly HashSet<string> filled = [];
    private long left = most;

    /// <summary>Returns the elements of a storage, <c>[count]</c>.</summary>
    public Tensor Find(PickledStorage storage)
    {
        if (storages.TryGetValue(storage.Key, out var values))
        {
            storage.CheckSame(values);
            return values;
        }

        var size = storage.Type.ElementSize();
        if (storage.Count < 0 || storage.Count > left / size)
            throw new DataFormatException($"Storage {storage.Key}: expected at most {left} bytes, which the file has for it, found {storage.Count} elements of {size} bytes.");
        left -= storage.Count * size;
        return storages[storage.Key] = torch.empty(storage.Count, storage.Type, device);
    }

    /// <summary>Reads a storage that has been named: its number of elements, and these.</summary>
    public void Fill(string key, Stream stream)
    {
        if (!storages.TryGetValue(key, out var values))
            throw new DataFormatException($"Storage {key}: expected it under a tensor of the file, found none.");
        if (!filled.Add(key))
            throw new DataFormatException($"Storage {key}: expected it once, found it twice.");
        var begin = stream.Position;
        Span<byte> eight = stackalloc byte[8];
        if (stream.ReadAtLeast(eight, eight.Length, throwOnEndOfStream: false) < eight.Length)
            throw new DataFormatException($"Storage {key}: expected its number of elements at byte {begin}, found the end of the file.");
        if (BinaryPrimitives.ReadInt64LittleEndian(eight) is var count && count != values.numel())
            throw new DataFormatException($"Storage {key}: expected {values.numel()} elements at byte {begin}, found {count}.");
        Read(values, stream, $"Storage {key}");
    }

    /// <summary>Throws unless all storages that tensors have were filled.</summary>
    public void CheckFilled()
    {
        if (storages.Keys.FirstOrDefault(key => !filled.Contains(key)) is { } missing)
            throw new DataFormatException($"Storage {missing}: expected it in the file, found none.");
    }

    /// <summary>Fills a tensor, <c>[n]</c>, with the next bytes, which have the lowest first.</summary>
    private static void Read(Tensor values, Stream stream, string what)
    {
        var bytes = values.numel() * values.dtype.ElementSize();
        if (bytes > stream.Length - stream.Position)
            throw new DataFormatException($"{what}: expected {bytes} bytes, found {stream.Length - stream.Position}; this is only a part of a file.");
        var read = values.device_type == DeviceType.CPU ? values : torch.empty(values.numel(), values.dtype, torch.CPU);
        TensorBytes.ForEachPiece(read, stream.ReadExactly);
        TensorBytes.CheckBooleans(read, what);
        if (!BitConverter.IsLittleEndian)
            TensorBytes.ReverseElements(read);
        if (!ReferenceEquals(read, values))
            _ = values.copy_(read);
    }
}
