using DeepBelief.Tensors;

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
        return Repeat(states => model.Transition(states, generator), start, steps, generator);
    }

    /// <summary>Takes a number of steps from given states, with some visible units held where they are.</summary>
    /// <remarks>After enough steps the other units are a draw from their distribution given the held ones.</remarks>
    /// <param name="model">The model.</param>
    /// <param name="start">First states, <c>[chains, visible]</c>; left as they are.</param>
    /// <param name="clamped">Which units are held, <c>bool</c>, <c>[chains, visible]</c> or, for all chains the same, <c>[1, visible]</c>.</param>
    /// <param name="steps">Number of steps, 1 or more.</param>
    /// <param name="generator">Source of randomness; torch's default generator when null.</param>
    /// <returns>Last states, <c>[chains, visible]</c>.</returns>
    /// <exception cref="ArgumentException">The states or the mask do not fit the model.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is less than 1 step.</exception>
    public static Tensor RunClamped(IConditionalModel model, Tensor start, Tensor clamped, int steps, Generator? generator = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        Guard.Rows(start, model.VisibleSize, model.Representative());
        Guard.Mask(clamped, start);
        return Repeat(states => model.ClampedTransition(states, clamped, generator), start, steps, generator);
    }

    /// <summary>Draws the missing values of rows from their distribution given the values that are there.</summary>
    /// <remarks>
    /// What is filled in is one draw, not an average: to see how sure the model is, fill the same rows several times.
    /// </remarks>
    /// <param name="model">The model.</param>
    /// <param name="rows">Rows, <c>[rows, visible]</c>; NaN stands for a missing value.</param>
    /// <param name="steps">Steps of the chains, 1 or more: enough to forget where missing units began.</param>
    /// <param name="start">Where missing units begin, <c>[rows, visible]</c> or <c>[1, visible]</c>; at 0 when null.</param>
    /// <param name="generator">Source of randomness; torch's default generator when null.</param>
    /// <returns>The rows without gaps, <c>[rows, visible]</c>.</returns>
    /// <exception cref="ArgumentException">The rows or the start do not fit the model.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is less than 1 step.</exception>
    public static Tensor FillMissing(IConditionalModel model, Tensor rows, int steps, Tensor? start = null, Generator? generator = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        Guard.Rows(rows, model.VisibleSize, model.Representative());
        if (start is not null)
        {
            Guard.Rows(start, model.VisibleSize, rows);
            Guard.OneOrAsMany(start, rows);
        }

        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var missing = rows.isnan();
        var begin = torch.where(missing, start ?? torch.zeros_like(rows), rows);
        return RunClamped(model, begin, missing.logical_not(), steps, generator).MoveToOuterDisposeScope();
    }

    private static Tensor Repeat(Func<Tensor, Tensor> step, Tensor start, int steps, Generator? generator)
    {
        Guard.Size(steps);
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        using var keys = RandomKey.Share(generator);
        var states = step(start);
        for (var taken = 1; taken < steps; taken++)
        {
            var previous = states;
            states = step(previous);
            previous.Dispose();
        }

        return states.MoveToOuterDisposeScope();
    }
}
