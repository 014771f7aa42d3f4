using System.Globalization;
using System.IO.Compression;

namespace DeepBelief.Persistence;

/// <summary>
/// Reads and writes the files of <c>torch.save</c>: a zip archive of a pickle and one entry of raw bytes for each tensor's
/// storage.
/// </summary>
/// <remarks>
/// <para>As plain values: tensors, <c>string</c>, <c>long</c>, <c>double</c>, <c>bool</c>, null, lists
/// (<c>List&lt;object?&gt;</c>), tuples (<c>object?[]</c>) and dictionaries
/// (<c>OrderedDictionary&lt;object, object?&gt;</c>). Nothing else is read, and nothing in a file is ever run; what is
/// written, <c>torch.load(path, weights_only=True)</c> reads.</para>
/// <para>Tensors over one storage share its memory after reading, as in PyTorch. All are read to the CPU.</para>
/// </remarks>
public static class PtFile
{
    private const string RootFolder = "archive";
    private const string PickleEntry = "data.pkl";
    private const int CopyBuffer = 1 << 17;

    // The pickle itself holds no tensor data; a large one is no model.
    private const long MostPickleBytes = 1 << 26;

    /// <summary>Writes a value to a file, which is there whole or not at all.</summary>
    /// <param name="path">The file; replaced if it exists.</param>
    /// <param name="value">A value of the kinds that the type's remarks list; <c>int</c> and other collections too.</param>
    /// <exception cref="ArgumentException">The value holds something of another kind.</exception>
    /// <exception cref="IOException">The file could not be written.</exception>
    public static void Save(string path, object? value)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        AtomicFile.Write(path, stream => Save(stream, value));
    }

    /// <summary>Writes a value to a stream.</summary>
    /// <param name="stream">A stream to write to; left open.</param>
    /// <param name="value">A value of the kinds that the type's remarks list; <c>int</c> and other collections too.</param>
    /// <exception cref="ArgumentException">The value holds something of another kind.</exception>
    public static void Save(Stream stream, object? value)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var pickle = new PickleWriter();
        pickle.Write(value);

        using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        using (var entry = Create(archive, PickleEntry))
            entry.Write(pickle.Bytes);
        for (var key = 0; key < pickle.Storages.Count; key++)
        {
            using var entry = Create(archive, string.Create(CultureInfo.InvariantCulture, $"data/{key}"));
            pickle.Storages[key].WriteBytesToStream(entry, CopyBuffer);
        }

        using (var entry = Create(archive, "version"))
            entry.Write("3\n"u8);
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>What it holds, as plain values; the caller disposes the tensors.</returns>
    /// <exception cref="DataFormatException">The file is damaged, or holds something that is not read.</exception>
    /// <exception cref="IOException">The file could not be read.</exception>
    public static object? Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var stream = File.OpenRead(path);
        try
        {
            return Load(stream);
        }
        catch (DataFormatException e)
        {
            throw new DataFormatException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>Reads a stream.</summary>
    /// <param name="stream">A stream that can seek; left open.</param>
    /// <returns>What it holds, as plain values; the caller disposes the tensors.</returns>
    /// <exception cref="DataFormatException">The stream is damaged, or holds something that is not read.</exception>
    public static object? Load(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        using var archive = Open(stream);
        var pickleEntry = archive.Entries.FirstOrDefault(e => e.Name == PickleEntry)
            ?? throw new DataFormatException($"Expected a PyTorch file with an entry {PickleEntry}, found none.");
        var root = pickleEntry.FullName[..^PickleEntry.Length];
        if (pickleEntry.Length > MostPickleBytes)
            throw new DataFormatException($"Entry {pickleEntry.FullName}: expected at most {MostPickleBytes} bytes, found {pickleEntry.Length}.");

        var storages = new Dictionary<string, Tensor>();
        var reader = new PickleReader(ReadAll(pickleEntry), storage =>
        {
            if (!storages.TryGetValue(storage.Key, out var values))
                storages[storage.Key] = values = ReadStorage(archive, root, storage);
            else if (values.dtype != storage.Type)
                throw new DataFormatException($"Storage {storage.Key}: expected elements of type {values.dtype}, as before, found {storage.Type}.");
            return values;
        });
        var result = reader.Read();
        foreach (var tensor in reader.Tensors)
            _ = tensor.MoveToOuterDisposeScope();
        return result;
    }

    private static Stream Create(ZipArchive archive, string name)
        => archive.CreateEntry($"{RootFolder}/{name}", CompressionLevel.NoCompression).Open();

    private static ZipArchive Open(Stream stream)
    {
        try
        {
            return new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
        }
        catch (InvalidDataException e)
        {
            throw new DataFormatException("Expected a PyTorch file (a zip archive), found something else or only a part of one.", e);
        }
    }

    private static byte[] ReadAll(ZipArchiveEntry entry)
    {
        CheckStored(entry);
        var bytes = new byte[entry.Length];
        ReadEntry(entry, stream => stream.ReadExactly(bytes));
        return bytes;
    }

    private static Tensor ReadStorage(ZipArchive archive, string root, PickleReader.Storage storage)
    {
        var name = $"{root}data/{storage.Key}";
        var entry = archive.GetEntry(name) ?? throw new DataFormatException($"Expected an entry {name}, found none.");
        CheckStored(entry);
        var size = storage.Type.ElementSize();
        if (storage.Count < 0 || entry.Length % size != 0 || entry.Length / size != storage.Count)
            throw new DataFormatException($"Entry {name}: expected {storage.Count} elements of {size} bytes, found {entry.Length} bytes.");
        var values = torch.empty(storage.Count, storage.Type);
        if (storage.Count > 0)
            ReadEntry(entry, stream => values.ReadBytesFromStream(stream, CopyBuffer));
        return values;
    }

    // PyTorch never compresses, and an entry that cannot grow cannot be a zip bomb.
    private static void CheckStored(ZipArchiveEntry entry)
    {
        if (entry.CompressedLength != entry.Length)
            throw new DataFormatException($"Entry {entry.FullName}: expected it stored without compression, found it compressed.");
    }

    private static void ReadEntry(ZipArchiveEntry entry, Action<Stream> read)
    {
        try
        {
            using var stream = entry.Open();
            read(stream);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new DataFormatException($"Entry {entry.FullName}: expected {entry.Length} bytes, found fewer or damaged ones.", e);
        }
    }
}
