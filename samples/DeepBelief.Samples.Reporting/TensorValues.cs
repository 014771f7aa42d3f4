using TorchSharp;

namespace DeepBelief.Samples.Reporting;

/// <summary>What is in a tensor.</summary>
internal static class TensorValues
{
    /// <summary>All values, row after row, from whatever device.</summary>
    public static float[] Of(torch.Tensor tensor)
    {
        using var scope = torch.NewDisposeScope();
        return tensor.detach().to(torch.ScalarType.Float32).cpu().contiguous().data<float>().ToArray();
    }
}
