using System.Buffers.Binary;
using System.Formats.Tar;
using System.Text;

namespace DeepBelief.Tests.Support;

/// <summary>Files as PyTorch wrote them before version 1.6, around pickles that a test gives, of one character a byte.</summary>
internal static class OldPtFiles
{
    // The number by which PyTorch knows such files.
    private const string Magic = "\u0080\u0002\u008a\u000a\u006c\u00fc\u009c\u0046\u00f9\u0020\u006a\u00a8\u0050\u0019.";

    /// <summary>The format of PyTorch 0.2 to 1.5: pickles one after the other, then the storages.</summary>
    public static byte[] Stream(string pickle, string keys, params byte[][] storages)
        => Stream(pickle, keys, version: "\u0080\u0002M\u00e9\u0003.", storages);

    /// <inheritdoc cref="Stream(string, string, byte[][])"/>
    public static byte[] Stream(string pickle, string keys, string version, params byte[][] storages)
        => [.. Latin1($"{Magic}{version}\u0080\u0002}}.{pickle}{keys}"), .. storages.SelectMany(storage => storage)];

    /// <summary>A storage of float32 elements: how many they are said to be, and these.</summary>
    public static byte[] Storage(long count, params float[] values) => [.. Int64(count), .. values.SelectMany(BitConverter.GetBytes)];

    /// <summary>The format of PyTorch 0.1: a tar archive.</summary>
    public static byte[] Tar(string pickle, byte[] tensors, byte[] storages)
    {
        using var stream = new MemoryStream();
        using (var archive = new TarWriter(stream, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach (var (name, content) in new[] { ("sys_info", Latin1("}.")), ("pickle", Latin1(pickle)), ("tensors", tensors), ("storages", storages) })
                archive.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });
        }

        return stream.ToArray();
    }

    /// <summary>A tensor in a tar archive: the pickle of its keys, then its sizes, strides and offset.</summary>
    public static byte[] TarTensor(string keys, long[] sizes, long[] strides, long offset = 0)
        => [.. Latin1(keys), .. Int64(sizes.Length), .. sizes.SelectMany(Int64), .. strides.SelectMany(Int64), .. Int64(offset)];

    public static string Text(string text) => $"X{(char)text.Length}\0\0\0{text}";

    public static byte[] Latin1(string text) => Encoding.Latin1.GetBytes(text);

    private static byte[] Int64(long number)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        return bytes;
    }
}
