using System.Diagnostics.CodeAnalysis;

namespace DeepBelief.Training;

/// <summary>The element type of the matrix products of training, which take most of its time.</summary>
public enum ProductPrecision
{
    /// <summary>The type of the model's parameters.</summary>
    [SuppressMessage("Naming", "CA1720", Justification = "It is a type of elements.")]
    Float32,

    /// <summary>
    /// bfloat16, the upper half of a float32, with 8 significant bits: several times as fast on a processor that multiplies it, and half
    /// of the memory traffic. Parameters and what an optimizer keeps stay float32.
    /// </summary>
    BFloat16,
}
