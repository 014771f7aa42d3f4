using System.Globalization;

namespace DeepBelief.Files;

/// <summary>Reads and writes <c>torch.save</c> files: a zip archive of a pickle and the raw bytes of each tensor storage.</summary>
/// <remarks>
/// <para>Supports plain values: tensors, <c>string</c>, <c>long</c>, <c>double</c>, <c>bool</c>, null, element types
/// (<c>ScalarType</c>), lists (<c>List&lt;object?&gt;</c>), tuples (<c>object?[]</c>, also for <c>torch.Size</c>) and
/// dictionaries (<c>OrderedDictionary&lt;object, object?&gt;</c> with string, number and <c>bool</c> keys). Reads nothing else
/// and never runs code from a file. <c>torch.load(path, weights_only=True)</c> reads what it writes (PyTorch 1.13 only without
/// <c>double</c> and element types).</para>
/// <para>As in PyTorch, tensors keep their strides, and tensors over one storage share it, when read and when written from the
/// CPU; only the part of a storage from the first to the last used element is written. Parameters are read as tensors without
/// gradients. Element types: <c>float16</c>, <c>bfloat16</c>, <c>float32</c>, <c>float64</c>, <c>int8</c> to <c>int64</c>,
/// <c>uint8</c>, <c>bool</c>.</para>
/// <para>Not supported: files from before PyTorch 1.6 (not zip); compressed or encrypted archives, or ones without checksums;
/// complex, quantised, sparse and nested tensors, <c>float8</c> and <c>uint16</c> to <c>uint64</c>, one storage with two
/// element types; bytes, sets, devices, integers of more than 64 bits and objects, such as a whole <c>nn.Sequential</c>, which
/// higher-level libraries may read; values nested more than 100 deep, more than 2^20 lists, tuples and dictionaries, pickles
/// of more than 16 MiB (without the tensors' elements).</para>
/// </remarks>
public static class PtFile
{
    private const string RootFolder = "archive";
    private const string PickleEntry = "data.pkl";

    // torch.save before PyTorch 1.6: protocol 2, then the magic number 0x1950a86a20f9469cfc6c as a long integer.
    private static readonly byte[] LegacyStart = [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];

    // The pickle doesn't include tensor elements; no model needs a larger one.
    private const long MostPickleBytes = 1 << 24;

    /// <summary>Writes a value to a file, atomically.</summary>
    /// <param name="path">The file; replaced if it exists.</param>
    /// <param name="value">A value of the types in the class remarks; also <c>int</c>, and other collections as lists.</param>
    /// <exception cref="ArgumentException">The value contains another type, or is nested more than 100 deep.</exception>
    /// <exception cref="IOException">The file could not be written.</exception>
    public static void Save(string path, object? value)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        AtomicFile.Write(path, stream => Save(stream, value));
    }

    /// <summary>Writes a value to a stream.</summary>
    /// <param name="stream">A stream to write to; left open.</param>
    /// <param name="value">A value of the types in the class remarks; also <c>int</c>, and other collections as lists.</param>
    /// <exception cref="ArgumentException">The value contains another type, or is nested more than 100 deep.</exception>
    public static void Save(Stream stream, object? value)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var pickle = new PickleWriter(value);
        if (pickle.Bytes.Length > MostPickleBytes)
            throw new ArgumentException($"Expected a value that takes at most {MostPickleBytes} bytes beside its tensors' elements, found {pickle.Bytes.Length}.", nameof(value));

        var archive = new ZipWriter(stream);
        archive.Write($"{RootFolder}/{PickleEntry}", pickle.Bytes);
        archive.Write($"{RootFolder}/byteorder", BitConverter.IsLittleEndian ? "little"u8 : "big"u8);
        foreach (var (key, values) in pickle.Storages.Contents.Index())
            archive.Write(string.Create(CultureInfo.InvariantCulture, $"{RootFolder}/data/{key}"), values);
        archive.Write($"{RootFolder}/version", "3\n"u8);
        archive.Finish();
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="device">The device for all tensors, whatever device they were saved from; null uses the CPU.</param>
    /// <returns>The content as plain values; the caller disposes the tensors.</returns>
    /// <exception cref="DataFormatException">The file is damaged, or has unsupported content.</exception>
    /// <exception cref="IOException">The file could not be read.</exception>
    /// <exception cref="ArgumentException">The device is not available.</exception>
    public static object? Load(string path, Device? device = null)
        => FileFormat.Open(path, stream => Load(stream, device));

    /// <summary>Reads a stream.</summary>
    /// <param name="stream">A seekable stream, read as a whole; left open.</param>
    /// <param name="device">The device for all tensors, whatever device they were saved from; null uses the CPU.</param>
    /// <returns>The content as plain values; the caller disposes the tensors.</returns>
    /// <exception cref="DataFormatException">The stream is damaged, or has unsupported content.</exception>
    /// <exception cref="ArgumentException">The stream cannot seek, or the device is not available.</exception>
    public static object? Load(Stream stream, Device? device = null) => Load(stream, device, isKnownClass: null);

    /// <summary>
    /// True if the content is a PyTorch file's: a zip archive with a pickle, or the older format. A zip archive that is too damaged
    /// to tell counts as one, so that <c>Load</c> says what is wrong with it.
    /// </summary>
    internal static bool Recognizes(Stream stream)
        => FileFormat.Starts(stream, LegacyStart) || (ZipReader.Begins(stream) && (ZipReader.TryOpen(stream) is not { } archive || Pickles(archive).Any()));

    /// <summary>The same, but also reads objects of some Python classes, as <see cref="PickledObject"/>.</summary>
    internal static object? Load(Stream stream, Device? device, Func<string, bool>? isKnownClass)
    {
        FileFormat.CheckReadable(stream);
        Devices.CheckAvailable(device ?? torch.CPU, nameof(device));
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        if (FileFormat.Starts(stream, LegacyStart))
            throw new DataFormatException("Expected a zip archive, as torch.save writes since PyTorch 1.6, found the older format. Convert it with torch.save(torch.load(path), path).");
        if (!ZipReader.Begins(stream))
            throw SafetensorsHeader.Begins(stream) ? new DataFormatException("Expected a PyTorch file (a zip archive), found a safetensors file.") : FileFormat.Unknown(stream);
        var archive = new ZipReader(stream);
        var pickleEntry = FindPickle(archive);
        var root = pickleEntry.Name[..^PickleEntry.Length];
        var isSwapped = IsSwapped(archive, root);

        var storages = new Dictionary<string, Tensor>();
        var reader = new PickleReader(
            archive.ReadAll(pickleEntry, MostPickleBytes),
            storage =>
            {
                if (!storages.TryGetValue(storage.Key, out var values))
                    storages[storage.Key] = values = ReadStorage(archive, root, storage, isSwapped).to(device ?? torch.CPU);
                else if (values.dtype != storage.Type || values.numel() != storage.Count)
                    throw new DataFormatException($"Storage {storage.Key}: expected {values.numel()} elements of type {values.dtype}, as before, found {storage.Count} of type {storage.Type}.");
                return values;
            },
            isKnownClass);
        var result = reader.Read();
        foreach (var tensor in reader.Tensors)
            _ = tensor.MoveToOuterDisposeScope();
        return result;
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

    private static Tensor ReadStorage(ZipReader archive, string root, PickleReader.Storage storage, bool isSwapped)
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
