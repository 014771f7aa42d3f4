using DeepBelief.Tensors;

namespace DeepBelief.Training;

/// <summary>The state tensors of an optimizer, one per parameter.</summary>
internal static class ParameterMemory
{
    /// <summary>Returns the weight decay for weights, of two or more dimensions, and 0 for biases (Hinton 2012, section 10).</summary>
    public static double Decay(Parameter parameter, double weightDecay) => Parameters.IsWeight(parameter) ? weightDecay : 0;

    /// <summary>True if the kernels accept a weight matrix, its gradient, and factors of its columns.</summary>
    public static bool AreFast(Parameter weight, Tensor factors)
        => weight.grad is { } gradient && weight.dim() == 2 && TensorMemory.IsFast(weight) && TensorMemory.IsFast(gradient) && TensorMemory.IsFast(factors);

    /// <summary>Returns zeros like each parameter, outside the caller's dispose scope.</summary>
    public static Tensor[] Zeros(IReadOnlyList<Tensor> parameters)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        return [.. parameters.Select(p => torch.zeros_like(p).DetachFromDisposeScope())];
    }

    /// <summary>Returns the tensors with keys of a name and the parameter's number.</summary>
    public static IEnumerable<KeyValuePair<string, Tensor>> Named(string name, IEnumerable<Tensor> tensors)
        => tensors.Select((tensor, i) => KeyValuePair.Create(FormattableString.Invariant($"{name}.{i}"), tensor));
}
