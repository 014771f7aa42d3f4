using DeepBelief.Tensors;

namespace DeepBelief.Units;

/// <summary>Creates feed-forward modules from model parameters.</summary>
internal static class FeedForward
{
    /// <summary>A linear module with copies of weight <c>[outputs, inputs]</c> and bias <c>[outputs]</c>, on their device.</summary>
    public static TorchSharp.Modules.Linear Linear(Tensor weight, Tensor bias)
    {
        var linear = torch.nn.Linear(weight.shape[1], weight.shape[0], device: weight.device, dtype: weight.dtype);
        Parameters.Assign(linear.weight, weight);
        Parameters.Assign(linear.bias!, bias);
        return linear;
    }
}
