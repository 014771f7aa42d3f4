using DeepBelief.Tensors;
using DeepBelief.Training;

#pragma warning disable CS1573 // The other parameters inherit their tags.

namespace DeepBelief;

/// <summary>Fine-tunes an <see cref="UntiedDbn"/> as a generative model, by the up-down algorithm.</summary>
public static class UpDownTraining
{
    /// <summary>Fine-tunes a network: all of its layers together, on rows with labels if the machine at the top has them.</summary>
    /// <example><code>
    /// using var untied = dbn.Untie();
    /// untied.Fit(images, options: new() { Epochs = 20, NegativePhase = new ContrastiveDivergence(10) });
    /// untied.Save("untied.pt");
    /// </code></example>
    /// <param name="model">The network; its parameters are changed in place.</param>
    /// <param name="data">Training rows, <c>[rows, visible]</c>, of the network's type and device; finite, in the support of the visible units.</param>
    /// <param name="labels">
    /// Class of each row, <c>[rows]</c>, <c>int64</c>, from 0; -1 for a row without a label, for which the top machine draws one. Null for a
    /// network without labels.
    /// </param>
    /// <param name="options">Training options; null uses the defaults.</param>
    /// <param name="validation">Rows, and their labels where there are any, to measure after every epoch and, if enabled, for early stopping; null for none.</param>
    /// <returns>The metrics of each epoch.</returns>
    /// <inheritdoc cref="EnergyModelTraining.Fit(IEnergyModel, Tensor, TrainingOptions?, Tensor?, IProgress{TrainingProgress}?, Tensor?, CancellationToken)" path="/exception|/param[@name='progress' or @name='cancellationToken']"/>
    public static TrainingHistory<UpDownMetrics> Fit(
        this UntiedDbn model,
        Tensor data,
        Tensor? labels = null,
        UpDownOptions? options = null,
        (Tensor Rows, Tensor? Labels)? validation = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        using var trainer = model.StartTraining(data, labels, options, validation);
        return trainer.Train(epochs: null, progress, cancellationToken);
    }

    /// <summary>Starts a run whose epochs are asked for as they are wanted.</summary>
    /// <returns>The trainer, which the caller disposes.</returns>
    /// <inheritdoc cref="Fit(UntiedDbn, Tensor, Tensor?, UpDownOptions?, ValueTuple{Tensor, Tensor?}?, IProgress{TrainingProgress}?, CancellationToken)" path="/param|/exception[not(contains(@cref, 'Training'))]"/>
    public static Trainer<UpDownMetrics> StartTraining(
        this UntiedDbn model,
        Tensor data,
        Tensor? labels = null,
        UpDownOptions? options = null,
        (Tensor Rows, Tensor? Labels)? validation = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        options ??= new UpDownOptions();
        options.Validate();
        var own = options with { LearningRate = options.LearningRate ?? UpDownOptions.DefaultLearningRate };
        ModelCheck.Trainable(model, model.parameters(), nameof(model));
        options.NegativePhase.Check(model.TopMachine);
        Check(data, nameof(data), labels, nameof(labels), first: -1);
        if (labels is not null)
            LabelGaps.CheckKnown(labels);
        if (validation is { } v)
            Check(v.Rows, nameof(validation), v.Labels, nameof(validation), first: 0);

        var rows = new InMemoryBatches(new Batch(data.detach(), labels?.alias()).Detach(), own, owned: true);
        Batch? unseen = validation is { } u ? new Batch(u.Rows, u.Labels) : null;
        return TrainingRun.Start(model, () => model.parameters(), options, own, rows, unseen, _ => new UpDownTask(model, rows, unseen, own));

        void Check(Tensor given, string name, Tensor? classes, string labelsName, long first)
        {
            Guard.Rows(given, model.VisibleSize, model.TopMachine.Weight, name);
            model.VisibleSupport.Check(given, name);
            if (classes is null != model.Labelled is null)
                throw new ArgumentException(classes is null ? "Expected labels, as the machine at the top has them, found none." : "Expected no labels, as the machine at the top has none, found some.", labelsName);
            if (classes is not null)
                Guard.Labels(classes, given, model.Classes, labelsName, first);
        }
    }
}
