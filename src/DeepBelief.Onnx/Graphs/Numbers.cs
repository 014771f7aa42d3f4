using System.Runtime.InteropServices;

namespace DeepBelief.Onnx;

/// <summary>Reads the numbers of tensors, of any floating-point type, on any device.</summary>
internal static class Numbers
{
    public static float[] Single(Tensor tensor) => Read<float>(tensor, ScalarType.Float32);

    public static double[] Double(Tensor tensor) => Read<double>(tensor, ScalarType.Float64);

    private static TNumber[] Read<TNumber>(Tensor tensor, ScalarType type)
        where TNumber : struct
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        return MemoryMarshal.Cast<byte, TNumber>(tensor.detach().cpu().to(type).contiguous().bytes).ToArray();
    }
}
