namespace DeepBelief.Tensors;

/// <summary>Creates, inspects and sets the parameters of units and models: for those of your own, what the library does for its.</summary>
/// <example>A bias, and its start at the means of data:<code>
/// var bias = Parameters.Zeros(size: 10);
/// if (Parameters.IsUntouched(bias))
///     Parameters.Assign(bias, data.mean([0L]));
/// </code></example>
public static class Parameters
{
    /// <summary>Creates a parameter that outlives the current dispose scope.</summary>
    /// <param name="data">Its values. TorchSharp moves them to the parameter, which leaves this tensor empty.</param>
    public static Parameter Create(Tensor data)
    {
        ArgumentNullException.ThrowIfNull(data);
        var parameter = new Parameter(data);
        _ = parameter.DetachFromDisposeScope();
        return parameter;
    }

    /// <summary>Creates a vector of zeros, float32, on the CPU, whatever torch's defaults are; it outlives the current dispose scope.</summary>
    /// <param name="size">Number of elements, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is less than 1.</exception>
    public static Parameter Zeros(long size)
    {
        Guard.Size(size);
        using var mode = OutsideInference();
        return Create(torch.zeros(size, ScalarType.Float32, torch.CPU));
    }

    /// <summary>Ends a caller's inference mode until disposed: autograd never trains a tensor that was created in it.</summary>
    internal static IDisposable OutsideInference() => torch.inference_mode(false);

    /// <summary>True for a weight (two or more dimensions), false for a bias.</summary>
    internal static bool IsWeight(Parameter parameter) => parameter.dim() >= 2;

    /// <summary>True if a parameter may be initialised from data: it requires gradients and is all zeros, so untrained.</summary>
    /// <param name="parameter">The parameter.</param>
    public static bool IsUntouched(Parameter parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        using var scope = torch.NewDisposeScope();
        return parameter.requires_grad && !parameter.detach().IsNotZero().any().item<bool>();
    }

    /// <summary>Copies values into a parameter, without recording it in autograd.</summary>
    /// <param name="parameter">The parameter.</param>
    /// <param name="values">Values that its shape can hold; not modified.</param>
    public static void Assign(Parameter parameter, Tensor values)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        ArgumentNullException.ThrowIfNull(values);
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        _ = parameter.copy_(values);
    }
}
