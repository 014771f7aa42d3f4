using System.Runtime.InteropServices;

namespace DeepBelief.Files;

/// <summary>Makes tensors of the elements of NumPy's arrays.</summary>
internal static class NumpyElements
{
    public const int MostDimensions = 64;

    /// <summary>Returns the number of bytes of an array; throws if it has none.</summary>
    public static long Bytes(IReadOnlyList<long> shape, ScalarType type, Func<string, Exception> fault)
    {
        if (shape.Count > MostDimensions || shape.Any(n => n < 0))
            throw fault($"expected a shape of at most {MostDimensions} sizes of 0 or more, found {Text(shape)}");
        Int128 bytes = type.ElementSize();
        foreach (var n in shape)
        {
            bytes *= Math.Max(n, 1);
            if (bytes > long.MaxValue)
                throw fault($"expected a number of bytes of 63 bits, found shape {Text(shape)}");
        }

        return shape.Contains(0) ? 0 : (long)bytes;
    }

    /// <summary>Returns a tensor of elements that are read in pieces, in the order of the file.</summary>
    /// <param name="shape">The shape; the caller has checked that the file has as many bytes.</param>
    /// <param name="type">The elements.</param>
    /// <param name="isFortran">True if the first index varies fastest; the tensor then has such strides.</param>
    /// <param name="fill">Fills a piece with the next bytes.</param>
    /// <param name="what">What messages call the array.</param>
    public static Tensor Read(IReadOnlyList<long> shape, NumpyType type, bool isFortran, Action<Span<byte>> fill, string what)
    {
        long[] stored = isFortran ? [.. shape.Reverse()] : [.. shape];
        var values = torch.empty(stored, type.Type, torch.CPU);
        var flat = values.reshape(-1);
        TensorBytes.ForEachPiece(flat, fill);
        TensorBytes.CheckBooleans(flat, what);
        if (type.IsSwapped)
            TensorBytes.ReverseElements(flat);
        if (type.IsUnsigned)
            values = Widen(flat, what).reshape(stored);
        return isFortran && stored.Length > 1 ? values.permute([.. Enumerable.Range(0, stored.Length).Select(i => (long)i).Reverse()]) : values;
    }

    // Unsigned integers, read as signed ones of the same bits, as signed ones of twice the size, whose upper half is 0.
    private static Tensor Widen(Tensor flat, string what)
    {
        if (flat.dtype == ScalarType.Int64)
        {
            TensorBytes.ForEachPiece(flat, bytes =>
            {
                if (MemoryMarshal.Cast<byte, long>(bytes).ContainsAnyInRange(long.MinValue, -1))
                    throw new DataFormatException($"{what}: expected integers of at most 63 bits, found one of 64.");
            });
            return flat;
        }

        return flat.dtype == ScalarType.Int16
            ? flat.to(ScalarType.Int32).bitwise_and(torch.tensor(ushort.MaxValue, ScalarType.Int32, torch.CPU))
            : flat.to(ScalarType.Int64).bitwise_and(torch.tensor(uint.MaxValue, ScalarType.Int64, torch.CPU));
    }

    public static string Text(IEnumerable<long> shape) => $"[{string.Join(", ", shape)}]";
}
