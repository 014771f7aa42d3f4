using DeepBelief.Tensors;

namespace DeepBelief.Units;

/// <summary>Feed-forward modules made of model parameters.</summary>
internal static class FeedForward
{
    /// <summary>A linear module with copies of a weight and a bias, on their device.</summary>
    /// <param name="weight"><c>[outputs, inputs]</c>.</param>
    /// <param name="bias"><c>[outputs]</c>.</param>
    public static TorchSharp.Modules.Linear Linear(Tensor weight, Tensor bias)
    {
        var linear = torch.nn.Linear(weight.shape[1], weight.shape[0], device: weight.device, dtype: weight.dtype);
        Parameters.Assign(linear.weight, weight);
        Parameters.Assign(linear.bias!, bias);
        return linear;
    }
}
