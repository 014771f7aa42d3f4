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
    /// <param name="visible">
    /// Training rows, <c>[rows, visible]</c>, of the model's type and device; finite, in the support of the visible units. Of a sparse tensor, COO, CSR or CSC,
    /// only the rows of a batch are made dense.
    /// </param>
    /// <param name="labels">Class of each row, <c>[rows]</c>, <c>int64</c>, from 0; -1 for a row without a label, from which the model learns p(v).</param>
    /// <param name="options">Training options; null uses the defaults, hybrid training.</param>
    /// <param name="validation">Labelled rows to score after every epoch and, if enabled, for early stopping; null for none.</param>
    /// <param name="weights">How much each row counts, <c>[rows]</c>, 0 or more and not all 0; only the ratios matter. Null weighs all alike.</param>
    /// <returns>The metrics of each epoch; the loss is the mean -log p(y | v).</returns>
    /// <inheritdoc cref="EnergyModelTraining.Fit(IEnergyModel, Tensor, TrainingOptions?, Tensor?, IProgress{TrainingProgress}?, Tensor?, CancellationToken)" path="/exception|/param[@name='progress' or @name='cancellationToken' or @name='model']"/>
    public static TrainingHistory<ClassifierMetrics> Fit(
        this ClassificationRbm model,
        Tensor visible,
        Tensor labels,
        ClassificationRbmOptions? options = null,
        (Tensor Visible, Tensor Labels)? validation = null,
        IProgress<TrainingProgress>? progress = null,
        Tensor? weights = null,
        CancellationToken cancellationToken = default)
    {
        using var trainer = model.StartTraining(visible, labels, options, validation, weights);
        return trainer.Train(epochs: null, progress, cancellationToken);
    }

    /// <summary>Starts a training run whose epochs are asked for as they are wanted.</summary>
    /// <returns>The trainer, which the caller disposes.</returns>
    /// <inheritdoc cref="Fit(ClassificationRbm, Tensor, Tensor, ClassificationRbmOptions?, ValueTuple{Tensor, Tensor}?, IProgress{TrainingProgress}?, Tensor?, CancellationToken)" path="/param|/exception[not(contains(@cref, 'Training'))]"/>
    public static Trainer<ClassifierMetrics> StartTraining(
        this ClassificationRbm model,
        Tensor visible,
        Tensor labels,
        ClassificationRbmOptions? options = null,
        (Tensor Visible, Tensor Labels)? validation = null,
        Tensor? weights = null)
        => options.OnAllRanks(given =>
        {
            ArgumentNullException.ThrowIfNull(model);
            var chosen = given ?? new ClassificationRbmOptions();
            chosen.Validate();
            chosen = chosen with { LearningRate = chosen.LearningRate ?? ClassificationRbmOptions.DefaultLearningRate };
            ModelCheck.Trainable(model, model.parameters(), nameof(model));
            Guard.AnyRows(visible, model.VisibleSize, model.Joint.Weight);
            Guard.Labels(labels, visible, model.Classes, first: -1);
            if (validation is { } v)
            {
                Guard.AnyRows(v.Visible, model.VisibleSize, model.Joint.Weight, nameof(validation));
                SparseRows.Check(v.Visible, some => model.VisibleSupport.Check(some, nameof(validation)));
                Guard.Labels(v.Labels, v.Visible, model.Classes, nameof(validation));
            }

            var rows = ShuffledBatches.Open(new Batch(visible, labels, weights), some => model.VisibleSupport.Check(some, nameof(visible)), chosen);
            Batch? unseen = validation is { } u ? new Batch(u.Visible, u.Labels) : null;
            return TrainingRun.Start(
                model,
                () => model.parameters(),
                chosen,
                rows,
                unseen,
                () => CheckGaps(rows.Marks, chosen),
                (own, isNew) => new ClassificationRbmTask(model, rows, unseen, own, initialize: own.InitializeFromData && isNew));
        });

    /// <summary>Throws if no row that counts has a label, or rows without one have no part in the objective; returns the options.</summary>
    internal static ClassificationRbmOptions CheckGaps((Tensor? Labels, Tensor? Weights) marks, ClassificationRbmOptions options)
    {
        using var scope = torch.NewDisposeScope();
        LabelGaps.CheckKnown(marks.Labels!, marks.Weights);
        Guard.Option(
            options.GenerativeWeight > 0 || marks.Labels!.min().item<long>() >= 0,
            nameof(options.GenerativeWeight),
            options.GenerativeWeight,
            "more than 0 with rows without a label, which only the generative part learns from");
        return options;
    }
}
