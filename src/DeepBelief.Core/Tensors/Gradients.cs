namespace DeepBelief.Tensors;

/// <summary>The one place that touches <c>.grad</c>, which TorchSharp has changed between versions.</summary>
internal static class Gradients
{
    /// <summary>The gradient of a parameter, zeros where it has none yet; null if it takes none.</summary>
    /// <remarks>Writes to the returned tensor reach the parameter. It belongs to the current scope.</remarks>
    public static Tensor? Of(Parameter parameter)
    {
        if (!parameter.requires_grad)
            return null;
        if (parameter.grad is { } existing)
            return existing;
        parameter.grad = torch.zeros_like(parameter);
        return parameter.grad;
    }

    /// <summary>Sets all gradients that there are to zero.</summary>
    public static void Clear(IEnumerable<Parameter> parameters)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        foreach (var parameter in parameters)
            _ = parameter.grad?.zero_();
    }

    /// <summary>Takes all gradients away, so that autograd gives its own instead of adding them to zeros.</summary>
    public static void Drop(IEnumerable<Parameter> parameters)
    {
        foreach (var parameter in parameters)
            parameter.grad = null;
    }
}
