using DeepBelief.Tensors;

namespace DeepBelief.Sampling;

/// <summary>Runs a model's Markov chains.</summary>
public static class MarkovChain
{
    /// <summary>Runs chains for a number of steps.</summary>
    /// <param name="model">The model.</param>
    /// <param name="start">Initial states, <c>[chains, visible]</c>; not modified.</param>
    /// <param name="steps">Number of steps, 1 or more.</param>
    /// <param name="generator">Null uses torch's default generator.</param>
    /// <param name="cancellationToken">Checked before each step.</param>
    /// <returns>Final states, <c>[chains, visible]</c>.</returns>
    /// <exception cref="ArgumentException">The states do not fit the model.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of steps is less than 1.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static Tensor Run(IEnergyModel model, Tensor start, int steps, Generator? generator = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        model.CheckRows(start);
        return Repeat(states => model.Transition(states, generator), start, steps, generator, cancellationToken);
    }

    /// <summary>Runs chains for a number of steps with some visible units clamped.</summary>
    /// <remarks>After enough steps, the other units are a sample of their distribution given the clamped ones.</remarks>
    /// <param name="model">The model.</param>
    /// <param name="start">Initial states, <c>[chains, visible]</c>; not modified.</param>
    /// <param name="clamped">True for clamped units, <c>[chains, visible]</c>, or <c>[1, visible]</c> for all chains.</param>
    /// <param name="steps">Number of steps, 1 or more.</param>
    /// <param name="generator">Null uses torch's default generator.</param>
    /// <param name="cancellationToken">Checked before each step.</param>
    /// <returns>Final states, <c>[chains, visible]</c>.</returns>
    /// <exception cref="ArgumentException">The states or the mask do not fit the model.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of steps is less than 1.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static Tensor RunClamped(
        IConditionalModel model,
        Tensor start,
        Tensor clamped,
        int steps,
        Generator? generator = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        model.CheckRows(start);
        Guard.Mask(clamped, start);
        using var scope = torch.NewDisposeScope();
        if (InputChecks.AreDue)
            model.VisibleSupport.CheckHeld(start, clamped.logical_not().expand_as(start));
        return Repeat(states => model.ClampedTransition(states, clamped, generator), start, steps, generator, cancellationToken).MoveToOuterDisposeScope();
    }

    /// <summary>Draws the missing values of rows from their distribution given the known values.</summary>
    /// <remarks>
    /// The result is one sample, not a mean: fill the same rows several times to see how certain the model is. A known value may be
    /// a mean, such as a grey for a bit. Where categories of a group are known, the others are drawn given them.
    /// </remarks>
    /// <param name="model">The model.</param>
    /// <param name="rows">Rows, <c>[rows, visible]</c>; NaN marks a missing value.</param>
    /// <param name="steps">Number of steps, 1 or more: enough to forget the initial values of the missing units.</param>
    /// <param name="start">Initial values of the missing units, <c>[rows, visible]</c> or <c>[1, visible]</c>; null uses 0.</param>
    /// <param name="generator">Null uses torch's default generator.</param>
    /// <param name="cancellationToken">Checked before each step.</param>
    /// <returns>The completed rows, <c>[rows, visible]</c>.</returns>
    /// <exception cref="ArgumentException">The rows or the start do not fit the model.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of steps is less than 1.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static Tensor FillMissing(
        IConditionalModel model,
        Tensor rows,
        int steps,
        Tensor? start = null,
        Generator? generator = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        Guard.Rows(rows, model.VisibleSize, model.Representative());
        if (start is not null)
        {
            Guard.Rows(start, model.VisibleSize, rows);
            Guard.OneOrAsMany(start, rows);
            InputChecks.Values(model.VisibleSupport, start);
        }

        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var missing = rows.isnan();
        if (InputChecks.AreDue)
            model.VisibleSupport.CheckHeld(rows, missing);
        var begin = torch.where(missing, start ?? torch.zeros_like(rows), rows);
        var clamped = missing.logical_not();
        return Repeat(states => model.ClampedTransition(states, clamped, generator), begin, steps, generator, cancellationToken).MoveToOuterDisposeScope();
    }

    private static Tensor Repeat(Func<Tensor, Tensor> step, Tensor start, int steps, Generator? generator, CancellationToken cancellationToken)
    {
        Guard.Size(steps);
        Guard.Alive(generator);
        using var inside = InputChecks.Enter();
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        using var keys = RandomKey.Share(generator);
        cancellationToken.ThrowIfCancellationRequested();
        var states = step(start);
        for (var taken = 1; taken < steps; taken++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var previous = states;
            states = step(previous);
            previous.Dispose();
        }

        return states.MoveToOuterDisposeScope();
    }
}
