namespace DeepBelief.Tensors;

/// <summary>Creates, inspects and sets model parameters.</summary>
internal static class Parameters
{
    /// <summary>Creates a parameter that outlives the current dispose scope; TorchSharp empties <paramref name="data"/>.</summary>
    public static Parameter Create(Tensor data)
    {
        var parameter = new Parameter(data);
        _ = parameter.DetachFromDisposeScope();
        return parameter;
    }

    /// <summary>A zero vector, float32, on the CPU; ignores torch's default type and device, which callers may change.</summary>
    public static Parameter Zeros(long size)
    {
        using var mode = OutsideInference();
        return Create(torch.zeros(size, ScalarType.Float32, torch.CPU));
    }

    /// <summary>Ends a caller's inference mode until disposed: autograd never trains a tensor that was created in it.</summary>
    public static IDisposable OutsideInference() => torch.inference_mode(false);

    /// <summary>True for a weight (two or more dimensions), false for a bias.</summary>
    public static bool IsWeight(Parameter parameter) => parameter.dim() >= 2;

    /// <summary>True if a parameter may be initialised from data: it requires gradients and is all zeros (untrained).</summary>
    public static bool IsUntouched(Parameter parameter)
    {
        using var scope = torch.NewDisposeScope();
        return parameter.requires_grad && !parameter.detach().IsNotZero().any().item<bool>();
    }

    /// <summary>Copies values into a parameter without recording it in autograd.</summary>
    public static void Assign(Parameter parameter, Tensor values)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        _ = parameter.copy_(values);
    }
}
