using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>The numbers from a start to, not including, a stop; integers where start, stop and step are.</summary>
    public static Tensor arange(Scalar start, Scalar stop, Scalar step, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
    {
        var type = dtype ?? (is_integral(start.Type) && is_integral(stop.Type) && is_integral(step.Type) ? ScalarType.Int64 : get_default_dtype());
        return Tracked(Ops.ArangeStartStep.Call(start, stop, step, type, Arg.None, InitializeDevice(device)), requires_grad);
    }

    /// <summary>The numbers from a start to, not including, a stop; integers where start, stop and step are.</summary>
    public static Tensor arange(Scalar start, Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        arange(start, stop, 1, dtype, device, requires_grad);

    /// <summary>The numbers from zero to, not including, a stop; integers where the stop is.</summary>
    public static Tensor arange(Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        arange(0, stop, 1, dtype, device, requires_grad);

    /// <summary>Numbers in equal steps from a start to an end, both included.</summary>
    public static Tensor linspace(double start, double end, long steps, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
    {
        var result = Ops.Linspace.Call(start, end, steps, dtype ?? get_default_dtype(), Arg.None, InitializeDevice(device));
        return Tracked(result, requires_grad);
    }

    /// <summary>Powers of a base whose exponents go in equal steps from a start to an end, both included.</summary>
    public static Tensor logspace(double start, double end, long steps, double @base = 10, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
    {
        var result = Ops.Logspace.Call(start, end, steps, @base, dtype ?? get_default_dtype(), Arg.None, InitializeDevice(device));
        return Tracked(result, requires_grad);
    }

    /// <summary>A matrix with ones on the diagonal, square unless columns are given.</summary>
    public static Tensor eye(long rows, long columns = -1L, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null)
    {
        var result = Ops.EyeM.Call(
            rows, columns == -1 ? rows : columns, dtype ?? get_default_dtype(), Arg.None, InitializeDevice(device));
        return Named(Tracked(result, requires_grad), names);
    }

    // What all factories of one size argument do.
    private static Tensor Make(Op op, ReadOnlySpan<long> size, ScalarType? dtype, Device? device, bool requiresGrad, string[]? names)
    {
        var result = op.Call(size, Arg.Ints(size), dtype ?? get_default_dtype(), Arg.None, InitializeDevice(device));
        return Named(Tracked(result, requiresGrad), names);
    }

    private static Tensor Tracked(Tensor tensor, bool requiresGrad) => requiresGrad ? tensor.requires_grad_() : tensor;

    private static Tensor Named(Tensor tensor, string[]? names) =>
        names is { Length: > 0 } ? throw new NotSupportedException("Named dimensions are not supported over a system libtorch.") : tensor;
}
