using DeepBelief.Files;
using DeepBelief.Tensors;
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
    /// <param name="validation">
    /// Labelled rows that are only scored, after every epoch; null for none. Early stopping looks at these, where it is asked for.
    /// </param>
    /// <param name="progress">Told how far the run is.</param>
    /// <param name="cancellationToken">Checked before each batch; on cancellation the model keeps its current parameters.</param>
    /// <returns>What was measured, epoch by epoch: loss is the mean -log p(y | v).</returns>
    /// <exception cref="ArgumentException">The data or an option does not fit; the message says what was expected and found.</exception>
    /// <exception cref="TrainingDivergedException">A parameter or the loss became NaN or infinite.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    /// <exception cref="CheckpointMismatchException">The checkpoint is that of another run; nothing was changed.</exception>
    /// <exception cref="DataFormatException">The checkpoint is damaged; nothing was changed.</exception>
    /// <exception cref="IOException">The checkpoint could not be read or written; an old one is as it was.</exception>
    public static TrainingHistory<ClassifierMetrics> Fit(
        this ClassificationRbm model,
        Tensor visible,
        Tensor labels,
        ClassificationRbmOptions? options = null,
        (Tensor Visible, Tensor Labels)? validation = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        options ??= new ClassificationRbmOptions();
        options.Validate();
        Check(visible, nameof(visible), labels, nameof(labels));
        if (validation is { } v)
            Check(v.Visible, nameof(validation), v.Labels, nameof(validation));

        using var rows = new InMemoryBatches(new(visible, labels), options);
        Batch? unseen = validation is { } u ? new Batch(u.Visible, u.Labels) : null;
        using var run = new TrainingRun(model, model.parameters(), options, rows.Overview, unseen, progress, cancellationToken);
        return run.Train(isNew => new ClassificationRbmTask(model, rows, unseen, options, initialize: options.InitializeFromData && isNew));

        void Check(Tensor data, string name, Tensor classes, string labelsName)
        {
            Guard.Rows(data, model.VisibleSize, model.Joint.Weight, name);
            model.VisibleSupport.Check(data, name);
            Guard.Labels(classes, data, model.Classes, labelsName);
        }
    }
}
