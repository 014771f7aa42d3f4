using System.Runtime.CompilerServices;
using DeepBelief.Files;
using DeepBelief.Sampling;
using DeepBelief.Tensors;

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
        ArgumentNullException.ThrowIfNull(labels);
        Lifetime.Check(network);
        Guard.Size(steps);
        Guard.Alive(generator);
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var like = top.Joint.Weight;
        if (labels.dim() != 1 || labels.numel() == 0)
            throw new ArgumentException($"Expected labels of shape [rows], one or more, found {Shapes.Text(labels)}.", nameof(labels));
        Guard.Labels(labels, torch.empty(labels.shape[0], 0, like.dtype, like.device), top.Classes);
        using var inside = InputChecks.Enter();
        var features = top.Joint.Visible.Sample(torch.zeros(labels.shape[0], top.Joint.VisibleSize, like.dtype, like.device), generator).narrow(1, 0, top.VisibleSize);
        var isLabel = Range(0, top.Joint.VisibleSize, like.device).IsAbove(top.VisibleSize - 0.5).unsqueeze(0);
        var states = MarkovChain.RunClamped(top.Joint, top.JoinUnchecked(features, labels), isLabel, steps, generator, cancellationToken);
        return network.SendDown(states, generator).MoveToOuterDisposeScope();
    }
}
