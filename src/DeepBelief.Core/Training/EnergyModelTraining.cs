using System.Runtime.CompilerServices;
using DeepBelief.Data;
using DeepBelief.Files;
using DeepBelief.Tensors;
using DeepBelief.Training;
using DeepBelief.Units;

#pragma warning disable CS1573 // Parameters without a tag of their own inherit theirs.

namespace DeepBelief;

/// <summary>Training of any <see cref="IEnergyModel"/>.</summary>
public static class EnergyModelTraining
{
    /// <summary>Trains a model on rows of data.</summary>
    /// <param name="model">The model; its parameters are changed in place.</param>
    /// <param name="data">
    /// Training rows, <c>[rows, visible]</c>, of the model's element type and on its device; finite, and in [0, 1] for
    /// binary units.
    /// </param>
    /// <param name="options">How to train; the defaults when null.</param>
    /// <param name="validation">
    /// Rows that are only evaluated, <c>[rows, visible]</c>; null for none. Early stopping looks at these, where it is asked for;
    /// training is otherwise the same as without them.
    /// </param>
    /// <param name="progress">Told how far the run is.</param>
    /// <param name="cancellationToken">Checked before each batch; on cancellation the model keeps its current parameters.</param>
    /// <returns>What was measured, epoch by epoch.</returns>
    /// <exception cref="ArgumentException">The data or an option does not fit; the message says what was expected and found.</exception>
    /// <exception cref="TrainingDivergedException">A parameter became NaN or infinite.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    /// <exception cref="CheckpointMismatchException">The checkpoint is that of another run; nothing was changed.</exception>
    /// <exception cref="DataFormatException">The checkpoint is damaged; nothing was changed.</exception>
    /// <exception cref="IOException">The checkpoint could not be read or written; an old one is as it was.</exception>
    public static TrainingHistory<EpochMetrics> Fit(
        this IEnergyModel model,
        Tensor data,
        TrainingOptions? options = null,
        Tensor? validation = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        options = Check(model, options, validation);
        CheckRows(model, data);
        using var rows = new InMemoryBatches(new(data), options);
        return Run(model, rows, options, validation, progress, cancellationToken);
    }

    /// <summary>Trains a model on rows that are read batch by batch, for data that memory does not hold.</summary>
    /// <param name="model">The model; its parameters are changed in place.</param>
    /// <param name="source">
    /// The batches: of the model's element type and on its device; finite, and in [0, 1] for binary units, which is checked
    /// in the run's first epoch. <see cref="OptimizationOptions.BatchSize"/> has no effect. The first batches, as many as
    /// give <see cref="TrainingOptions.EvaluationRows"/> rows, set an untrained model up, are where persistent chains
    /// start, and are evaluated where there are no validation rows.
    /// </param>
    /// <inheritdoc cref="Fit(IEnergyModel, Tensor, TrainingOptions?, Tensor?, IProgress{TrainingProgress}?, CancellationToken)"/>
    public static TrainingHistory<EpochMetrics> Fit(
        this IEnergyModel model,
        IBatchSource source,
        TrainingOptions? options = null,
        Tensor? validation = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        options = Check(model, options, validation);
        using var rows = SourceBatches.Of(source, Fits(model), options.EvaluationRows);
        return Run(model, rows, options, validation, progress, cancellationToken);
    }

    /// <summary>Refuses options that the model cannot honour.</summary>
    internal static void CheckOptions(IEnergyModel model, TrainingOptions options)
    {
        Guard.Option(
            options.Monitor != TrainingMonitor.PseudoLogLikelihood || model.VisibleSupport == UnitSupport.Binary,
            nameof(options.Monitor),
            options.Monitor,
            "a monitor that needs no binary visible units, as the model has none");
        RbmLikelihoodGradient.Check(model, options);
        options.NegativePhase.Check(model);
    }

    /// <summary>What refuses a source's batches that do not fit a model.</summary>
    internal static Action<Batch, string, bool> Fits(IEnergyModel model) => (batch, name, values) =>
    {
        Guard.Rows(batch.Rows, model.VisibleSize, model.Representative(), name);
        if (values)
            model.VisibleSupport.Check(batch.Rows, name);
    };

    /// <summary>The task of a model, which is set up for its data where the run is new.</summary>
    internal static EnergyModelTask Task(IEnergyModel model, BatchReader rows, TrainingOptions options, Tensor? validation, bool isNew)
    {
        if (options.InitializeFromData && isNew)
            model.InitializeFromData(rows.Overview.Rows);
        return new EnergyModelTask(model, rows, validation, options);
    }

    private static TrainingOptions Check(IEnergyModel model, TrainingOptions? options, Tensor? validation)
    {
        ArgumentNullException.ThrowIfNull(model);
        options ??= new TrainingOptions();
        options.Validate();
        if (validation is not null)
            CheckRows(model, validation);
        CheckOptions(model, options);
        return options;
    }

    private static void CheckRows(IEnergyModel model, Tensor rows, [CallerArgumentExpression(nameof(rows))] string? name = null)
    {
        Guard.Rows(rows, model.VisibleSize, model.Representative(), name);
        model.VisibleSupport.Check(rows, name);
    }

    private static TrainingHistory<EpochMetrics> Run(
        IEnergyModel model,
        BatchReader rows,
        TrainingOptions options,
        Tensor? validation,
        IProgress<TrainingProgress>? progress,
        CancellationToken cancellationToken)
    {
        using var run = new TrainingRun(model, model.parameters(), options, rows.Overview, validation is null ? null : new Batch(validation), progress, cancellationToken);
        return run.Train(isNew => Task(model, rows, options, validation, isNew));
    }
}
