using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DeepBelief.Tensors;

/// <summary>An element of bfloat16, the upper half of a float: its sign, its exponent and 8 significant bits.</summary>
[StructLayout(LayoutKind.Sequential, Size = sizeof(ushort))]
[SuppressMessage("Performance", "CA1815", Justification = "Pointers point to it; nothing holds one.")]
internal readonly struct BFloat16
{
    /// <summary>The numbers that 16 elements stand for, exactly.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Widen(Vector256<ushort> bits)
    {
        var wide = Avx512F.IsSupported
            ? Avx512F.ConvertToVector512UInt32(bits)
            : Vector512.Create(Vector256.WidenLower(bits), Vector256.WidenUpper(bits));
        return (wide << 16).AsSingle();
    }

    /// <summary>The nearest elements to 16 numbers; of two that are as near, the even one. NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ushort> Narrow(Vector512<float> values)
    {
        var bits = values.AsUInt32();
        // Carries into the upper half if the lower half is above one half, or is one half below an odd number.
        var rounded = bits + Vector512.Create(0x7FFFu) + ((bits >>> 16) & Vector512<uint>.One);
        // NaN might carry into the sign. Its quiet bit stays whatever is cut off.
        var isNumber = Vector512.Equals(values, values).AsUInt32();
        var upper = Vector512.ConditionalSelect(isNumber, rounded, bits | Vector512.Create(0x00400000u)) >>> 16;
        return Avx512F.IsSupported
            ? Avx512F.ConvertToVector256UInt16(upper)
            : Vector256.Narrow(upper.GetLower(), upper.GetUpper());
    }
}
