using System.Runtime.Intrinsics.X86;

namespace DeepBelief.Tensors;

/// <summary>Says whether the processor multiplies bfloat16 matrices. Elsewhere torch gives the same kind of products, but slowly.</summary>
internal static class BFloat16Processor
{
    /// <summary>True if it has AMX-BF16 or AVX512-BF16, and the kernels run.</summary>
    public static bool IsFast { get; } = TensorMemory.IsFastProcessor && Ask();

    // Intel's Software Developer's Manual, CPUID: leaf 7 has the features, the first number of leaf 0 is the last leaf, and that of
    // leaf 7 its last subleaf.
    private static bool Ask()
    {
        const int Features = 7;
        const int AmxBf16 = 1 << 22;
        const int Avx512Bf16 = 1 << 5;
        if (!X86Base.IsSupported || X86Base.CpuId(0, 0).Eax < Features)
            return false;
        var (last, _, _, edx) = X86Base.CpuId(Features, 0);
        return (edx & AmxBf16) != 0 || (last >= 1 && (X86Base.CpuId(Features, 1).Eax & Avx512Bf16) != 0);
    }
}
