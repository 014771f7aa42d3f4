using DeepBelief.Units;

namespace DeepBelief.Sampling;

/// <summary>A model of two layers of units and nothing but weights between them, whose chains go to and fro.</summary>
internal interface ILayeredModel : IEnergyModel
{
    /// <summary>The visible units.</summary>
    UnitLayer Visible { get; }

    /// <summary>The hidden units.</summary>
    UnitLayer Hidden { get; }

    /// <summary>The weights, <c>[hidden, visible]</c>.</summary>
    Parameter Weight { get; }

    /// <summary>Hidden states drawn from p(h | v).</summary>
    /// <param name="visibleStates">v, <c>[batch, visible]</c>.</param>
    /// <param name="generator">Source of randomness; torch's default generator when null.</param>
    /// <returns><c>[batch, hidden]</c>.</returns>
    Tensor SampleHidden(Tensor visibleStates, Generator? generator = null);
}
