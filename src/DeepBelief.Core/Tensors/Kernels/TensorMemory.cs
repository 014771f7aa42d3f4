using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace DeepBelief.Tensors;

/// <summary>Decides which tensors the kernels accept, and gives the addresses of their elements.</summary>
internal static unsafe class TensorMemory
{
    /// <summary>
    /// False on processors without fused multiply-adds, such as those without AVX2: each is a call there, and torch's operators
    /// are several times as fast as the kernels, whose results stay the same bits.
    /// </summary>
    public static bool IsFastProcessor => Fma.IsSupported || AdvSimd.IsSupported;

    /// <summary>True if the kernels accept a tensor, float32, on the CPU, contiguous (row-major), and are faster than torch.</summary>
    public static bool IsFast(Tensor tensor)
        => IsFastProcessor && tensor.dtype == ScalarType.Float32 && tensor.device_type == DeviceType.CPU && tensor.is_contiguous();

    /// <summary>True if the kernels accept a tensor and it is a matrix of the given size.</summary>
    public static bool IsFast(Tensor tensor, long rows, long columns)
        => IsFast(tensor) && tensor.dim() == 2 && tensor.size(0) == rows && tensor.size(1) == columns && Math.Max(rows, columns) <= int.MaxValue;

    /// <summary>True if kernels that round accept a matrix: bfloat16, on the CPU, rows of contiguous elements.</summary>
    public static bool IsRounded(Tensor matrix)
        => matrix.dtype == ScalarType.BFloat16 && matrix.device_type == DeviceType.CPU && matrix.dim() == 2 && matrix.stride(1) == 1;

    /// <summary>True of float32.</summary>
    public static bool AreFloats(Tensor tensor) => tensor.dtype == ScalarType.Float32;

    public static (int Rows, int Columns) Size(Tensor matrix) => (checked((int)matrix.size(0)), checked((int)matrix.size(1)));

    /// <summary>The address of a tensor's elements, valid while the tensor is alive; null for null.</summary>
    public static float* Floats(Tensor? tensor) => tensor is null ? null : (float*)Address(tensor, ScalarType.Float32);

    /// <summary>The address of the elements of a bfloat16 matrix; null for null.</summary>
    public static BFloat16* Rounded(Tensor? matrix)
    {
        if (matrix is null)
            return null;
        if (matrix.is_contiguous())
            return (BFloat16*)Address(matrix, ScalarType.BFloat16);
        if (!IsRounded(matrix))
            throw new ArgumentException("Expected rows of contiguous elements, found strided ones.", nameof(matrix));
        using var first = matrix.narrow(0, 0, 1);
        return (BFloat16*)Address(first, ScalarType.BFloat16);
    }

    /// <summary>The address of the elements of a tensor of float32 or a matrix of bfloat16.</summary>
    public static void* Elements(Tensor tensor) => tensor.dtype == ScalarType.BFloat16 ? Rounded(tensor) : Floats(tensor);

    /// <summary>The address of the elements of a matrix that must be of the type of another, its rows as far apart; null for null.</summary>
    public static void* Elements(Tensor? matrix, Tensor like)
    {
        if (matrix is null)
            return null;
        if (AreFloats(like))
            return Floats(matrix);
        if (Stride(matrix) != Stride(like))
            throw new ArgumentException($"Expected rows {Stride(like)} elements apart, found {Stride(matrix)}.", nameof(matrix));
        return Rounded(matrix);
    }

    /// <summary>How many elements apart the rows of a matrix are: in float32 as many as there are columns.</summary>
    public static long Stride(Tensor matrix) => AreFloats(matrix) || matrix.size(0) == 1 ? matrix.size(1) : matrix.stride(0);

    public static double* Doubles(Tensor tensor) => (double*)Address(tensor, ScalarType.Float64);

    public static long* Integers(Tensor tensor) => (long*)Address(tensor, ScalarType.Int64);

    /// <summary>Keeps tensors whose addresses are in use alive up to this call.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void KeepAlive(Tensor a, Tensor b, Tensor? c, Tensor? d = null, Tensor? e = null, Tensor? f = null)
    {
    }

    private static void* Address(Tensor tensor, ScalarType type)
    {
        // The last check: with the wrong type or layout, a kernel would write past the end of the tensor.
        if (tensor.dtype != type)
            throw Unexpected(tensor, type);

        // TorchSharp exposes a tensor's bytes as a span, which holds at most 2 GiB; only the start is needed.
        if (tensor.NumberOfElements > int.MaxValue / sizeof(double))
        {
            if (!tensor.is_contiguous())
                throw Unexpected(tensor, type);
            using var start = tensor.narrow(0, 0, 1);
            return Address(start, type);
        }

        try
        {
            return Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));
        }
        catch (Exception e) when (e is NotImplementedException or InvalidOperationException && !tensor.IsInvalid)
        {
            // It has looked whether they are contiguous, and on the CPU. To ask twice would be as many calls into torch again.
            throw Unexpected(tensor, type);
        }
    }

    private static ArgumentException Unexpected(Tensor tensor, ScalarType type) => new(
        $"Expected contiguous elements of type {type} on {DeviceType.CPU}, found {(tensor.is_contiguous() ? "" : "strided ")}ones of type {tensor.dtype} on {tensor.device_type}.",
        nameof(tensor));
}
