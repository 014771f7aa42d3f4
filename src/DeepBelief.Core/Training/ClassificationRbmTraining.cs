using DeepBelief.Internal;
using DeepBelief.Persistence;
using DeepBelief.Training;

namespace DeepBelief;

/// <summary>Training of a <see cref="ClassificationRbm"/>.</summary>
public static class ClassificationRbmTraining
{
    /// <summary>Trains a model on labelled rows: generatively, discriminatively or both, as the options say.</summary>
    /// <param name="model">The model; its parameters are changed in place.</param>
    /// <param name="visible">
    /// Training rows, <c>[rows, visible]</c>, of the model's element type and on its device; finite, and values that its
    /// visible units can take.
    /// </param>
    /// <param name="labels">Their classes, <c>[rows]</c>, <c>int64</c>, from 0.</param>
    /// <param name="options">How to train; the defaults, hybrid training, when null.</param>
    /// <param name="progress">Told how far the run is.</param>
    /// <param name="cancellationToken">Looked at before every batch; the model keeps what it had learned by then.</param>
    /// <returns>What was measured, epoch by epoch: loss is the mean -log p(y | v).</returns>
    /// <exception cref="ArgumentException">The data or an option does not fit; the message says what was expected and found.</exception>
    /// <exception cref="TrainingDivergedException">A parameter or the loss became NaN or infinite.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    /// <exception cref="CheckpointMismatchException">The checkpoint is that of another run; nothing was changed.</exception>
    /// <exception cref="DataFormatException">The checkpoint is damaged; nothing was changed.</exception>
    /// <exception cref="IOException">The checkpoint could not be read or written; an old one is as it was.</exception>
    public static History<ClassifierMetrics> Fit(
        this ClassificationRbm model,
        Tensor visible,
        Tensor labels,
        ClassificationRbmOptions? options = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
        => Run(model, visible, labels, options, null, progress, cancellationToken);

    /// <summary>Trains a model as the overload without test rows does, and scores it on those after every epoch.</summary>
    /// <param name="model">The model; its parameters are changed in place.</param>
    /// <param name="visible">Training rows, <c>[rows, visible]</c>.</param>
    /// <param name="labels">Their classes, <c>[rows]</c>.</param>
    /// <param name="options">How to train; the defaults, hybrid training, when null.</param>
    /// <param name="testVisible">Rows that are only scored, <c>[rows, visible]</c>.</param>
    /// <param name="testLabels">Their classes, <c>[rows]</c>.</param>
    /// <param name="progress">Told how far the run is.</param>
    /// <param name="cancellationToken">Looked at before every batch; the model keeps what it had learned by then.</param>
    /// <returns>What was measured, epoch by epoch: loss is the mean -log p(y | v).</returns>
    /// <exception cref="ArgumentException">The data or an option does not fit; the message says what was expected and found.</exception>
    /// <exception cref="TrainingDivergedException">A parameter or the loss became NaN or infinite.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    /// <exception cref="CheckpointMismatchException">The checkpoint is that of another run; nothing was changed.</exception>
    /// <exception cref="DataFormatException">The checkpoint is damaged; nothing was changed.</exception>
    /// <exception cref="IOException">The checkpoint could not be read or written; an old one is as it was.</exception>
    public static History<ClassifierMetrics> Fit(
        this ClassificationRbm model,
        Tensor visible,
        Tensor labels,
        ClassificationRbmOptions? options,
        Tensor testVisible,
        Tensor testLabels,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
        => Run(model, visible, labels, options, (testVisible, testLabels), progress, cancellationToken);

    private static History<ClassifierMetrics> Run(
        ClassificationRbm model,
        Tensor visible,
        Tensor labels,
        ClassificationRbmOptions? options,
        (Tensor Visible, Tensor Labels)? test,
        IProgress<TrainingProgress>? progress,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(model);
        options ??= new ClassificationRbmOptions();
        options.Validate();
        Check(model, visible, nameof(visible), labels, nameof(labels));
        if (test is { } t)
            Check(model, t.Visible, "testVisible", t.Labels, "testLabels");

        using var checkpoint = Checkpoint.Open(
            options.Checkpoint,
            ModelState.Of(model, model.parameters()),
            state => new RunDescription(
                model,
                state,
                options,
                ("training", visible),
                ("training labels", labels),
                ("test", test?.Visible),
                ("test labels", test?.Labels)));
        var stage = checkpoint?.Stage(0);
        if (stage?.Result<ClassifierMetrics>(options) is { } result)
            return result;
        // A model that goes on from a checkpoint was set up when it began.
        var initialize = options.InitializeFromData && stage is not { HasBegun: true };
        using var task = new ClassificationRbmTask(model, (visible, labels), test, options, initialize);
        return TrainingLoop.Run(task, options, stage, new ProgressReporter(progress), cancellationToken);
    }

    private static void Check(ClassificationRbm model, Tensor visible, string name, Tensor labels, string labelsName)
    {
        Guard.Rows(visible, model.VisibleSize, model.Joint.Weight, name);
        Guard.Values(visible, model.VisibleSupport, name);
        Guard.Labels(labels, visible, model.Classes, labelsName);
    }
}
