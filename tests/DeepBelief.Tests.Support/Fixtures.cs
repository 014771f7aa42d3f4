using System.IO.Compression;
using System.Text.Json;

namespace DeepBelief.Tests.Support;

/// <summary>Files that Python wrote, by <c>Fixtures/make_fixtures.py</c>.</summary>
internal static class Fixtures
{
    private static readonly Lazy<Dictionary<string, byte[]>> CheckedIn = new(() =>
    {
        var texts = JsonSerializer.Deserialize<Dictionary<string, string>>(Resource("fixtures.json"))!;
        return texts.ToDictionary(text => text.Key, text => Unpack(text.Value));
    });

    public static IEnumerable<string> Names => CheckedIn.Value.Keys;

    public static string Script
    {
        get
        {
            using var reader = new StreamReader(Resource("make_fixtures.py"));
            return reader.ReadToEnd();
        }
    }

    public static byte[] Bytes(string name) => CheckedIn.Value[name];

    private static byte[] Unpack(string text)
    {
        using var content = new MemoryStream();
        using (var packed = new ZLibStream(new MemoryStream(Convert.FromBase64String(text)), CompressionMode.Decompress))
            packed.CopyTo(content);
        return content.ToArray();
    }

    private static Stream Resource(string name) => typeof(Fixtures).Assembly.GetManifestResourceStream(name)!;
}
