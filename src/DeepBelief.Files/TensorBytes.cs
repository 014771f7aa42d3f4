using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DeepBelief.Files;

/// <summary>Access to the memory of contiguous one-dimensional CPU tensors.</summary>
internal static class TensorBytes
{
    // Spans hold at most 2 GiB.
    private const long Piece = 1 << 30;

    /// <summary>Passes all bytes, in order, in pieces of whole elements.</summary>
    public static void ForEachPiece(Tensor values, Action<Span<byte>> use)
    {
        var count = values.numel();
        var most = Piece / values.dtype.ElementSize();
        for (long from = 0; from < count; from += most)
        {
            using var piece = values.narrow(0, from, Math.Min(most, count - from));
            use(piece.bytes);
        }
    }

    /// <summary>Reverses each element's byte order, in place.</summary>
    public static void ReverseElements(Tensor values)
        => ForEachPiece(values, bytes =>
        {
            switch (values.dtype.ElementSize())
            {
                case 2:
                    var two = MemoryMarshal.Cast<byte, short>(bytes);
                    BinaryPrimitives.ReverseEndianness(two, two);
                    break;
                case 4:
                    var four = MemoryMarshal.Cast<byte, int>(bytes);
                    BinaryPrimitives.ReverseEndianness(four, four);
                    break;
                case 8:
                    var eight = MemoryMarshal.Cast<byte, long>(bytes);
                    BinaryPrimitives.ReverseEndianness(eight, eight);
                    break;
                default:
                    break;
            }
        });

    /// <summary>Throws if booleans are neither 0 nor 1: code such as torch's for masks would access memory out of bounds.</summary>
    public static void CheckBooleans(Tensor values, string what)
    {
        if (values.dtype != ScalarType.Bool)
            return;
        ForEachPiece(values, bytes =>
        {
            if (bytes.IndexOfAnyExceptInRange((byte)0, (byte)1) is >= 0 and var at)
                throw new DataFormatException($"{what}: expected booleans of 0 or 1, found {bytes[at]}.");
        });
    }

    /// <summary>The start address of a non-empty CPU tensor's storage: equal for views of one storage.</summary>
    public static nint StorageAddress(Tensor tensor)
    {
        using var first = tensor.as_strided([1], [1], 0);
        return Unsafe.ByteOffset(ref Unsafe.NullRef<byte>(), ref MemoryMarshal.GetReference(first.bytes));
    }
}
