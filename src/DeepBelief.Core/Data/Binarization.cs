namespace DeepBelief.Data;

/// <summary>Converts grey values to binary ones.</summary>
public static class Binarization
{
    /// <summary>Returns 1 where a value is above a threshold, 0 elsewhere.</summary>
    /// <param name="values">Values of any shape; not modified.</param>
    /// <param name="threshold">The threshold; null uses the mean of all values.</param>
    /// <returns>Zeros and ones of the same shape, type and device.</returns>
    /// <exception cref="ArgumentException">The values' type is not floating-point.</exception>
    public static Tensor Binarize(this Tensor values, double? threshold = null)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (!values.is_floating_point())
            throw new ArgumentException($"Expected floating-point values, found {values.dtype}.", nameof(values));
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        return values.IsAbove(threshold ?? values.mean().Number()).to(values.dtype).MoveToOuterDisposeScope();
    }
}
