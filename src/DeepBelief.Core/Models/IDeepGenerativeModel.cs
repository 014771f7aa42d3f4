using DeepBelief.Units;

namespace DeepBelief;

/// <summary>
/// A density with hidden states h between the visible units and a machine at the top, p(v, h) = p*(v, h) / Z with Z of that
/// machine, and a recognition net q(h | v) that infers h, as the likelihoods of <see cref="Evaluation.DeepLogLikelihood"/> use it.
/// </summary>
public interface IDeepGenerativeModel
{
    /// <summary>Number of visible units.</summary>
    long VisibleSize { get; }

    /// <summary>The values that a visible unit can take.</summary>
    UnitSupport VisibleSupport { get; }

    /// <summary>The machine at the top, whose Z is the model's.</summary>
    Rbm TopMachine { get; }

    /// <summary>Draws h from q(h | v) for each row, and returns log p*(v, h) - log q(h | v).</summary>
    /// <remarks>
    /// The expectation of its exponential is p(v) Z: an importance weight. Its own expectation is log p(v) + log Z less the divergence
    /// of q from the true p(h | v), the variational lower bound.
    /// </remarks>
    /// <param name="visible">States v, <c>[batch, visible]</c>.</param>
    /// <param name="generator">Random generator; null uses torch's default generator.</param>
    /// <returns><c>[batch]</c>, <c>float64</c>, in nats.</returns>
    Tensor LogWeights(Tensor visible, Generator? generator = null);
}
