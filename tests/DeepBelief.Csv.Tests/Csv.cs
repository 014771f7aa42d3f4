using System.IO.Compression;
using System.Text;
using DeepBelief.Data;

namespace DeepBelief.Csv.Tests;

/// <summary>Tables from texts, and texts from tables.</summary>
internal static class Csv
{
    public static CsvTable Load(string text, CsvOptions? options = null) => Load(Encoding.UTF8.GetBytes(text), options);

    public static CsvTable Load(byte[] file, CsvOptions? options = null) => CsvTable.Load(new MemoryStream(file), options);

    public static byte[] Bytes(CsvTable table, CsvOptions? options = null)
    {
        using var stream = new MemoryStream();
        table.Save(stream, options);
        return stream.ToArray();
    }

    public static string Text(CsvTable table, CsvOptions? options = null) => Encoding.UTF8.GetString(Bytes(table, options));

    public static byte[] Compressed(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
            gzip.Write(bytes);
        return packed.ToArray();
    }
}
