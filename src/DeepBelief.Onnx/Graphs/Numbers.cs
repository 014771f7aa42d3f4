namespace DeepBelief.Onnx;

/// <summary>Reads the numbers of tensors, of any floating-point type, on any device.</summary>
internal static class Numbers
{
    public static float[] Single(Tensor tensor)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        return tensor.detach().cpu().to(ScalarType.Float32).contiguous().data<float>().ToArray();
    }

    public static double[] Double(Tensor tensor)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        return tensor.detach().cpu().to(ScalarType.Float64).contiguous().data<double>().ToArray();
    }
}
