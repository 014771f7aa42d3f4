using DeepBelief.Data;
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
    /// <param name="data">
    /// Training rows, <c>[rows, visible]</c>, of the network's type and device; finite, in the support of the visible units. Of a sparse tensor, COO, CSR or CSC,
    /// only the rows of a batch are made dense.
    /// </param>
    /// <param name="labels">
    /// Class of each row, <c>[rows]</c>, <c>int64</c>, from 0; -1 for a row without a label, for which the top machine draws one. Null for a
    /// network without labels.
    /// </param>
    /// <param name="options">Training options; null uses the defaults.</param>
    /// <param name="validation">Rows, and their labels where there are any, to measure after every epoch and, if enabled, for early stopping; null for none.</param>
    /// <param name="weights">How much each row counts, <c>[rows]</c>, 0 or more and not all 0; only the ratios matter. Null weighs all alike.</param>
    /// <returns>The metrics of each epoch.</returns>
    /// <inheritdoc cref="EnergyModelTraining.Fit(IEnergyModel, Tensor, TrainingOptions?, Tensor?, IProgress{TrainingProgress}?, Tensor?, CancellationToken)" path="/exception|/param[@name='progress' or @name='cancellationToken']"/>
    public static TrainingHistory<UpDownMetrics> Fit(
        this UntiedDbn model,
        Tensor data,
        Tensor? labels = null,
        UpDownOptions? options = null,
        (Tensor Rows, Tensor? Labels)? validation = null,
        IProgress<TrainingProgress>? progress = null,
        Tensor? weights = null,
        CancellationToken cancellationToken = default)
    {
        using var trainer = model.StartTraining(data, labels, options, validation, weights);
        return trainer.Train(epochs: null, progress, cancellationToken);
    }

    /// <summary>Fine-tunes a network without labels on rows that are read batch by batch, for data larger than memory.</summary>
    /// <param name="model">The network; its parameters are changed in place.</param>
    /// <param name="options">Training options; null uses the defaults.</param>
    /// <param name="validation">Rows to measure after every epoch and, if enabled, for early stopping; null for none.</param>
    /// <returns>The metrics of each epoch.</returns>
    /// <inheritdoc cref="EnergyModelTraining.Fit(IEnergyModel, IBatchSource, TrainingOptions?, Tensor?, IProgress{TrainingProgress}?, CancellationToken)" path="/exception|/param[@name='source' or @name='progress' or @name='cancellationToken']"/>
    public static TrainingHistory<UpDownMetrics> Fit(
        this UntiedDbn model,
        IBatchSource source,
        UpDownOptions? options = null,
        Tensor? validation = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        using var trainer = model.StartTraining(source, options, validation);
        return trainer.Train(epochs: null, progress, cancellationToken);
    }

    /// <summary>Fine-tunes a network with labels on rows that are read batch by batch, for data larger than memory.</summary>
    /// <param name="source">The batches; a label of -1 is a row without one. Of the first 1000 rows, at least one needs a label.</param>
    /// <param name="validation">Rows and their labels to measure after every epoch and, if enabled, for early stopping; null for none.</param>
    /// <inheritdoc cref="Fit(UntiedDbn, IBatchSource, UpDownOptions?, Tensor?, IProgress{TrainingProgress}?, CancellationToken)" path="/exception|/returns|/param[not(@name='source' or @name='validation')]"/>
    public static TrainingHistory<UpDownMetrics> Fit(
        this UntiedDbn model,
        ILabelledBatchSource source,
        UpDownOptions? options = null,
        (Tensor Rows, Tensor Labels)? validation = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        using var trainer = model.StartTraining(source, options, validation);
        return trainer.Train(epochs: null, progress, cancellationToken);
    }

    /// <summary>Starts a run whose epochs are asked for as they are wanted.</summary>
    /// <returns>The trainer, which the caller disposes.</returns>
    /// <inheritdoc cref="Fit(UntiedDbn, Tensor, Tensor?, UpDownOptions?, ValueTuple{Tensor, Tensor?}?, IProgress{TrainingProgress}?, Tensor?, CancellationToken)" path="/param[not(@name='progress' or @name='cancellationToken')]|/exception[not(contains(@cref, 'Training'))]"/>
    public static Trainer<UpDownMetrics> StartTraining(
        this UntiedDbn model,
        Tensor data,
        Tensor? labels = null,
        UpDownOptions? options = null,
        (Tensor Rows, Tensor? Labels)? validation = null,
        Tensor? weights = null)
    {
        Batch? unseen = validation is { } v ? new Batch(v.Rows, v.Labels) : null;
        options = Check(model, options, unseen);
        Guard.AnyRows(data, model.VisibleSize, model.TopMachine.Weight);
        CheckLabels(model, new Batch(data, labels), nameof(labels), first: -1);
        var rows = ShuffledBatches.Open(new Batch(data, labels, weights), some => model.VisibleSupport.Check(some, nameof(data)), options);
        return Start(model, options, rows, unseen);
    }

    /// <summary>Starts a run on rows without labels that are read batch by batch, whose epochs are asked for as they are wanted.</summary>
    /// <returns>The trainer, which the caller disposes.</returns>
    /// <inheritdoc cref="Fit(UntiedDbn, IBatchSource, UpDownOptions?, Tensor?, IProgress{TrainingProgress}?, CancellationToken)" path="/param[not(@name='progress' or @name='cancellationToken')]|/exception[not(contains(@cref, 'Training'))]"/>
    public static Trainer<UpDownMetrics> StartTraining(this UntiedDbn model, IBatchSource source, UpDownOptions? options = null, Tensor? validation = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        Batch? unseen = validation is null ? null : new Batch(validation);
        options = Check(model, options, unseen);
        return Start(model, options, SourceBatches.Of(source, Fits(model), options), unseen);
    }

    /// <summary>Starts a run on labelled rows that are read batch by batch, whose epochs are asked for as they are wanted.</summary>
    /// <returns>The trainer, which the caller disposes.</returns>
    /// <inheritdoc cref="Fit(UntiedDbn, ILabelledBatchSource, UpDownOptions?, ValueTuple{Tensor, Tensor}?, IProgress{TrainingProgress}?, CancellationToken)" path="/param[not(@name='progress' or @name='cancellationToken')]|/exception[not(contains(@cref, 'Training'))]"/>
    public static Trainer<UpDownMetrics> StartTraining(
        this UntiedDbn model,
        ILabelledBatchSource source,
        UpDownOptions? options = null,
        (Tensor Rows, Tensor Labels)? validation = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        Batch? unseen = validation is { } v ? new Batch(v.Rows, v.Labels) : null;
        options = Check(model, options, unseen);
        return Start(model, options, SourceBatches.Of(source, Fits(model), options), unseen);
    }

    private static Trainer<UpDownMetrics> Start(UntiedDbn model, UpDownOptions options, BatchReader rows, Batch? unseen)
    {
        return TrainingRun.Start(model, () => model.parameters(), options, rows, unseen, Resolve, (own, _) => new UpDownTask(model, rows, unseen, own));

        UpDownOptions Resolve()
        {
            if (rows.Marks is ({ } labels, var weights))
                LabelGaps.CheckKnown(labels, weights);
            return options.Resolve(model, rows.Batches);
        }
    }

    private static UpDownOptions Check(UntiedDbn model, UpDownOptions? options, Batch? unseen)
    {
        ArgumentNullException.ThrowIfNull(model);
        options ??= new UpDownOptions();
        options.Validate();
        ModelCheck.Trainable(model, model.parameters(), nameof(model));
        Guard.Option(
            options.DiscriminativeWeight == 0 || model.Labelled is not null,
            nameof(options.DiscriminativeWeight),
            options.DiscriminativeWeight,
            "0, as the machine at the top has no labels");
        RbmLikelihoodGradient.Check(model.TopMachine, options.OfTop);
        if (unseen is { } rows)
            Check(model, rows, "validation", first: 0);
        return options;
    }

    private static void Check(UntiedDbn model, Batch given, string name, long first)
    {
        Guard.Rows(given.Rows, model.VisibleSize, model.TopMachine.Weight, name);
        model.VisibleSupport.Check(given.Rows, name);
        CheckLabels(model, given, name, first);
    }

    private static void CheckLabels(UntiedDbn model, Batch given, string name, long first)
    {
        CheckPresence(model, given.Labels, name);
        if (given.Labels is { } labels)
            Guard.Labels(labels, given.Rows, model.Classes, name, first);
    }

    private static void CheckPresence(UntiedDbn model, Tensor? labels, string name)
    {
        if (labels is null != model.Labelled is null)
            throw new ArgumentException(labels is null ? "Expected labels, as the machine at the top has them, found none." : "Expected no labels, as the machine at the top has none, found some.", name);
    }

    /// <summary>Returns a check that throws if a batch of a source does not fit the network.</summary>
    private static Action<Batch, string, bool> Fits(UntiedDbn model) => (batch, name, values) =>
    {
        if (values)
        {
            Check(model, batch, name, first: -1);
            return;
        }

        Guard.Rows(batch.Rows, model.VisibleSize, model.TopMachine.Weight, name);
        CheckPresence(model, batch.Labels, name);
        if (batch.Labels is { } labels)
            Guard.LabelKind(labels, batch.Rows, name);
    };
}
