using DeepBelief.Tensors;

namespace DeepBelief;

/// <summary>Samples from a <see cref="Dbm"/>.</summary>
public static class DbmSampling
{
    /// <summary>Samples states from p(v) by block Gibbs chains, one a row: a step draws the odd layers, then the even ones.</summary>
    /// <param name="dbm">The machine.</param>
    /// <param name="count">Number of rows, 1 or more.</param>
    /// <param name="steps">Gibbs steps, 1 or more.</param>
    /// <param name="start">
    /// Initial states, <c>[count, visible]</c>, or <c>[1, visible]</c> for all chains, whose hidden units start at their expected
    /// states; null draws the even layers without inputs.
    /// </param>
    /// <param name="generator">Null uses torch's default generator.</param>
    /// <param name="cancellationToken">Checked before each step.</param>
    /// <returns>v, <c>[count, visible]</c>.</returns>
    /// <exception cref="ArgumentException">The initial states do not fit the machine or the count.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is less than 1.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    /// <example><code>
    /// using var samples = dbm.Sample(count: 100);
    /// </code></example>
    public static Tensor Sample(
        this Dbm dbm,
        long count,
        int steps = 1000,
        Tensor? start = null,
        Generator? generator = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dbm);
        Lifetime.Check(dbm);
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        if (start is not null)
        {
            Guard.Rows(start, dbm.VisibleSize, dbm.Weights[0]);
            InputChecks.Values(dbm.Visible.Support, start);
        }

        using var inside = InputChecks.Enter();
        using var halves = new DbmHalves(dbm);
        var even = halves.Rbm.Sample(count, steps, start is null ? null : halves.JoinRows(start, MeanField.Default), generator, cancellationToken);
        return even.narrow(1, 0, dbm.VisibleSize).contiguous().MoveToOuterDisposeScope();
    }
}
