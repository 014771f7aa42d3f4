using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;

namespace DeepBelief.Tests.Support;

/// <summary>
/// Breaks files: at random, and with a sense of their parts, since a random byte in a zip archive mostly ends at a checksum.
/// </summary>
internal sealed partial class Mutator(Random random, IReadOnlyList<byte[]> seeds)
{
    private static readonly long[] Numbers =
    [
        0, 1, 2, 3, 4, 7, 8, 15, 16, 63, 64, 127, 128, 255, 256, 1000, 32767, 65535, 65536, 1 << 24, int.MaxValue, uint.MaxValue,
        1L << 40, long.MaxValue, -1, -2, int.MinValue, long.MinValue,
    ];

    // The instructions of pickles.
    private static readonly byte[] Instructions = "(.0NKMJIFGXVTBCaebcdghijlopqrstuQRS12]})\x80\x81\x82\x85\x86\x87\x88\x89\x8a\x8b\x8c\x8d\x8e\x8f\x90\x91\x92\x93\x94\x95\x96"
        .Select(c => (byte)c).ToArray();

    private static readonly string[] Names =
    [
        "numpy.core.multiarray\n_reconstruct\n", "numpy._core.multiarray\nscalar\n", "numpy\ndtype\n", "numpy\nndarray\n", "_codecs\nencode\n",
        "torch\ndevice\n", "builtins\nbytearray\n", "collections\nOrderedDict\n", "torch._utils\n_rebuild_tensor_v2\n", "torch._utils\n_rebuild_parameter\n", "torch\nFloatStorage\n",
        "torch\nSize\n", "posix\nsystem\n", "builtins\neval\n", "torch.nn.modules.container\nSequential\n", "__builtin__\nset\n",
    ];

    private static readonly byte[] Npy = [0x93, .. "NUMPY"u8];

    private static readonly uint[] ZipSignatures = [0x04034b50, 0x02014b50, 0x06054b50, 0x06064b50, 0x07064b50];

    /// <summary>A file that is one of the seeds but for a few things.</summary>
    public byte[] Next()
    {
        var bytes = Any(seeds);
        // Mostly one: after several, few files have anything left to be read.
        for (var changes = random.Next(2) == 0 ? 1 : random.Next(1, 4); changes > 0; changes--)
            bytes = Change(bytes);
        return bytes;
    }

    private byte[] Change(byte[] bytes)
    {
        var isZip = bytes.AsSpan().StartsWith("PK"u8);
        return random.Next(10) switch
        {
            0 => Splice(bytes, Any(seeds)),
            1 or 2 => ChangeBytes(bytes),
            3 or 4 when isZip => ChangeZipField(bytes),
            _ when isZip => ChangeEntries(bytes),
            _ when bytes.AsSpan().StartsWith(Npy) => ChangeNpy(bytes),
            // Pickles with storages behind them.
            _ when bytes is [0x80, ..] => ChangePickle(bytes),
            _ when IsTar(bytes) => ChangeTar(bytes),
            _ when bytes is [0x1f, 0x8b, ..] => ChangeCompressed(bytes),
            _ => ChangeHeader(bytes),
        };
    }

    // What knows nothing of formats.
    private byte[] ChangeBytes(byte[] bytes)
    {
        if (bytes.Length == 0)
            return [(byte)random.Next(256)];
        var (at, length) = (random.Next(bytes.Length), Math.Min(random.Next(1, 64), bytes.Length));
        var (before, after) = (bytes[..at], bytes[Math.Min(bytes.Length, at + length)..]);
        switch (random.Next(6))
        {
            case 0:
                var flipped = (byte[])bytes.Clone();
                flipped[at] ^= (byte)(1 << random.Next(8));
                return flipped;
            case 1:
                return before;
            case 2:
                return [.. before, .. after];
            case 3:
                return [.. before, .. bytes[at..Math.Min(bytes.Length, at + length)], .. bytes[at..]];
            case 4:
                var noise = new byte[length];
                random.NextBytes(noise);
                return [.. before, .. noise, .. bytes[at..]];
            default:
                return Number(bytes, at, 1 << random.Next(4));
        }
    }

    private byte[] Splice(byte[] first, byte[] second)
        => [.. first[..random.Next(first.Length + 1)], .. second[random.Next(second.Length + 1)..]];

