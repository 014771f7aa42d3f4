namespace DeepBelief.Files;

internal static class Shapes
{
    /// <summary>A tensor's shape for messages, such as <c>[rows, columns]</c>.</summary>
    public static string Text(Tensor tensor) => "[" + string.Join(", ", tensor.shape) + "]";
}
