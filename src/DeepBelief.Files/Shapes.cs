namespace DeepBelief.Files;

/// <summary>Shapes of tensors in messages.</summary>
internal static class Shapes
{
    /// <summary>The shape as <c>[rows, columns]</c>.</summary>
    public static string Text(Tensor tensor) => "[" + string.Join(", ", tensor.shape) + "]";
}
