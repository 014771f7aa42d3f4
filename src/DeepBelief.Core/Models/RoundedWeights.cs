using DeepBelief.Tensors;

namespace DeepBelief;

/// <summary>
/// The weights of an <see cref="Rbm"/> in bfloat16, for products of bfloat16 matrices, and the gradient that these give. The weights
/// themselves stay float32.
/// </summary>
internal sealed class RoundedWeights : IDisposable
{
    private bool areStepped;
    private bool areCurrent;

    /// <param name="weight">The weights W, <c>[hidden, visible]</c>, float32, on the CPU.</param>
    public RoundedWeights(Parameter weight)
    {
        Weight = weight;
        using var scope = torch.NewDisposeScope();
        Values = torch.zeros(weight.size(0), weight.size(1), ScalarType.BFloat16, weight.device).DetachFromDisposeScope();
        Gradient = torch.zeros_like(Values).DetachFromDisposeScope();
    }

    /// <summary>The weights themselves.</summary>
    public Parameter Weight { get; }

    /// <summary>The weights, rounded, <c>[hidden, visible]</c>.</summary>
    public Tensor Values { get; }

    /// <summary>The gradient of the last update, rounded, <c>[hidden, visible]</c>.</summary>
    public Tensor Gradient { get; }

    /// <summary>
    /// From now on an optimizer steps by <see cref="Gradient"/>, and writes <see cref="Values"/> in the same pass; nothing else changes
    /// weights or gradient within an epoch. Until then the gradient goes to <c>.grad</c>, and the weights are copied before each update.
    /// </summary>
    /// <returns>This; null for weights that kernels don't take.</returns>
    public RoundedWeights? Step()
    {
        areStepped = TensorMemory.IsFast(Weight);
        return areStepped ? this : null;
    }

    /// <summary>Before an epoch, when the weights may be others than after the last step.</summary>
    public void BeginEpoch() => areCurrent = false;

    /// <summary>Before an update: copies the weights unless the optimizer has.</summary>
    public void BeginUpdate()
    {
        if (areCurrent && areStepped)
            return;
        using var noGrad = torch.no_grad();
        _ = Values.copy_(Weight);
        areCurrent = true;
    }

    /// <summary>Computes the gradient, keep · its old value + scale · left · right; ignores the old value, even NaN, if keep is 0.</summary>
    /// <param name="keep">Factor of the old gradient: of <see cref="Gradient"/> where an optimizer steps by it, else of <c>.grad</c>.</param>
    /// <param name="left"><c>[hidden, rows]</c>, bfloat16.</param>
    /// <param name="right"><c>[rows, visible]</c>, bfloat16.</param>
    /// <param name="scale">Factor of the product, before it is rounded.</param>
    public void Differentiate(double keep, Tensor left, Tensor right, double scale)
    {
        if (!Weight.requires_grad)
            return;
        _ = Gradient.addmm_(left, right, beta: areStepped ? (float)keep : 0, alpha: (float)scale);
        if (areStepped)
            return;
        var gradient = Gradients.Of(Weight)!;
        _ = keep == 0 ? gradient.copy_(Gradient) : gradient.Scale(keep).Add(Gradient);
    }

    public void Dispose()
    {
        Values.Dispose();
        Gradient.Dispose();
    }
}
