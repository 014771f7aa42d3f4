using DeepBelief.Internal;
using DeepBelief.Kernels;

namespace DeepBelief.Sampling;

/// <summary>Runs of a model's Markov chain.</summary>
public static class MarkovChain
{
    /// <summary>Takes a number of steps from given states.</summary>
    /// <param name="model">The model.</param>
    /// <param name="start">First states, <c>[chains, visible]</c>; left as they are.</param>
    /// <param name="steps">Number of steps, 1 or more.</param>
    /// <param name="generator">Source of randomness; torch's default generator when null.</param>
    /// <returns>Last states, <c>[chains, visible]</c>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is less than 1 step.</exception>
    public static Tensor Run(IEnergyModel model, Tensor start, int steps, Generator? generator = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(start);
        Guard.Size(steps);
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        using var keys = RandomKey.Share(generator);
        var states = model.Transition(start, generator);
        for (var step = 1; step < steps; step++)
        {
            var previous = states;
            states = model.Transition(previous, generator);
            previous.Dispose();
        }

        return states.MoveToOuterDisposeScope();
    }
}
