using System.Runtime.CompilerServices;
using DeepBelief.Data;
using DeepBelief.Files;
using DeepBelief.Tensors;
using DeepBelief.Training;
using DeepBelief.Units;

#pragma warning disable CS1573 // The other parameters inherit their tags.

namespace DeepBelief;

/// <summary>Trains any <see cref="IEnergyModel"/>.</summary>
public static class EnergyModelTraining
{
    /// <summary>Trains a model on rows of data.</summary>
    /// <example><code>
    /// var options = new TrainingOptions { Epochs = 100, LearningRate = 0.01, Patience = 10, Seed = 1 };
    /// var progress = new Progress&lt;TrainingProgress&gt;(p => Console.WriteLine($"epoch {p.Epoch}: {p.Fraction:p0}"));
    /// var history = rbm.Fit(data, options, validation: data, progress);
    /// Console.WriteLine(history.Best.ReconstructionError);
    /// </code></example>
    /// <param name="model">The model; its parameters are changed in place.</param>
    /// <param name="data">
    /// Training rows, <c>[rows, visible]</c>, of the model's type and device; finite, in [0, 1] for binary units. Of a sparse tensor,
    /// COO, CSR or CSC, only the rows of a batch are made dense. What NaN means, <see cref="TrainingOptions.MissingValues"/> says.
    /// </param>
    /// <param name="options">Training options; null uses the defaults.</param>
    /// <param name="validation">Rows, <c>[rows, visible]</c>, for evaluation and early stopping only; null for none.</param>
    /// <param name="progress">Receives the run's progress.</param>
    /// <param name="weights">
    /// How much each row counts, <c>[rows]</c>: 0 or more, not all 0; only their ratios matter. A weight of 2 has the effect of a
    /// second copy of the row. Null if all rows count alike.
    /// </param>
    /// <param name="cancellationToken">Checked before each batch; on cancellation the model keeps its current parameters.</param>
    /// <returns>The metrics of each epoch.</returns>
    /// <exception cref="ArgumentException">The data or an option is invalid; the message says what was expected and found.</exception>
    /// <exception cref="TrainingDivergedException">A parameter or the monitored value became NaN or infinite.</exception>
    /// <exception cref="TrainingCanceledException{TMetrics}">The run was cancelled; the exception has the finished epochs.</exception>
    /// <exception cref="GroupFailedException">Another rank of <see cref="OptimizationOptions.Group"/> has failed, is gone, or has other parameters.</exception>
    /// <exception cref="CheckpointMismatchException">The checkpoint belongs to another run; nothing was changed.</exception>
    /// <exception cref="DataFormatException">The checkpoint is damaged; nothing was changed.</exception>
    /// <exception cref="IOException">The checkpoint could not be read or written; an existing file is unchanged.</exception>
    public static TrainingHistory<EpochMetrics> Fit(
        this IEnergyModel model,
        Tensor data,
        TrainingOptions? options = null,
        Tensor? validation = null,
        IProgress<TrainingProgress>? progress = null,
        Tensor? weights = null,
        CancellationToken cancellationToken = default)
    {
        using var trainer = model.StartTraining(data, options, validation, weights);
        return trainer.Train(epochs: null, progress, cancellationToken);
    }

    /// <summary>Trains a model on rows that are read batch by batch, for data larger than memory.</summary>
    /// <param name="source">
    /// The batches, of the model's element type and on its device; finite, and in [0, 1] for binary units. The run's first epoch
    /// checks the values. <see cref="OptimizationOptions.BatchSize"/> has no effect. The first batches that together have 1000 rows,
    /// or <see cref="OptimizationOptions.EvaluationRows"/> if that is more, initialize an untrained model and persistent chains;
    /// rows to evaluate are drawn from them if there are no validation rows.
    /// </param>
    /// <inheritdoc cref="Fit(IEnergyModel, Tensor, TrainingOptions?, Tensor?, IProgress{TrainingProgress}?, Tensor?, CancellationToken)"/>
    public static TrainingHistory<EpochMetrics> Fit(
        this IEnergyModel model,
        IBatchSource source,
        TrainingOptions? options = null,
        Tensor? validation = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        using var trainer = model.StartTraining(source, options, validation);
        return trainer.Train(epochs: null, progress, cancellationToken);
    }

    /// <summary>Starts a training run whose epochs are asked for as they are wanted.</summary>
    /// <example><code>
    /// using var trainer = rbm.StartTraining(data, new() { Epochs = 60 });
    /// while (!trainer.IsFinished)
    ///     Console.WriteLine(trainer.Train(epochs: 1).Last.ReconstructionError);
    /// </code></example>
    /// <returns>The trainer, which the caller disposes.</returns>
    /// <inheritdoc cref="Fit(IEnergyModel, Tensor, TrainingOptions?, Tensor?, IProgress{TrainingProgress}?, Tensor?, CancellationToken)" path="/param|/exception[not(contains(@cref, 'Training'))]"/>
    public static Trainer<EpochMetrics> StartTraining(
        this IEnergyModel model,
        Tensor data,
        TrainingOptions? options = null,
        Tensor? validation = null,
        Tensor? weights = null)
        => options.OnAllRanks(given =>
        {
            var own = Check(model, given, validation);
            return Start(model, Open(model, data, weights, own), own, validation);
        });

