namespace DeepBelief.Persistence;

/// <summary>Reads models from files of one format.</summary>
internal interface IModelReader
{
    /// <summary>Returns the content of a file that holds the given kind of model; null if the file's content is not of this format.</summary>
    ModelContent? Read(OpenFile file, string kind);
}
