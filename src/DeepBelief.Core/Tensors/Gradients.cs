namespace DeepBelief.Tensors;

/// <summary>Access to <c>.grad</c>, kept in one place because TorchSharp has changed it between versions.</summary>
internal static class Gradients
{
    /// <summary>The gradient of a parameter, created as zeros if missing; null if it doesn't require gradients.</summary>
    /// <remarks>Writes to the returned tensor change the gradient. The tensor belongs to the current dispose scope.</remarks>
    public static Tensor? Of(Parameter parameter)
    {
        if (!parameter.requires_grad)
            return null;
        if (parameter.grad is { } existing)
            return existing;
        parameter.grad = torch.zeros_like(parameter);
        return parameter.grad;
    }

    /// <summary>Sets all existing gradients to zero.</summary>
    public static void Clear(IEnumerable<Parameter> parameters)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        foreach (var parameter in parameters)
            _ = parameter.grad?.zero_();
    }

    /// <summary>Removes all gradients, so that autograd assigns its own instead of adding to zeros.</summary>
    public static void Drop(IEnumerable<Parameter> parameters)
    {
        foreach (var parameter in parameters)
            parameter.grad = null;
    }
}
