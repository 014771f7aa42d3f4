using DeepBelief.Tensors;

namespace DeepBelief.Training;

/// <summary>
/// Centering: the gradient is that of a machine whose units count from offsets, E(v, h) = E_v(v) + E_h(h) - (h - λ) W (v -
/// μ)ᵀ, so that learning does not depend on which of two states is called 0 (Montavon and Müller 2012; Melchior, Fischer
/// and Wiskott 2016, "How to center deep Boltzmann machines").
/// </summary>
/// <remarks>
/// <para>The offsets are moving means of the data, μ of v and λ of E[h | v], taken before an update: dd_s^b in the second
/// source. They begin at the means over the rows that epochs are evaluated on.</para>
/// <para>The machine itself stays an ordinary one at every moment. An update is that of the centered machine of the same
/// distribution, mapped back: with g_v and g_h the gradients of inputs to all visible and to all hidden units, ∇W becomes
/// ∇W - λ g_vᵀ - g_h μᵀ =: C, and the biases take over what the offsets leave, g_v - Cᵀλ and g_h - Cμ. Gaussian units
/// keep their variance in that.</para>
/// <para>Momentum is that of the mapped gradients. An optimizer's weight decay, and what is after the gradient in
/// <see cref="OptimizationOptions"/>, act on the ordinary machine's parameters. With those, or an optimizer that
/// scales each parameter by itself, as Adam does, learning from flipped data is alike rather than the same.</para>
/// </remarks>
public sealed record CenteringOptions
{
    /// <summary>Weight of a batch's means in the offsets, in [0, 1]. Default: 0.01. At 0, they stay as they begin.</summary>
    public double SlidingFactor { get; init; } = 0.01;

    internal void Validate()
        => Guard.Option(SlidingFactor is >= 0 and <= 1, $"{nameof(TrainingOptions.Centering)}.{nameof(SlidingFactor)}", SlidingFactor, "a value in [0, 1]");
}