    /// <summary>Starts a training run on rows that are read batch by batch, whose epochs are asked for as they are wanted.</summary>
    /// <returns>The trainer, which the caller disposes.</returns>
    /// <inheritdoc cref="Fit(IEnergyModel, IBatchSource, TrainingOptions?, Tensor?, IProgress{TrainingProgress}?, CancellationToken)" path="/param|/exception[not(contains(@cref, 'Training'))]"/>
    public static Trainer<EpochMetrics> StartTraining(this IEnergyModel model, IBatchSource source, TrainingOptions? options = null, Tensor? validation = null)
        => options.OnAllRanks(given =>
        {
            ArgumentNullException.ThrowIfNull(source);
            var own = Check(model, given, validation);
            return Start(model, SourceBatches.Of(source, Fits(model, own), own), own, validation);
        });

    /// <summary>Throws if the model does not support the options.</summary>
    internal static void CheckOptions(IEnergyModel model, TrainingOptions options)
    {
        var faults = new OptionFaults();
        faults.Option(
            options.Monitor != TrainingMonitor.PseudoLogLikelihood || model.VisibleSupport == UnitSupport.Binary,
            nameof(options.Monitor),
            options.Monitor,
            "another monitor, as the model's visible units are not binary");
        faults.Option(
            options.MissingValues != MissingValues.Draw || model is IConditionalModel,
            nameof(options.MissingValues),
            options.MissingValues,
            $"another value, as the model is not an {nameof(IConditionalModel)}");
        faults.Option(
            options.Monitor != TrainingMonitor.PseudoLogLikelihood || options.MissingValues != MissingValues.LeaveOut,
            nameof(options.Monitor),
            options.Monitor,
            $"another monitor with {nameof(MissingValues)}.{nameof(MissingValues.LeaveOut)}");
        faults.From(() => RbmLikelihoodGradient.Check(model, options));
        faults.Throw();
    }

    /// <summary>Returns a check that throws if a batch does not fit the model.</summary>
    internal static Action<Batch, string, bool> Fits(IEnergyModel model, TrainingOptions options)
    {
        var complete = new CompleteRows(model, options.MissingValues);
        return (batch, name, values) =>
        {
            Guard.Rows(batch.Rows, model.VisibleSize, model.Representative(), name);
            if (values)
                complete.Check(batch.Rows, name);
        };
    }

    /// <summary>Opens rows in memory, dense or sparse, to train a model.</summary>
    internal static BatchReader Open(IEnergyModel model, Tensor data, Tensor? weights, TrainingOptions options, [CallerArgumentExpression(nameof(data))] string? name = null)
    {
        Guard.AnyRows(data, model.VisibleSize, model.Representative(), name);
        var complete = new CompleteRows(model, options.MissingValues);
        return ShuffledBatches.Open(new Batch(data, Weights: weights), rows => complete.Check(rows, name), options);
    }

    /// <summary>Creates the task of a model; a new run first initializes the model from its data.</summary>
    internal static EnergyModelTask Task(IEnergyModel model, BatchReader rows, TrainingOptions options, Tensor? validation, bool initialize)
    {
        using var inside = InputChecks.Enter();
        if (options.InitializeFromData && initialize)
        {
            using var typical = rows.TypicalRows(options.MissingValues, areSpread: model is Rbm { Visible.IsDiscrete: false });
            model.InitializeFromData(typical);
        }

        return new EnergyModelTask(model, rows, validation, options);
    }

    private static TrainingOptions Check(IEnergyModel model, TrainingOptions? options, Tensor? validation)
    {
        ArgumentNullException.ThrowIfNull(model);
        options ??= new TrainingOptions();
        options.Validate();
        ModelCheck.Trainable(model, model.parameters(), nameof(model));
        CheckOptions(model, options);
        if (validation is not null)
            CheckRows(model, validation, options);
        return options;
    }

    internal static void CheckRows(IEnergyModel model, Tensor rows, TrainingOptions options, [CallerArgumentExpression(nameof(rows))] string? name = null)
    {
        Guard.Rows(rows, model.VisibleSize, model.Representative(), name);
        new CompleteRows(model, options.MissingValues).Check(rows, name);
    }

    private static Trainer<EpochMetrics> Start(IEnergyModel model, BatchReader rows, TrainingOptions options, Tensor? validation)
    {
        Batch? unseen = validation is null ? null : new Batch(validation);
        return TrainingRun.Start(
            model,
            () => model.parameters(),
            options,
            rows,
            unseen,
            () => options.ResolveBatches(model, rows.Batches, rows.Overview.Rows),
            (own, isNew) => Task(model, rows, own, validation, isNew));
    }
}
