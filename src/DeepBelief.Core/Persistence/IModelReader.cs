namespace DeepBelief.Persistence;

/// <summary>Reads models from files of one format.</summary>
internal interface IModelReader
{
    /// <summary>The content of a file; null if it is of another format.</summary>
    /// <param name="file">The file.</param>
    /// <param name="kind">The kind of model that is wanted.</param>
    ModelContent? Read(OpenFile file, string kind);
}
