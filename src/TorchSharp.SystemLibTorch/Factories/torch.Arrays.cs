using System.Runtime.InteropServices;
using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A tensor over the memory of an array, which changes with it, where neither type nor device differ; otherwise a copy.</summary>
    public static Tensor from_array(Array rawArray, Device? device = null) => from_array(rawArray, null, device ?? CPU);

    /// <summary>A tensor over the memory of an array, which changes with it, where neither type nor device differ; otherwise a copy.</summary>
    public static Tensor from_array(Array rawArray, ScalarType? dtype, Device? device = null, bool requires_grad = false, string[]? names = null)
    {
        var made = Over(rawArray, 0, ShapeOf(rawArray));
        return Named(Tracked(Moved(made, dtype, device), requires_grad), names);
    }

    /// <summary>A tensor over the memory of an array, which changes with it, where neither type nor device differ; otherwise a copy.</summary>
    public static Tensor as_tensor(Array data, ScalarType? dtype = null, Device? device = null) => from_array(data, dtype, device);

    /// <summary>A tensor of one dimension over a part of an array, which changes with it; converted to another type, a copy.</summary>
    public static Tensor frombuffer(Array rawArray, ScalarType dtype, long count = -1, long offset = 0, bool requires_grad = false)
    {
        var length = rawArray.LongLength;
        if (offset < 0 || offset >= length) throw new ArgumentException($"invalid value for 'offset': {offset}", nameof(offset));
        if (count < 0) count = length - offset;
        if (count > length - offset) throw new IndexOutOfRangeException($"element count is too large: {count}");
        return Tracked(Moved(Over(rawArray, offset, [count]), dtype, CPU), requires_grad);
    }

    // The array stays pinned until the last tensor over it is freed.
    private static unsafe Tensor Over(Array array, long offset, ReadOnlySpan<long> shape)
    {
        var type = ScalarTypeOf(array.GetType().GetElementType()!);
        var pin = GCHandle.Alloc(array, GCHandleType.Pinned);
        try
        {
            fixed (long* s = shape)
            {
                var start = (byte*)pin.AddrOfPinnedObject() + offset * type.ElementSize();
                return new Tensor(Native.Check(Native.slt_from_memory(start, s, shape.Length, (int)type, &Unpin, GCHandle.ToIntPtr(pin))));
            }
        }
        catch
        {
            pin.Free();
            throw;
        }
    }

    [UnmanagedCallersOnly]
    private static void Unpin(nint pin) => GCHandle.FromIntPtr(pin).Free();
}
