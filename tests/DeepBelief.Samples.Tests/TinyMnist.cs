using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using DeepBelief.Samples.Data;

namespace DeepBelief.Samples.Tests;

/// <summary>Four files with MNIST's names, a few hundred bytes each, and sources of them.</summary>
internal static class TinyMnist
{
    public static IReadOnlyList<MnistFile> Files { get; } =
    [
        .. MnistFile.All.Select((file, index) =>
        {
            var content = Bytes(index);
            return new MnistFile(file.Name, content.Length, Convert.ToHexStringLower(SHA256.HashData(content)));
        }),
    ];

    public static byte[] Content(MnistFile file) => Bytes(Files.ToList().IndexOf(file));

    /// <summary>The same length, another content.</summary>
    public static byte[] Damaged(MnistFile file)
    {
        var content = Content(file);
        content[^1] ^= 1;
        return content;
    }

    public static byte[] Gzip(byte[] content)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Optimal))
            gzip.Write(content);
        return buffer.ToArray();
    }

    /// <summary>An archive as npm makes it of the package, with these data files.</summary>
    public static void WriteArchive(string path, params IEnumerable<MnistFile> files)
    {
        using var gzip = new GZipStream(File.Create(path), CompressionLevel.Optimal);
        using var tar = new TarWriter(gzip, TarEntryFormat.Ustar);
        Add("package/package.json", "{}"u8.ToArray());
        foreach (var file in files)
            Add($"package/data/{file.Name}", Content(file));

        void Add(string name, byte[] content) =>
            tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });
    }

    private static byte[] Bytes(int index)
    {
        var content = new byte[300 + index];
        new Random(index).NextBytes(content);
        return content;
    }
}
