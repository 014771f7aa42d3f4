namespace DeepBelief.Tensors;

/// <summary>Making and asking model parameters.</summary>
internal static class Parameters
{
    /// <summary>A parameter that outlives the caller's dispose scope.</summary>
    /// <param name="data">Its values; empty afterwards, as TorchSharp has it.</param>
    public static Parameter Create(Tensor data)
    {
        var parameter = new Parameter(data);
        _ = parameter.DetachFromDisposeScope();
        return parameter;
    }

    /// <summary>Zeros, in 32-bit floats on the CPU: torch's default type and device are the caller's to change.</summary>
    public static Parameter Zeros(long size) => Create(torch.zeros(size, ScalarType.Float32, torch.CPU));

    /// <summary>True for a weight, which has two or more dimensions; false for a bias.</summary>
    public static bool IsWeight(Parameter parameter) => parameter.dim() >= 2;

    /// <summary>Whether a parameter may be set up for the data: free, and still exactly zero as before any training.</summary>
    public static bool IsUntouched(Parameter parameter)
    {
        using var scope = torch.NewDisposeScope();
        return parameter.requires_grad && !parameter.detach().IsNotZero().any().item<bool>();
    }

    /// <summary>Copies values into a parameter, behind autograd's back.</summary>
    public static void Assign(Parameter parameter, Tensor values)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        _ = parameter.copy_(values);
    }
}
