namespace DeepBelief;

/// <summary>
/// A model whose Markov chain can go on while some visible units are held, so that the others are drawn given those.
/// </summary>
/// <remarks>
/// Not every chain can. Taking an ordinary step and putting the held values back is right where the step draws the visible
/// units independently of each other, as block Gibbs sampling does; elsewhere it leads to another distribution. A model
/// therefore says itself how such a step is done. Units that exclude each other, as those of one category do, are held
/// together or not at all.
/// </remarks>
public interface IConditionalModel : IEnergyModel
{
    /// <summary>One step of a Markov chain that leaves p(other units | held units) unchanged.</summary>
    /// <param name="visible">States, <c>[batch, D]</c>.</param>
    /// <param name="clamped">Which units are held, <c>bool</c>, <c>[batch, D]</c> or, for all rows the same, <c>[1, D]</c>.</param>
    /// <param name="generator">Source of randomness; torch's default generator when null.</param>
    /// <returns>The next states, <c>[batch, D]</c>, where held units are as they were.</returns>
    Tensor ClampedTransition(Tensor visible, Tensor clamped, Generator? generator = null);
}
