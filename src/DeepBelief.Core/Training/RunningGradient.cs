namespace DeepBelief.Training;

/// <summary>
/// An optimizer's sum of the gradients of a parameter, to which a product of matrices adds the next one as it computes it:
/// neither a gradient by itself nor a pass that adds it is needed.
/// </summary>
/// <param name="sum">The sum, of the parameter's shape, which the optimizer owns.</param>
internal sealed class RunningGradient(Tensor sum)
{
    /// <summary>What is added to.</summary>
    public Tensor Sum => sum;

    /// <summary>What the sum is multiplied by before a gradient is added, in [0, 1).</summary>
    public double Keep { get; set; }
}
