using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DeepBelief.Tensors;

/// <summary>Which tensors the kernels take, and where their elements are.</summary>
internal static unsafe class TensorMemory
{
    /// <summary>Whether the kernels can work on a tensor: on 32-bit floats, on the CPU, in row-major order.</summary>
    public static bool IsFast(Tensor tensor)
        => tensor.dtype == ScalarType.Float32 && tensor.device_type == DeviceType.CPU && tensor.is_contiguous();

    /// <summary>Whether that is so, and the tensor is a matrix of a given size.</summary>
    public static bool IsFast(Tensor tensor, long rows, long columns)
        => IsFast(tensor) && tensor.dim() == 2 && tensor.size(0) == rows && tensor.size(1) == columns && Math.Max(rows, columns) <= int.MaxValue;

    /// <summary>Rows and columns of a matrix.</summary>
    public static (int Rows, int Columns) Size(Tensor matrix) => (checked((int)matrix.size(0)), checked((int)matrix.size(1)));

    /// <summary>The address of a tensor's elements, valid as long as the tensor is; null for null.</summary>
    public static float* Floats(Tensor? tensor) => tensor is null ? null : (float*)Address(tensor, ScalarType.Float32);

    /// <summary>The address of a tensor's elements, valid as long as the tensor is.</summary>
    public static double* Doubles(Tensor tensor) => (double*)Address(tensor, ScalarType.Float64);

    /// <summary>The address of a tensor's elements, valid as long as the tensor is.</summary>
    public static long* Integers(Tensor tensor) => (long*)Address(tensor, ScalarType.Int64);

    /// <summary>Keeps tensors whose addresses are in use from the finaliser up to this call.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void KeepAlive(Tensor a, Tensor b, Tensor? c, Tensor? d = null, Tensor? e = null, Tensor? f = null)
    {
    }

    private static void* Address(Tensor tensor, ScalarType type)
    {
        // The last chance: a kernel would write whatever it was given, and behind the end of what is too small.
        if (tensor.dtype != type || tensor.device_type != DeviceType.CPU || !tensor.is_contiguous())
        {
            throw new ArgumentException(
                $"Expected contiguous elements of type {type} on {DeviceType.CPU}, found {(tensor.is_contiguous() ? "" : "strided ")}ones of type {tensor.dtype} on {tensor.device_type}.",
                nameof(tensor));
        }

        // TorchSharp shows the bytes of a tensor as a span, which ends at 2 GiB; only where they begin is needed.
        if (tensor.NumberOfElements * tensor.ElementSize > int.MaxValue)
        {
            using var start = tensor.narrow(0, 0, 1);
            return Address(start, type);
        }

        return Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));
    }
}
