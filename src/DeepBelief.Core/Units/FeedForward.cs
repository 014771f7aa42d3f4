using DeepBelief.Tensors;

namespace DeepBelief.Units;

/// <summary>Creates linear modules.</summary>
internal static class FeedForward
{
    /// <summary>A linear module with copies of weight <c>[outputs, inputs]</c> and bias <c>[outputs]</c>, on their device.</summary>
    public static TorchSharp.Modules.Linear Linear(Tensor weight, Tensor bias)
    {
        var linear = Zeros(weight.shape[1], weight.shape[0], hasBias: true, weight.device, weight.dtype);
        Parameters.Assign(linear.weight, weight);
        Parameters.Assign(linear.bias!, bias);
        return linear;
    }

    /// <summary>A linear module of zeros.</summary>
    /// <remarks>Torch's own initial values would advance the caller's default generator; on the device meta, none are drawn.</remarks>
    public static TorchSharp.Modules.Linear Zeros(long inputs, long outputs, bool hasBias, Device device, ScalarType dtype)
    {
        using var mode = Parameters.OutsideInference();
        var linear = torch.nn.Linear(inputs, outputs, hasBias, torch.META, dtype);
        linear.weight = Parameters.Create(torch.zeros(outputs, inputs, dtype, device));
        if (hasBias)
            linear.bias = Parameters.Create(torch.zeros(outputs, dtype, device));
        return linear;
    }
}
