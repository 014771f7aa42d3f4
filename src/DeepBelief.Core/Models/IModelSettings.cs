namespace DeepBelief;

/// <summary>A model of which more than its type and tensors decides how a run goes on.</summary>
internal interface IModelSettings
{
    /// <summary>What else, by name.</summary>
    IEnumerable<(string Name, object? Value)> Settings { get; }
}
