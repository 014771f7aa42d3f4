using DeepBelief.Files;

namespace DeepBelief.Persistence;

/// <summary>A safetensors file of the tensors, with <see cref="ModelHeader"/> as JSON in its metadata.</summary>
internal sealed class SafetensorsFormat() : ModelFormat("Safetensors")
{
    private const string Key = "deepbelief";

    internal override ModelContent? Read(OpenFile file, string kind)
    {
        if (file.Safetensors is not { } content || !content.Metadata.TryGetValue(Key, out var header))
            return null;
        return new ModelContent(kind, ModelHeader.Read(ConfigSection.Of(JsonConfig.Read(header), Key), kind), content.Tensors);
    }

    // Other readers expect "format" to name the framework of the tensors.
    internal override void Save(Stream stream, ModelContent content)
        => SafetensorsFile.Save(stream, content.State, new OrderedDictionary<string, string> { ["format"] = "pt", [Key] = JsonConfig.Write(ModelHeader.Write(content)) });
}
