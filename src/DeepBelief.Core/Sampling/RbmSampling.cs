using DeepBelief.Files;
using DeepBelief.Sampling;
using DeepBelief.Tensors;
using DeepBelief.Units;

namespace DeepBelief;

/// <summary>Samples from an <see cref="Rbm"/>.</summary>
public static class RbmSampling
{
    /// <summary>Samples states from p(v) by Gibbs chains, one a row.</summary>
    /// <remarks>
    /// <para>The rows are states, such as bits, while <see cref="DbnSampling.Sample(Dbn, long, int, Generator?, CancellationToken)"/> returns the means of the lowest layer:
    /// <see cref="Rbm.VisibleMean"/> of <see cref="Rbm.SampleHidden"/> of the rows gives such means here.</para>
    /// <para>They are samples of p(v) once the chains have forgotten where they began. If a layer has few enough states,
    /// <c>ExactEnumeration.Sample</c> needs no chains.</para>
    /// </remarks>
    /// <param name="rbm">The RBM.</param>
    /// <param name="count">Number of rows, 1 or more.</param>
    /// <param name="steps">Gibbs steps, 1 or more.</param>
    /// <param name="start">
    /// Initial states, <c>[count, visible]</c>, or <c>[1, visible]</c> for all chains; null draws the visible units without inputs.
    /// </param>
    /// <param name="generator">Null uses torch's default generator.</param>
    /// <param name="cancellationToken">Checked before each step.</param>
    /// <returns>v, <c>[count, visible]</c>.</returns>
    /// <exception cref="ArgumentException">The initial states do not fit the RBM or the count.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is less than 1.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    /// <example><code>
    /// using var samples = rbm.Sample(count: 100);
    /// </code></example>
    public static Tensor Sample(
        this Rbm rbm,
        long count,
        int steps = 1000,
        Tensor? start = null,
        Generator? generator = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rbm);
        Guard.Size(count);
        Guard.Size(steps);
        Lifetime.Check(rbm);
        Guard.Alive(generator);
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        if (start is not null)
            CheckStart(start, count, rbm.VisibleSize, rbm.Weight, rbm.VisibleSupport);
        using var inside = InputChecks.Enter();
        var begin = start?.expand(count, rbm.VisibleSize)
            ?? rbm.Visible.Sample(torch.zeros(count, rbm.VisibleSize, rbm.Weight.dtype, rbm.Weight.device), generator);
        return MarkovChain.Run(rbm, begin, steps, generator, cancellationToken).MoveToOuterDisposeScope();
    }

    /// <summary>Requires initial states for so many chains: a row each, or one for all.</summary>
    internal static void CheckStart(Tensor start, long count, long width, Tensor like, UnitSupport support)
    {
        Guard.Rows(start, width, like);
        if (start.shape[0] != 1 && start.shape[0] != count)
            throw new ArgumentException($"Expected 1 or {count} rows, found {Shapes.Text(start)}.", nameof(start));
        InputChecks.Values(support, start);
    }
}
