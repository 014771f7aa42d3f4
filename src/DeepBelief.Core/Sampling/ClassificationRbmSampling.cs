using DeepBelief.Files;
using DeepBelief.Sampling;
using DeepBelief.Tensors;

#pragma warning disable CS1573 // The other parameters inherit their tags.

namespace DeepBelief;

/// <summary>Samples from a <see cref="ClassificationRbm"/>.</summary>
public static class ClassificationRbmSampling
{
    /// <summary>Samples rows of all classes, v of p(v, y), by Gibbs chains, one a row.</summary>
    /// <remarks>
    /// The rows are states, such as bits, without their labels: <see cref="ClassificationRbm.Joint"/> samples both, side by side.
    /// </remarks>
    /// <param name="model">The model.</param>
    /// <param name="count">Number of rows, 1 or more.</param>
    /// <param name="steps">Gibbs steps, 1 or more.</param>
    /// <param name="start">
    /// Initial rows without labels, <c>[count, visible]</c>, or <c>[1, visible]</c> for all chains, whose labels are drawn from p(y | v);
    /// null draws rows and labels without inputs.
    /// </param>
    /// <param name="generator">Null uses torch's default generator.</param>
    /// <param name="cancellationToken">Checked before each step.</param>
    /// <returns>v, <c>[count, visible]</c>.</returns>
    /// <exception cref="ArgumentException">The initial rows do not fit the model or the count.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is less than 1.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static Tensor Sample(
        this ClassificationRbm model,
        long count,
        int steps = 1000,
        Tensor? start = null,
        Generator? generator = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        Guard.Size(count);
        Lifetime.Check(model);
        Guard.Alive(generator);
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        if (start is not null)
            RbmSampling.CheckStart(start, count, model.VisibleSize, model.Joint.Weight, model.VisibleSupport);
        using var inside = InputChecks.Enter();
        var begin = start?.expand(count, model.VisibleSize).contiguous();
        var joined = begin is null ? null : model.JoinUnchecked(begin, model.DrawLabels(begin, generator));
        return model.Joint.Sample(count, steps, joined, generator, cancellationToken).narrow(1, 0, model.VisibleSize).contiguous().MoveToOuterDisposeScope();
    }

    /// <summary>Samples rows of given classes, from p(v | y), by Gibbs chains whose labels are clamped, one a row.</summary>
    /// <remarks>
    /// The rows are states, such as bits. Of <c>Joint</c>, <see cref="Rbm.VisibleMean"/> of <see cref="Rbm.SampleHidden"/> of the rows and
    /// their labels (<see cref="ClassificationRbm.Join"/>) gives means, such as greys.
    /// </remarks>
    /// <param name="model">The model.</param>
    /// <param name="labels">The class of each row, <c>[rows]</c>, <c>int64</c>, from 0.</param>
    /// <param name="steps">Gibbs steps, 1 or more.</param>
    /// <param name="start">
    /// Initial rows without labels, <c>[rows, visible]</c>, or <c>[1, visible]</c> for all chains; null draws the visible units without inputs.
    /// </param>
    /// <param name="generator">Null uses torch's default generator.</param>
    /// <param name="cancellationToken">Checked before each step.</param>
    /// <returns>v, <c>[rows, visible]</c>.</returns>
    /// <exception cref="ArgumentException">The labels are no classes of the model, or the initial rows do not fit the model or the labels.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of steps is less than 1.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    /// <example><code>
    /// using var wanted = torch.full(20, 8, ScalarType.Int64);
    /// using var eights = model.Sample(wanted); // [20, 784]
    /// </code></example>
    public static Tensor Sample(
        this ClassificationRbm model,
        Tensor labels,
        int steps = 1000,
        Tensor? start = null,
        Generator? generator = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(labels);
        Lifetime.Check(model);
        Guard.Size(steps);
        Guard.Alive(generator);
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var (joint, like) = (model.Joint, model.Joint.Weight);
        if (labels.dim() != 1 || labels.numel() == 0)
            throw new ArgumentException($"Expected labels of shape [rows], one or more, found {Shapes.Text(labels)}.", nameof(labels));
        var count = labels.shape[0];
        Guard.Labels(labels, torch.empty(count, 0, like.dtype, like.device), model.Classes);
        if (start is not null)
            RbmSampling.CheckStart(start, count, model.VisibleSize, like, model.VisibleSupport);
        using var inside = InputChecks.Enter();
        var begin = start?.expand(count, model.VisibleSize)
            ?? joint.Visible.Sample(torch.zeros(count, joint.VisibleSize, like.dtype, like.device), generator).narrow(1, 0, model.VisibleSize);
        var isLabel = Range(0, joint.VisibleSize, like.device).IsAbove(model.VisibleSize - 0.5).unsqueeze(0);
        var states = MarkovChain.RunClamped(joint, model.JoinUnchecked(begin, labels), isLabel, steps, generator, cancellationToken);
        return states.narrow(1, 0, model.VisibleSize).contiguous().MoveToOuterDisposeScope();
    }
}
