using DeepBelief.Tensors;
using DeepBelief.Training;

#pragma warning disable CS1573 // The other parameters inherit their tags.

namespace DeepBelief;

/// <summary>Trains a <see cref="ClassificationRbm"/>.</summary>
public static class ClassificationRbmTraining
{
    /// <summary>Trains a model on labelled rows: generatively, discriminatively or both, depending on the options.</summary>
    /// <example><code>
    /// using var model = ClassificationRbm.Bernoulli(visible: 784, hidden: 500, classes: 10);
    /// model.Fit(images, labels, new() { GenerativeWeight = 0 }); // discriminative training
    /// Console.WriteLine(model.Score(images, labels).Accuracy);
    /// </code></example>
    /// <param name="visible">Training rows, <c>[rows, visible]</c>, of the model's type and device; finite, in the support of the visible units.</param>
    /// <param name="labels">Class of each row, <c>[rows]</c>, <c>int64</c>, from 0.</param>
    /// <param name="options">Training options; null uses the defaults, hybrid training.</param>
    /// <param name="validation">Labelled rows to score after every epoch and, if enabled, for early stopping; null for none.</param>
    /// <returns>The metrics of each epoch; the loss is the mean -log p(y | v).</returns>
    /// <inheritdoc cref="EnergyModelTraining.Fit(IEnergyModel, Tensor, TrainingOptions?, Tensor?, IProgress{TrainingProgress}?, Tensor?, CancellationToken)" path="/exception|/param[@name='progress' or @name='cancellationToken' or @name='model']"/>
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
        options = options with { LearningRate = options.LearningRate ?? ClassificationRbmOptions.DefaultLearningRate };
        ModelCheck.Trainable(model, model.parameters(), nameof(model));
        Check(visible, nameof(visible), labels, nameof(labels));
        if (validation is { } v)
            Check(v.Visible, nameof(validation), v.Labels, nameof(validation));

        using var detached = visible.detach();
        using var rows = new InMemoryBatches(new(detached, labels), options);
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
