namespace DeepBelief.Files;

/// <summary>An object of a Python class as inert data: class name and attributes.</summary>
internal sealed class PickledObject(string className)
{
    public string ClassName { get; } = className;

    public OrderedDictionary<object, object?> Attributes { get; set; } = new(KeyComparer.Instance);
}
