using System.Collections;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TorchSharp.Utils;

/// <summary>The elements of a tensor on the CPU in row-major order, whatever order they have in memory; writing writes to the tensor.</summary>
public sealed unsafe class TensorAccessor<T> : IDisposable, IEnumerable<T>
    where T : unmanaged
{
    private readonly long[] shape;
    private readonly long[] strides;
    private readonly bool contiguous;
    private torch.Tensor? tensor;
    private T* address;

    internal TensorAccessor(torch.Tensor tensor)
    {
        this.tensor = tensor;
        shape = tensor.shape;
        strides = tensor.stride();
        contiguous = tensor.is_contiguous();
        address = (T*)tensor.Address;
    }

    /// <summary>The number of elements.</summary>
    public long Count => tensor is { IsInvalid: false } t ? t.numel() : 0;

    /// <summary>False: elements can be written.</summary>
    public bool IsReadOnly => false;

    /// <summary>The element at the given indices, or at a position in row-major order where there is one index.</summary>
    public T this[params long[] indices]
    {
        get => Address()[indices.Length == 1 ? Offset(indices[0]) : Offset(indices)];
        set => Address()[indices.Length == 1 ? Offset(indices[0]) : Offset(indices)] = value;
    }

    /// <summary>Equality of all elements.</summary>
    public static bool operator ==(TensorAccessor<T> left, TensorAccessor<T> right) =>
        ReferenceEquals(left, right) || (left is not null && right is not null && left.SequenceEqual(right));

    /// <summary>Inequality of any element.</summary>
    public static bool operator !=(TensorAccessor<T> left, TensorAccessor<T> right) => !(left == right);

    /// <summary>All elements in row-major order.</summary>
    public T[] ToArray()
    {
        var result = new T[Count];
        CopyOut(result, 0);
        return result;
    }

    /// <summary>All elements in an array of the tensor's shape; in one of one element where the tensor has no dimensions.</summary>
    public Array ToNDArray()
    {
        if (shape.Length < 2) return ToArray();
        var result = Array.CreateInstance(typeof(T), shape);
        if (result.Length > 0)
            CopyOut(MemoryMarshal.CreateSpan(ref Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference(result)), result.Length), 0);
        return result;
    }

    /// <summary>Copies elements from the given one on, until the array is full or the elements are at an end.</summary>
    public void CopyTo(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyTo(array.AsSpan(), arrayIndex, tensorIndex);

    /// <summary>Copies elements from the given one on, until the span is full or the elements are at an end.</summary>
    public void CopyTo(Span<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        Check(tensorIndex);
        CopyOut(array[arrayIndex..], tensorIndex);
    }

    /// <summary>Overwrites elements from the given one on, until the array or the elements are at an end.</summary>
    public void CopyFrom(T[] array, int arrayIndex = 0, long tensorIndex = 0) =>
        CopyFrom((ReadOnlySpan<T>)array, arrayIndex, tensorIndex);

    /// <summary>Overwrites elements from the given one on, until the span or the elements are at an end.</summary>
    public void CopyFrom(ReadOnlySpan<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        Check(tensorIndex);
        var from = array[arrayIndex..];
        var count = (int)Math.Min(from.Length, Count - tensorIndex);
        if (contiguous)
        {
            from[..count].CopyTo(new Span<T>(Address() + tensorIndex, count));
            return;
        }

        for (var i = 0; i < count; i++)
            Address()[Offset(tensorIndex + i)] = from[i];
    }

    /// <summary>The elements in row-major order.</summary>
    public IEnumerator<T> GetEnumerator()
    {
        var count = Count;
        for (long i = 0; i < count; i++)
            yield return At(i);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Equality of all elements.</summary>
    public override bool Equals(object? obj) => obj is TensorAccessor<T> other && this == other;

    /// <summary>A hash code of the object, not of the elements.</summary>
    public override int GetHashCode() => RuntimeHelpers.GetHashCode(this);

    /// <summary>Lets go of the tensor.</summary>
    public void Dispose()
    {
        tensor = null;
        address = null;
    }

    private T At(long index) => Address()[Offset(index)];

    private T* Address()
    {
        ObjectDisposedException.ThrowIf(tensor is not { IsInvalid: false }, this);
        return address;
    }

    private void Check(long index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index, "tensorIndex");
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count, "tensorIndex");
    }

    private void CopyOut(Span<T> to, long start)
    {
        var count = (int)Math.Min(to.Length, Count - start);
        if (contiguous)
        {
            new ReadOnlySpan<T>(Address() + start, count).CopyTo(to);
            return;
        }

        for (var i = 0; i < count; i++)
            to[i] = At(start + i);
    }

    // Where in memory a position in row-major order is.
    private long Offset(long index)
    {
        if (index < 0 || index >= Count) throw new IndexOutOfRangeException($"{index} is not in the range of {Count} elements.");
        if (contiguous) return index;
        long offset = 0;
        for (var d = shape.Length - 1; d >= 0; d--)
        {
            (index, var position) = Math.DivRem(index, shape[d]);
            offset += position * strides[d];
        }

        return offset;
    }

    private long Offset(long[] indices)
    {
        if (indices.Length != shape.Length)
            throw new IndexOutOfRangeException($"{indices.Length} indices for {shape.Length} dimensions.");
        long offset = 0;
        for (var d = 0; d < shape.Length; d++)
        {
            if (indices[d] < 0 || indices[d] >= shape[d])
                throw new IndexOutOfRangeException($"{indices[d]} is not in the range of {shape[d]} in dimension {d}.");
            offset += indices[d] * strides[d];
        }

        return offset;
    }
}
