using DeepBelief.Files;

namespace DeepBelief.Persistence;

/// <summary>A plain state dict. Write-only, as it does not describe the model.</summary>
internal sealed class StateDictFormat() : ModelFormat("StateDict")
{
    internal override ModelContent? Read(OpenFile file, string kind) => null;

    internal override void Save(Stream stream, ModelContent content) => PtFile.Save(stream, NamedTensors.Save(content.State));
}
