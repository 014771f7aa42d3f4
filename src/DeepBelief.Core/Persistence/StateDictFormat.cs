using DeepBelief.Files;

namespace DeepBelief.Persistence;

/// <summary>A plain state dict, which says nothing of the model and so is only written.</summary>
internal sealed class StateDictFormat() : ModelFormat("StateDict")
{
    internal override void Save(string path, ModelContent content) => PtFile.Save(path, NamedTensors.Save(content.State));
}
