namespace DeepBelief.Benchmarks.Cuda;

/// <summary>The same module twice: on the CPU in float64, whose results are taken as right, and on the device.</summary>
internal static class Twins
{
    /// <summary>Makes them, with normally distributed parameters.</summary>
    /// <param name="create">Makes a module on the CPU.</param>
    /// <param name="device">Where the second is.</param>
    /// <param name="deviation">Of the parameters; null leaves them as they are made.</param>
    /// <param name="dtype">Of the second.</param>
    public static (T Reference, T OnDevice) Make<T>(Func<T> create, Device device, double? deviation = 0.5, ScalarType dtype = ScalarType.Float32)
        where T : torch.nn.Module
    {
        using var noGrad = torch.no_grad();
        using var generator = new torch.Generator(1);
        var (reference, twin) = (create(), create());
        foreach (var (a, b) in reference.parameters().Zip(twin.parameters()))
        {
            using var scope = torch.NewDisposeScope();
            if (deviation is { } scale)
                _ = a.copy_(torch.randn(a.shape, generator: generator) * scale);
            _ = b.copy_(a);
        }

        _ = reference.to(ScalarType.Float64);
        _ = twin.to(device, dtype);
        return (reference, twin);
    }

    /// <summary>Rows of one tensor for both: in float64 on the CPU, and on the device.</summary>
    public static (Tensor Reference, Tensor OnDevice) Rows(Tensor rows, Device device, ScalarType dtype = ScalarType.Float32)
    {
        // What float32 holds, so that both have the same.
        using var rounded = rows.to(ScalarType.Float32, torch.CPU);
        return (rounded.to(ScalarType.Float64), rounded.to(dtype, device));
    }

    /// <summary>Rows of bits.</summary>
    public static (Tensor Reference, Tensor OnDevice) Bits(long rows, long units, Device device, double on = 0.4, ScalarType dtype = ScalarType.Float32)
    {
        using var generator = new torch.Generator(2);
        using var bits = torch.rand([rows, units], generator: generator).lt(on);
        return Rows(bits, device, dtype);
    }
}
