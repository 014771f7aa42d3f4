using System.Text;
using DeepBelief.Files;
using DeepBelief.Persistence;

namespace DeepBelief.Tests.Support;

/// <summary>
/// A format that only tests have, as one might be added: a zip archive, as PyTorch's is, of a header in JSON and an entry of raw
/// bytes for each tensor.
/// </summary>
/// <param name="name">The name of the format, and of the header, by which it knows its files.</param>
internal sealed class ZipOfArrays(string name) : ModelFormat(name)
{
    // The header is small beside any test's tensors.
    private const long MostHeaderBytes = 1 << 20;

    private readonly string headerName = $"{name}.json";

    /// <summary>The same format for <c>LoadStateDict</c>.</summary>
    public TensorFormat Tensors => new(
        stream => ZipReader.TryOpen(stream)?.Find(headerName) is not null,
        stream => ReadTensors(new ZipReader(stream), Header(new ZipReader(stream))));

    internal override ModelContent? Read(OpenFile file, string kind)
    {
        if (ZipReader.TryOpen(file.Stream) is not { } archive || archive.Find(headerName) is null)
            return null;
        var header = Header(archive);
        return new ModelContent(kind, ModelHeader.Read(header, kind), ReadTensors(archive, header));
    }

    internal override void Save(Stream stream, ModelContent content)
    {
        using var scope = torch.NewDisposeScope();
        var header = ModelHeader.Write(content);
        header["arrays"] = content.State.Select(t => new OrderedDictionary<string, object?>
        {
            ["name"] = t.Key,
            ["type"] = ElementType.Name(t.Value.dtype),
            ["shape"] = t.Value.shape.Cast<object?>(),
        });
        var archive = new ZipWriter(stream);
        archive.Write(headerName, Encoding.UTF8.GetBytes(JsonConfig.Write(header)));
        foreach (var (key, tensor) in content.State)
            archive.Write(key, tensor.detach().cpu().contiguous().reshape(-1));
        archive.Finish();
    }

    private static Dictionary<string, Tensor> ReadTensors(ZipReader archive, ConfigSection header)
    {
        var tensors = new Dictionary<string, Tensor>();
        foreach (var array in header.GetSections("arrays"))
        {
            var (key, type) = (array.GetString("name"), array.GetString("type"));
            var shape = array.GetList("shape").Select(n => n is long and > 0 ? (long)n : throw array.Fault("shape", "positive integers", n ?? "none")).ToArray();
            if (archive.Find(key) is not { } entry)
                throw array.Fault("name", "the name of an entry", key);
            var values = archive.Read(entry, ElementType.OfName(type) ?? throw array.Fault("type", "an element type", type));
            if (shape.Aggregate((Int128)1, (product, n) => Int128.Min(product, long.MaxValue) * n) != values.numel())
                throw array.Fault("shape", $"{values.numel()} elements", $"[{string.Join(", ", shape)}]");
            tensors[key] = values.reshape(shape);
        }

        return tensors;
    }

    private ConfigSection Header(ZipReader archive)
        => ConfigSection.Of(JsonConfig.Read(Encoding.UTF8.GetString(archive.ReadAll(archive.Find(headerName)!, MostHeaderBytes))), headerName);
}
