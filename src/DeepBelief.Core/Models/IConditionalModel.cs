namespace DeepBelief;

/// <summary>A model whose Markov chain can sample some visible units given clamped values of the others.</summary>
/// <remarks>
/// Taking an ordinary step and restoring the clamped values is correct only if the step draws the visible units independently of
/// each other, as block Gibbs sampling does; otherwise the chain converges to another distribution. Each model therefore
/// implements its own step. Of units that exclude each other, such as the categories of a softmax group, some may be clamped: the
/// step draws the others given them.
/// </remarks>
public interface IConditionalModel : IEnergyModel
{
    /// <summary>Takes one step of a Markov chain that leaves p(free units | clamped units) invariant.</summary>
    /// <param name="visible">States, <c>[batch, D]</c>.</param>
    /// <param name="clamped">Mask of clamped units, <c>bool</c>, <c>[batch, D]</c>, or <c>[1, D]</c> for all rows.</param>
    /// <param name="generator">Random generator; null uses torch's default generator.</param>
    /// <returns>The next states, <c>[batch, D]</c>, with clamped units unchanged.</returns>
    Tensor ClampedTransition(Tensor visible, Tensor clamped, Generator? generator = null);
}
