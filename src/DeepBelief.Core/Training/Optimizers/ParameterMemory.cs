using DeepBelief.Tensors;

namespace DeepBelief.Training;

/// <summary>Tensors that an optimizer keeps beside the parameters.</summary>
internal static class ParameterMemory
{
    /// <summary>
    /// The weight decay of a parameter: it is for weights, parameters of two or more dimensions. Biases are left alone
    /// (Hinton 2012, section 10).
    /// </summary>
    public static double Decay(Parameter parameter, double weightDecay) => Parameters.IsWeight(parameter) ? weightDecay : 0;

    /// <summary>Zeros of the shape, type and device of each parameter, which outlive the caller's dispose scope.</summary>
    public static Tensor[] Zeros(IReadOnlyList<Parameter> parameters)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        return [.. parameters.Select(p => torch.zeros_like(p).DetachFromDisposeScope())];
    }

    /// <summary>The tensors under a name and the number of their parameter.</summary>
    public static IEnumerable<KeyValuePair<string, Tensor>> Named(string name, IEnumerable<Tensor> tensors)
        => tensors.Select((tensor, i) => KeyValuePair.Create(FormattableString.Invariant($"{name}.{i}"), tensor));
}
