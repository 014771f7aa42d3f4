using System.Globalization;

namespace DeepBelief.Files;

/// <summary>What <c>torch.save</c> writes since PyTorch 1.6: a zip archive of a pickle and an entry for each storage.</summary>
internal static class PtArchive
{
    private const string RootFolder = "archive";
    private const string PickleEntry = "data.pkl";

    public static bool Recognizes(Stream stream)
        => ZipReader.Begins(stream) && (ZipReader.TryOpen(stream) is not { } archive || Pickles(archive).Any());

    public static void Write(Stream stream, PickleWriter pickle)
    {
        var archive = new ZipWriter(stream);
        archive.Write($"{RootFolder}/{PickleEntry}", pickle.Bytes);
        archive.Write($"{RootFolder}/byteorder", BitConverter.IsLittleEndian ? "little"u8 : "big"u8);
        foreach (var (key, values) in pickle.Storages.Contents.Index())
            archive.Write(string.Create(CultureInfo.InvariantCulture, $"{RootFolder}/data/{key}"), values);
        archive.Write($"{RootFolder}/version", "3\n"u8);
        archive.Finish();
    }

    public static (object? Value, IReadOnlyCollection<Tensor> Tensors) Read(Stream stream, Device device, Func<string, bool>? isKnownClass)
    {
        var archive = new ZipReader(stream);
        var pickleEntry = FindPickle(archive);
        var root = pickleEntry.Name[..^PickleEntry.Length];
        var isSwapped = IsSwapped(archive, root);

        var storages = new Dictionary<string, Tensor>();
        var reader = new PickleReader(
            new PickleBytes(archive.ReadAll(pickleEntry, PtFile.MostPickleBytes), $"Entry {PickleEntry}"),
            storage =>
            {
                if (!storages.TryGetValue(storage.Key, out var values))
                    storages[storage.Key] = values = ReadStorage(archive, root, storage, isSwapped).to(device);
                else
                    storage.CheckSame(values);
                return values;
            },
            isKnownClass);
        return (reader.Read(), reader.Tensors);
    }

    private static ZipReader.Entry FindPickle(ZipReader archive)
    {
        var pickles = Pickles(archive).ToList();
        return pickles.Count == 1
            ? pickles[0]
            : throw new DataFormatException($"Expected a PyTorch file with one entry {PickleEntry}, found {pickles.Count}.");
    }

    private static IEnumerable<ZipReader.Entry> Pickles(ZipReader archive)
        => archive.Entries.Where(entry => entry.Name == PickleEntry || entry.Name.EndsWith($"/{PickleEntry}", StringComparison.Ordinal));

    private static bool IsSwapped(ZipReader archive, string root)
    {
        if (archive.Find($"{root}byteorder") is not { } entry)
            return !BitConverter.IsLittleEndian;
        var order = System.Text.Encoding.ASCII.GetString(archive.ReadAll(entry, 100));
        return order switch
        {
            "little" => !BitConverter.IsLittleEndian,
            "big" => BitConverter.IsLittleEndian,
            _ => throw new DataFormatException($"Entry {entry.Name}: expected little or big, found {order}."),
        };
    }

    private static Tensor ReadStorage(ZipReader archive, string root, PickledStorage storage, bool isSwapped)
    {
        var name = $"{root}data/{storage.Key}";
        var entry = archive.Find(name) ?? throw new DataFormatException($"Expected an entry {name}, found none.");
        var size = storage.Type.ElementSize();
        if (storage.Count < 0 || entry.Size % size != 0 || entry.Size / size != storage.Count)
            throw new DataFormatException($"Entry {name}: expected {storage.Count} elements of {size} bytes, found {entry.Size} bytes.");
        var values = archive.Read(entry, storage.Type);
        TensorBytes.CheckBooleans(values, $"Entry {name}");
        if (isSwapped)
            TensorBytes.ReverseElements(values);
        return values;
    }
}
