using DeepBelief.Tensors;

namespace DeepBelief.Training;

/// <summary>
/// Centering: uses the gradient of an RBM whose units have offsets, E(v, h) = E_v(v) + E_h(h) - (h - λ) W (v - μ)ᵀ, so that
/// learning does not depend on which of two states is called 0 (Montavon and Müller 2012; Melchior, Fischer and Wiskott 2016,
/// "How to center deep Boltzmann machines").
/// </summary>
/// <remarks>
/// <para>The offsets are moving means over the data, μ of v and λ of E[h | v], updated before each step: dd_s^b in the second
/// source. They start at the means over the evaluation rows.</para>
/// <para>The model remains an ordinary RBM. Each update is that of the centered RBM with the same distribution, mapped back: with
/// g_v and g_h the gradients with respect to an input added to the visible and hidden units, ∇W becomes C = ∇W - λ g_vᵀ - g_h μᵀ,
/// and those inputs' gradients, absorbed by the biases, become g_v - Cᵀλ and g_h - Cμ. Gaussian units keep their variance.</para>
/// <para>Momentum accumulates the mapped gradients. Weight decay and the L1 penalty shrink the weights of the centered RBM, so
/// the biases move with them. The norm bounds of <see cref="OptimizationOptions"/> act on the ordinary parameters. With these, or
/// with an optimizer that scales parameters individually, such as Adam, learning from flipped data is similar rather than
/// identical.</para>
/// </remarks>
public sealed record CenteringOptions
{
    /// <summary>The default of training: centers where it is possible, with the default offsets.</summary>
    /// <remarks>Possible for an <see cref="Rbm"/> with trained weights whose units all have a bias that is trained.</remarks>
    public static CenteringOptions Automatic { get; } = new() { IsAutomatic = true };

    /// <summary>Weight of a batch's means in the offsets, in [0, 1]. Default: 0.01. At 0, the offsets keep their initial values.</summary>
    public double SlidingFactor { get; init; } = 0.01;

    /// <summary>True if models that cannot be centered are trained without.</summary>
    internal bool IsAutomatic { get; init; }

    internal void Validate()
        => Guard.Option(SlidingFactor is >= 0 and <= 1, $"{nameof(TrainingOptions.Centering)}.{nameof(SlidingFactor)}", SlidingFactor, "a value in [0, 1]");
}
