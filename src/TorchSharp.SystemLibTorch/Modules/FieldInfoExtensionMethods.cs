using System.Reflection;
using TorchSharp.Utils;

namespace TorchSharp;

/// <summary>The names of components.</summary>
public static class FieldInfoExtensionMethods
{
    /// <summary>The name that a field's component has: that of its <see cref="ComponentNameAttribute"/>, or the field's.</summary>
    public static string ComponentName(this FieldInfo field) =>
        field.GetCustomAttribute<ComponentNameAttribute>() is { Name: { Length: > 0 } name } ? name : field.Name;
}
