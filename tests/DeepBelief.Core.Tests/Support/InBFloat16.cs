using DeepBelief.Tensors;
using DeepBelief.Training;

namespace DeepBelief.Tests.Support;

/// <summary>Products of bfloat16 on any processor: torch has them everywhere, if not fast.</summary>
internal static class InBFloat16
{
    /// <summary>Returns options with such products, and has this test run them whatever the processor.</summary>
    public static TrainingOptions Of(TrainingOptions options)
    {
        BFloat16Processor.Assumed = true;
        return options with { ProductPrecision = ProductPrecision.BFloat16 };
    }
}
