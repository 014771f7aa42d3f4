using System.Buffers.Binary;

namespace DeepBelief.Files;

/// <summary>
/// What PyTorch's first versions wrote: a tar archive of storages, of tensors over them, and of a pickle that names both by keys.
/// </summary>
internal static class PtTar
{
    private const string PickleEntry = "pickle";
    private const string TensorsEntry = "tensors";
    private const string StoragesEntry = "storages";

    // A storage's key, place and type, between the elements of others.
    private const int MostBytesOfKey = 1024;

    public static bool Recognizes(Stream stream)
    {
        if (!TarEntries.Begins(stream))
            return false;
        try
        {
            return TarEntries.Read(stream).ContainsKey(PickleEntry);
        }
        catch (DataFormatException)
        {
            // As an archive that is too damaged to tell.
            return true;
        }
    }

    public static (object? Value, IReadOnlyCollection<Tensor> Tensors) Read(Stream stream, Device device, Func<string, bool>? isKnownClass)
    {
        var entries = TarEntries.Read(stream);
        var storages = ReadStorages(stream, new Part(stream, entries, StoragesEntry), device);
        var tensors = ReadTensors(new Part(stream, entries, TensorsEntry), storages);
        var reader = new PickleReader(
            new Part(stream, entries, PickleEntry).Pickles(PtFile.MostPickleBytes),
            storage => throw new DataFormatException($"Entry {PickleEntry}: expected tensors by their keys, found the storage {storage.Key}."),
            isKnownClass,
            key => tensors.TryGetValue(key, out var tensor) ? tensor : throw new DataFormatException($"Entry {PickleEntry}: expected the key of a tensor, found '{key}'."));
        return (reader.Read(), reader.Tensors);
    }

    private static Dictionary<string, (PickledStorage Storage, Tensor Values)> ReadStorages(Stream stream, Part part, Device device)
    {
        var table = new StorageTable(part.Length, device);
        var storages = new Dictionary<string, (PickledStorage Storage, Tensor Values)>();
        for (var left = part.ReadCount(); left > 0; left--)
        {
            var input = part.Pickles(MostBytesOfKey);
            if (PickleReader.Plain(input).ReadTuple() is not [var id, string, PickledName { Storage: { } type }] || Key(id) is not { } key)
                throw part.Fault("expected the key, the place and the type of a storage, found something else");
            part.Skip(input.Position);
            var storage = new PickledStorage(key, type, part.PeekInt64());
            var values = table.Find(storage);
            table.Fill(key, stream);
            storages.Add(key, (storage, values));
        }

        if (PickleReader.Plain(part.Pickles(PtFile.MostPickleBytes)).Read() is not List<object?> views)
            throw part.Fault("expected a list of parts of storages, found something else");
        foreach (var view in views)
        {
            if (view is not object?[] and not List<object?> || view is not System.Collections.IList { Count: 4 } fields
                || Key(fields[0]) is not { } key || Key(fields[1]) is not { } root || !storages.TryGetValue(root, out var whole)
                || fields[2] is not (long and >= 0 and var offset) || fields[3] is not (long and >= 0 and var count) || count > whole.Storage.Count - offset)
                throw part.Fault("expected parts of storages, found something else");
            storages[key] = (whole.Storage with { View = (offset, count) }, whole.Values);
        }

        return storages;
    }

    private static Dictionary<string, Tensor> ReadTensors(Part part, Dictionary<string, (PickledStorage Storage, Tensor Values)> storages)
    {
        var input = part.Pickles(PtFile.MostPickleBytes);
        var views = new PickledTensors(input, storage => storages[storage.Key].Values);
        var tensors = new Dictionary<string, Tensor>();
        if (PickleReader.Plain(input).Read() is not long count)
            throw part.Fault("expected the number of tensors, found something else");
        for (; count > 0; count--)
        {
            if (PickleReader.Plain(input, IsTensorClass).ReadTuple() is not [var id, var storageId, ..]
                || Key(id) is not { } key || Key(storageId) is not { } of || !storages.TryGetValue(of, out var storage))
                throw part.Fault("expected the key of a tensor and that of its storage, found something else");
            // Of 8 bytes, the upper 4 are not always set.
            var dimensions = BinaryPrimitives.ReadInt32LittleEndian(input.Take(8));
            var sizes = Integers(input, dimensions);
            var strides = Integers(input, dimensions);
            tensors[key] = views.Read(storage.Storage, BinaryPrimitives.ReadInt64LittleEndian(input.Take(8)), sizes, strides);
        }

        return tensors;
    }

    // The third part of a tensor's description, such as torch.FloatTensor, says no more than the storage's type.
    private static bool IsTensorClass(string name)
        => name.StartsWith("torch.", StringComparison.Ordinal) && name.EndsWith("Tensor", StringComparison.Ordinal);

    private static long[] Integers(PickleBytes input, int count)
    {
        var bytes = input.Take(count < 0 ? -1 : 8L * count);
        var numbers = new long[count];
        for (var i = 0; i < count; i++)
            numbers[i] = BinaryPrimitives.ReadInt64LittleEndian(bytes[(8 * i)..]);
        return numbers;
    }

    // The pickle has as text what the other entries have as numbers.
    private static string? Key(object? id) => id switch
    {
        long number => number.ToString(System.Globalization.CultureInfo.InvariantCulture),
        string text => text,
        _ => null,
    };

    /// <summary>An entry of the archive, read from its beginning on.</summary>
    private sealed class Part
    {
        private readonly Stream stream;
        private readonly string name;
        private readonly long end;

        public Part(Stream stream, Dictionary<string, (long Begin, long Length)> entries, string name)
        {
            if (!entries.TryGetValue(name, out var place))
                throw new DataFormatException($"Tar archive: expected an entry {name}, as PyTorch's first versions wrote, found none.");
            (this.stream, this.name, Length, end) = (stream, name, place.Length, place.Begin + place.Length);
            stream.Position = place.Begin;
        }

        public long Length { get; }

        /// <summary>Returns the next bytes, of which pickles are read; <see cref="Skip"/> then says how many these were.</summary>
        public PickleBytes Pickles(long most)
        {
            var begin = stream.Position;
            if (begin > end)
                throw Fault($"expected its end at byte {end}, found elements beyond it");
            var bytes = new byte[Math.Min(most, end - begin)];
            stream.ReadExactly(bytes);
            stream.Position = begin;
            return new PickleBytes(bytes, $"Entry {name}");
        }

        public void Skip(int bytes) => stream.Position += bytes;

        public long ReadCount()
        {
            var input = Pickles(MostBytesOfKey);
            if (PickleReader.Plain(input).Read() is not long count)
                throw Fault("expected the number of storages, found something else");
            Skip(input.Position);
            return count;
        }

        /// <summary>Returns the integer in the next 8 bytes.</summary>
        public long PeekInt64()
        {
            Span<byte> eight = stackalloc byte[8];
            var begin = stream.Position;
            if (eight.Length > end - begin)
                throw Fault($"expected 8 bytes at byte {begin}, found its end");
            stream.ReadExactly(eight);
            stream.Position = begin;
            return BinaryPrimitives.ReadInt64LittleEndian(eight);
        }

        public DataFormatException Fault(string what) => new($"Entry {name}: {what}.");
    }
}
