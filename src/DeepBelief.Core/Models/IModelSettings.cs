namespace DeepBelief;

/// <summary>A model with settings that affect training but are not in its type or tensors; a checkpoint compares them.</summary>
internal interface IModelSettings
{
    IEnumerable<(string Name, object? Value)> Settings { get; }
}
