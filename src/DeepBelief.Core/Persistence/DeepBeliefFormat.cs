using DeepBelief.Files;

namespace DeepBelief.Persistence;

/// <summary>The library's own format: a dictionary with the entries of <see cref="ModelHeader"/> and the tensors under <c>state_dict</c>.</summary>
internal sealed class DeepBeliefFormat() : ModelFormat("DeepBelief")
{
    internal override ModelContent? Read(OpenFile file, string kind)
    {
        if (file.Value is not OrderedDictionary<object, object?> entries || !ModelHeader.IsIn(entries))
            return null;
        var root = ConfigSection.Of(entries, "file");
        return new ModelContent(kind, ModelHeader.Read(root, kind), root.GetSection("state_dict").AsTensors());
    }

    internal override void Save(Stream stream, ModelContent content)
    {
        var file = ModelHeader.Write(content);
        file.Add("state_dict", NamedTensors.Save(content.State));
        PtFile.Save(stream, file);
    }
}