    private byte[] ChangeZipField(byte[] bytes)
    {
        var headers = Enumerable.Range(0, Math.Max(0, bytes.Length - 4))
            .Where(i => bytes[i] == 'P' && ZipSignatures.Contains(BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(i))))
            .ToList();
        return headers.Count == 0 ? ChangeBytes(bytes) : Number(bytes, Any(headers) + 4 + (2 * random.Next(26)), 1 << random.Next(1, 4));
    }

    // A new archive, whose checksums are right, of changed entries.
    private byte[] ChangeEntries(byte[] bytes)
    {
        List<(string Name, byte[] Content)> entries;
        try
        {
            using var archive = new ZipArchive(new MemoryStream(bytes), ZipArchiveMode.Read);
            entries = [.. archive.Entries.Select(entry => (entry.FullName, Read(entry)))];
        }
        catch (Exception e) when (e is InvalidDataException or IOException or ArgumentException or NotSupportedException)
        {
            return ChangeBytes(bytes);
        }

        if (entries.Count == 0)
            return ChangeBytes(bytes);
        var chosen = random.Next(3) > 0 ? Math.Max(0, entries.FindIndex(e => e.Name.EndsWith("data.pkl", StringComparison.Ordinal))) : random.Next(entries.Count);
        var (name, content) = entries[chosen];
        switch (random.Next(8))
        {
            case 0:
                entries[chosen] = (Any(["../../x", "/x", name.Replace('/', '\\'), $"{name}/", name + "\0", Any(entries).Name]), content);
                break;
            case 1:
                entries.RemoveAt(chosen);
                break;
            case 2:
                entries.Add((name, Any(entries).Content));
                break;
            default:
                entries[chosen] = (name, name.EndsWith("data.pkl", StringComparison.Ordinal) ? ChangePickle(content) : name.EndsWith(".npy", StringComparison.Ordinal) ? ChangeNpy(content) : ChangeBytes(content));
                break;
        }

        var level = random.Next(4) == 0 ? CompressionLevel.Fastest : CompressionLevel.NoCompression;
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var entry in entries)
            {
                using var writer = archive.CreateEntry(entry.Name.Length > 0 ? entry.Name : "x", level).Open();
                writer.Write(entry.Content);
            }
        }

        return stream.ToArray();
    }

    private byte[] ChangePickle(byte[] pickle)
    {
        if (pickle.Length < 2)
            return ChangeBytes(pickle);
        var at = random.Next(pickle.Length);
        switch (random.Next(7))
        {
            case 0:
                var replaced = (byte[])pickle.Clone();
                replaced[at] = Any(Instructions);
                return replaced;
            case 1:
                return [.. pickle[..at], Any(Instructions), .. pickle[at..]];
            case 2:
                return [.. pickle[..at], (byte)'c', .. Encoding.Latin1.GetBytes(Any(Names)), .. pickle[at..]];
            case 3:
                var number = new byte[8];
                BinaryPrimitives.WriteInt64LittleEndian(number, Any(Numbers));
                return [.. pickle[..at], 0x8a, 8, .. number, .. pickle[at..]];
            case 4:
                // A small integer, of which sizes, strides and offsets mostly are, by a large one.
                var small = Array.IndexOf(pickle, (byte)'K', at);
                if (small < 0 || small + 2 > pickle.Length)
                    return ChangeBytes(pickle);
                var large = new byte[8];
                BinaryPrimitives.WriteInt64LittleEndian(large, Any(Numbers));
                return [.. pickle[..small], 0x8a, 8, .. large, .. pickle[(small + 2)..]];
            case 5:
                // Many of one instruction: deep nesting, many values.
                return [.. pickle[..at], .. Enumerable.Repeat(Any(Instructions), random.Next(1, 2000)), .. pickle[at..]];
            default:
                return ChangeBytes(pickle);
        }
    }

    // What is compressed, so that its checksum is right.
    private byte[] ChangeCompressed(byte[] bytes)
    {
        var content = new byte[1 << 16];
        try
        {
            using var gzip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
            content = content[..gzip.ReadAtLeast(content, content.Length, throwOnEndOfStream: false)];
        }
        catch (InvalidDataException)
        {
            return ChangeBytes(bytes);
        }

        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Fastest))
            gzip.Write(ChangeBytes(content));
        return stream.ToArray();
    }

    // A header of NumPy's, whose length is mostly right.
    private byte[] ChangeNpy(byte[] bytes)
    {
        if (bytes.Length < 12 || BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(8)) is var length && length + 10 > bytes.Length)
            return ChangeBytes(bytes);
        var header = Encoding.Latin1.GetString(bytes, 10, length);
        switch (random.Next(5))
        {
            case 0:
                header = header.Replace(Any(["<f4", "<f8", ">i4", "|b1", "False", "shape", "descr", ",", "("]), Any(["<f2", "|b1", "<u8", ">u2", "|O", "<U9", "True", "((", "'", ""]), StringComparison.Ordinal);
                break;
            case 1 or 2:
                var numbers = Digits().Matches(header);
                if (numbers.Count > 0)
                {
                    var number = Any(numbers);
                    header = header[..number.Index] + Any([.. Numbers.Select(n => $"{n}"), "99999999999999999999", "2L", "1, 1, 1", ""]) + header[(number.Index + number.Length)..];
                }

                break;
            case 3:
                header = Encoding.Latin1.GetString(ChangeBytes(Encoding.Latin1.GetBytes(header)));
                break;
            default:
                return [.. bytes[..(10 + length)], .. ChangeBytes(bytes[(10 + length)..])];
        }

        return [.. bytes[..8], (byte)header.Length, (byte)(header.Length >> 8), .. Encoding.Latin1.GetBytes(header), .. bytes[(10 + length)..]];
    }

    // The content of an entry, or a header, whose sum is right again.
    private byte[] ChangeTar(byte[] bytes)
    {
        var changed = (byte[])bytes.Clone();
        var headers = Enumerable.Range(0, bytes.Length / 512).Select(i => 512 * i).Where(at => IsTar(bytes[at..])).ToList();
        var header = Any(headers);
        // Of what is behind a header, most is zeros.
        var length = Math.Min(bytes.Length - header - 512, Math.Max(1, bytes.AsSpan(header + 512, Math.Min(512, bytes.Length - header - 512)).LastIndexOfAnyExcept((byte)0) + 1));
        if (random.Next(3) > 0 && length > 0)
        {
            var content = random.Next(2) == 0 ? ChangePickle(bytes[(header + 512)..(header + 512 + length)]) : ChangeBytes(bytes[(header + 512)..(header + 512 + length)]);
            content.AsSpan(0, Math.Min(content.Length, changed.Length - header - 512)).CopyTo(changed.AsSpan(header + 512));
            return changed;
        }

        var at = header + Any([0, 3, 124, 130, 134, 135, 156]);
        changed[at] = Any("01234567\0 x"u8.ToArray());
        changed.AsSpan(header + 148, 8).Fill((byte)' ');
        var sum = changed[header..(header + 512)].Sum(b => b);
        Encoding.ASCII.GetBytes($"{Convert.ToString(sum, 8).PadLeft(6, '0')}\0 ").CopyTo(changed.AsSpan(header + 148));
        return changed;
    }

    // A safetensors header, whose length is right.
    private byte[] ChangeHeader(byte[] bytes)
    {
        if (bytes.Length < 8 || BinaryPrimitives.ReadInt64LittleEndian(bytes) is not (>= 2 and var length) || length > bytes.Length - 8)
            return ChangeBytes(bytes);
        var header = Encoding.Latin1.GetString(bytes, 8, (int)length);
        switch (random.Next(6))
        {
            case 0:
                header = Encoding.Latin1.GetString(ChangeBytes(Encoding.Latin1.GetBytes(header)));
                break;
            case 1 or 2:
                var numbers = Digits().Matches(header);
                if (numbers.Count > 0)
                {
                    var number = Any(numbers);
                    header = header[..number.Index] + Any([.. Numbers.Select(n => $"{n}"), "1e3", "0.5", "99999999999999999999", "null", "[]"]) + header[(number.Index + number.Length)..];
                }

                break;
            case 3:
                header = header.Replace(Any(["F32", "I64", "shape", "dtype", "data_offsets", "weight", "format", "kind"]), Any(["F64", "F8_E4M3", "U16", "shape", "", "\\ud800", "__metadata__"]), StringComparison.Ordinal);
                break;
            case 4:
                var members = header.IndexOf(',', random.Next(header.Length));
                header = members < 0 ? header : header[..members] + "," + header[1..^1] + header[members..];
                break;
            default:
                var nesting = random.Next(1, 3000);
                var at = random.Next(header.Length);
                header = header[..at] + string.Concat(Enumerable.Repeat(Any(["[", "{\"a\":", "{"]), nesting)) + header[at..];
                break;
        }

        var changed = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(changed, header.Length);
        return [.. changed, .. Encoding.Latin1.GetBytes(header), .. bytes[(8 + (int)length)..]];
    }

    private byte[] Number(byte[] bytes, int at, int width)
    {
        var number = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(number, Any(Numbers));
        var changed = (byte[])bytes.Clone();
        if (at < changed.Length)
            number.AsSpan(0, Math.Min(width, changed.Length - at)).CopyTo(changed.AsSpan(at));
        return changed;
    }

    private static bool IsTar(byte[] bytes) => bytes.Length >= 512 && bytes.AsSpan(257).StartsWith("ustar"u8);

    private static byte[] Read(ZipArchiveEntry entry)
    {
        // Broken sizes are no reason to ask for memory here.
        using var stream = entry.Open();
        var content = new byte[Math.Min(entry.Length, 1 << 16)];
        return content[..stream.ReadAtLeast(content, content.Length, throwOnEndOfStream: false)];
    }

    private T Any<T>(IReadOnlyList<T> items) => items[random.Next(items.Count)];

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Digits();
}
