namespace DeepBelief.Files;

/// <summary>
/// What <c>torch.save</c> wrote before PyTorch 1.6, and writes with <c>_use_new_zipfile_serialization=False</c>: pickles of a
/// magic number, a version, facts on the system, the value and the keys of its storages, then each storage's number of elements
/// in 8 bytes and its elements, the lowest byte first.
/// </summary>
internal static class PtStream
{
    private const string Name = "Pickles";
    private const long Version = 1001;
    private const int StartBytes = 32;

    // 0x1950a86a20f9469cfc6c as a long integer, and the end of its pickle.
    private static readonly byte[] Magic = [0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, (byte)'.'];

    public static bool Recognizes(Stream stream) => Begin(stream) is not null;

    public static (object? Value, IReadOnlyCollection<Tensor> Tensors) Read(Stream stream, Device device, Func<string, bool>? isKnownClass)
    {
        // The pickles end where no one knows yet; as in an archive, they are in the first bytes.
        var bytes = new byte[Math.Min(stream.Length, PtFile.MostPickleBytes)];
        stream.Position = 0;
        stream.ReadExactly(bytes);
        var input = new PickleBytes(bytes, Name, Begin(stream) ?? 0);
        if (PickleReader.Plain(input).Read() is not Version)
            throw new DataFormatException($"{Name}: expected the version {Version} of PyTorch's format, found another.");
        _ = ConfigSection.Of(PickleReader.Plain(input).Read(), $"{Name}/sys_info");

        var storages = new StorageTable(stream.Length, device);
        var reader = new PickleReader(input, storages.Find, isKnownClass);
        var value = reader.Read();
        if (PickleReader.Plain(input).Read() is not List<object?> keys)
            throw new DataFormatException($"{Name}: expected a list of the keys of storages, found something else.");
        stream.Position = input.Position;
        foreach (var key in keys)
            storages.Fill(key as string ?? throw new DataFormatException($"{Name}: expected texts as the keys of storages, found {ConfigSection.Describe(key)}."), stream);
        storages.CheckFilled();
        if (stream.Position != stream.Length)
            throw new DataFormatException($"Expected the end of the file after {stream.Position} bytes, found {stream.Length - stream.Position} more.");
        return (value, reader.Tensors);
    }

    // Where the pickle behind the magic number begins; null if the stream has no such number.
    private static int? Begin(Stream stream)
    {
        Span<byte> start = stackalloc byte[StartBytes];
        stream.Position = 0;
        start = start[..stream.ReadAtLeast(start, StartBytes, throwOnEndOfStream: false)];
        if (start.Length < 2 || start[0] != 0x80 || start[1] is < 2 or > 5)
            return null;
        // From protocol 4 on, the length of a frame is before it.
        var at = start.Length > 2 && start[2] == 0x95 ? 11 : 2;
        return start.Length >= at + Magic.Length && start[at..].StartsWith(Magic) ? at + Magic.Length : null;
    }
}
