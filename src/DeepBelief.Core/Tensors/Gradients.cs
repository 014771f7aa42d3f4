using DeepBelief.Files;

namespace DeepBelief.Tensors;

/// <summary>Access to <c>.grad</c>, kept in one place because TorchSharp has changed it between versions.</summary>
/// <example>The gradient of an energy E(x) = -b·x, in closed form:<code>
/// var bias = Parameters.Zeros(size: 10);
/// Gradients.Add(bias, data.sum(dim: 0), scale: -1);
/// </code></example>
public static class Gradients
{
    /// <summary>Adds to a parameter's <c>.grad</c>, creating it if missing; leaves parameters that don't require gradients alone.</summary>
    /// <param name="parameter">The parameter.</param>
    /// <param name="gradient">What to add, of the parameter's shape; not modified.</param>
    /// <param name="scale">Factor of the gradient.</param>
    /// <exception cref="ArgumentException">The gradient has another shape than the parameter.</exception>
    public static void Add(Parameter parameter, Tensor gradient, double scale = 1)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        ArgumentNullException.ThrowIfNull(gradient);
        // Torch would repeat a smaller one.
        if (!gradient.shape.SequenceEqual(parameter.shape))
            throw new ArgumentException($"Expected a gradient of the parameter's shape {Shapes.Text(parameter)}, found {Shapes.Text(gradient)}.", nameof(gradient));
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        _ = Of(parameter)?.Add(gradient, scale);
    }

    /// <summary>The gradient of a parameter, created as zeros if missing; null if it doesn't require gradients.</summary>
    /// <remarks>Writes to the returned tensor change the gradient. The tensor belongs to the current dispose scope.</remarks>
    internal static Tensor? Of(Parameter parameter)
    {
        if (!parameter.requires_grad)
            return null;
        if (parameter.grad is { } existing)
            return existing;
        parameter.grad = torch.zeros_like(parameter);
        return parameter.grad;
    }

    /// <summary>Sets all existing gradients to zero.</summary>
    internal static void Clear(IEnumerable<Parameter> parameters)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        foreach (var parameter in parameters)
            _ = parameter.grad?.zero_();
    }

    /// <summary>Removes all gradients, so that autograd assigns its own instead of adding to zeros.</summary>
    internal static void Drop(IEnumerable<Parameter> parameters)
    {
        foreach (var parameter in parameters)
            parameter.grad = null;
    }
}
