using System.Runtime.CompilerServices;

#pragma warning disable CS1573 // The other parameters inherit their tags.

namespace DeepBelief;

/// <summary>Samples from a <see cref="Dbn"/>, and from networks like it.</summary>
public static class DbnSampling
{
    /// <summary>
    /// Samples rows: Gibbs sampling in the top RBM, starting from states drawn without inputs, then one sampled pass down. The
    /// lowest layer returns means instead of samples (Hinton, Osindero and Teh 2006, section 6).
    /// </summary>
    /// <param name="dbn">The network.</param>
    /// <param name="count">Number of rows, 1 or more.</param>
    /// <param name="steps">Gibbs steps, 1 or more.</param>
    /// <param name="generator">Null uses torch's default generator.</param>
    /// <param name="cancellationToken">Checked before each Gibbs step.</param>
    /// <returns><c>[count, visible]</c>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is less than 1.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static Tensor Sample(
        this Dbn dbn,
        long count,
        int steps = 1000,
        Generator? generator = null,
        CancellationToken cancellationToken = default)
        => SampleRows(dbn, count, steps, generator, cancellationToken);

    /// <summary>
    /// Samples rows: Gibbs sampling in the top machine, starting from states drawn without inputs, then one sampled pass down by the
    /// generative weights. The lowest layer returns means instead of samples. With labels, rows of all classes.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <inheritdoc cref="Sample(Dbn, long, int, Generator?, CancellationToken)"/>
    public static Tensor Sample(
        this UntiedDbn network,
        long count,
        int steps = 1000,
        Generator? generator = null,
        CancellationToken cancellationToken = default)
        => SampleRows(network, count, steps, generator, cancellationToken);

    /// <summary>
    /// Samples rows of given classes: Gibbs sampling in the top machine with the label clamped, starting from features drawn without
    /// inputs, then one sampled pass down. The lowest layer returns means instead of samples (Hinton, Osindero and Teh 2006, section 6).
    /// </summary>
    /// <example><code>
    /// using var network = ClassificationDbn.Load("digits.pt");
    /// using var wanted = torch.full(20, 8, ScalarType.Int64);
    /// using var eights = network.Sample(wanted); // [20, 784]
    /// </code></example>
    /// <param name="network">The network.</param>
    /// <param name="labels">The class of each row, <c>[rows]</c>, <c>int64</c>, from 0.</param>
    /// <param name="steps">Gibbs steps, 1 or more.</param>
    /// <param name="generator">Null uses torch's default generator.</param>
    /// <param name="cancellationToken">Checked before each Gibbs step.</param>
    /// <returns><c>[rows, visible]</c>.</returns>
    /// <exception cref="ArgumentException">The labels are no classes of the network, or it has none.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of steps is less than 1.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static Tensor Sample(
        this ClassificationDbn network,
        Tensor labels,
        int steps = 1000,
        Generator? generator = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        return SampleClasses(network, network.Top, labels, steps, generator, cancellationToken);
    }

    /// <inheritdoc cref="Sample(ClassificationDbn, Tensor, int, Generator?, CancellationToken)"/>
    public static Tensor Sample(
        this UntiedDbn network,
        Tensor labels,
        int steps = 1000,
        Generator? generator = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        return SampleClasses(network, network.ExpectLabels(), labels, steps, generator, cancellationToken);
    }

    private static Tensor SampleRows(
        IDirectedModel network,
        long count,
        int steps,
        Generator? generator,
        CancellationToken cancellationToken,
        [CallerArgumentExpression(nameof(network))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(network, name);
        Lifetime.Check(network);
        using var inside = InputChecks.Enter();
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var top = network.TopMachine;
        var states = top.Sample(count, steps, start: null, generator, cancellationToken);
        return (network.Directed is [] ? top.VisibleMean(top.SampleHidden(states, generator)) : network.SendDown(states, generator)).MoveToOuterDisposeScope();
    }

    private static Tensor SampleClasses(
        IDirectedModel network,
        ClassificationRbm top,
        Tensor labels,
        int steps,
        Generator? generator,
        CancellationToken cancellationToken)
    {
        Lifetime.Check(network);
        using var inside = InputChecks.Enter();
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        return network.SendDown(top.Sample(labels, steps, start: null, generator, cancellationToken), generator).MoveToOuterDisposeScope();
    }
}
