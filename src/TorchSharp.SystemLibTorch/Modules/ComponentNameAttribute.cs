namespace TorchSharp.Utils;

/// <summary>Names a field's parameter, buffer or module otherwise than the field.</summary>
[AttributeUsage(AttributeTargets.All, Inherited = true)]
public class ComponentNameAttribute : Attribute
{
    /// <summary>The name.</summary>
    public string Name { get; set; } = "";
}
