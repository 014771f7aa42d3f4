using DeepBelief.Training;

namespace DeepBelief.Tests.Support;

/// <summary>Products of bfloat16, which the project's settings allow on any processor: torch has them everywhere, if not fast.</summary>
internal static class InBFloat16
{
    /// <summary>Returns options with such products.</summary>
    public static TrainingOptions Of(TrainingOptions options) => options with { ProductPrecision = ProductPrecision.BFloat16 };
}
