using DeepBelief.Data;
using DeepBelief.Internal;
using DeepBelief.Persistence;
using DeepBelief.Training;
using DeepBelief.Units;

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
    /// <param name="progress">Told how far the run is.</param>
    /// <param name="cancellationToken">Looked at before every batch; the model keeps what it had learned by then.</param>
    /// <returns>What was measured, epoch by epoch.</returns>
    /// <exception cref="ArgumentException">The data or an option does not fit; the message says what was expected and found.</exception>
    /// <exception cref="TrainingDivergedException">A parameter became NaN or infinite.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    /// <exception cref="CheckpointMismatchException">The checkpoint is that of another run; nothing was changed.</exception>
    /// <exception cref="DataFormatException">The checkpoint is damaged; nothing was changed.</exception>
    /// <exception cref="IOException">The checkpoint could not be read or written; an old one is as it was.</exception>
    public static History<EpochMetrics> Fit(
        this IEnergyModel model,
        Tensor data,
        TrainingOptions? options = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
        => Run(model, options, o => InMemory(model, data, o), null, progress, cancellationToken);

    /// <summary>Trains a model on rows of data and evaluates it on others.</summary>
    /// <param name="model">The model; its parameters are changed in place.</param>
    /// <param name="data">Training rows, as for the overload without <paramref name="validation"/>.</param>
    /// <param name="options">How to train; the defaults when null.</param>
    /// <param name="validation">Rows that are only evaluated, <c>[rows, visible]</c>.</param>
    /// <param name="progress">Told how far the run is.</param>
    /// <param name="cancellationToken">Looked at before every batch; the model keeps what it had learned by then.</param>
    /// <returns>What was measured, epoch by epoch.</returns>
    /// <exception cref="ArgumentException">The data or an option does not fit; the message says what was expected and found.</exception>
    /// <exception cref="TrainingDivergedException">A parameter became NaN or infinite.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    /// <exception cref="CheckpointMismatchException">The checkpoint is that of another run; nothing was changed.</exception>
    /// <exception cref="DataFormatException">The checkpoint is damaged; nothing was changed.</exception>
    /// <exception cref="IOException">The checkpoint could not be read or written; an old one is as it was.</exception>
    public static History<EpochMetrics> Fit(
        this IEnergyModel model,
        Tensor data,
        TrainingOptions? options,
        Tensor validation,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(validation);
        return Run(model, options, o => InMemory(model, data, o), validation, progress, cancellationToken);
    }

    /// <summary>Trains a model on rows that are read batch by batch, for data that memory does not hold.</summary>
    /// <param name="model">The model; its parameters are changed in place.</param>
    /// <param name="source">
    /// The batches: of the model's element type and on its device; finite, and in [0, 1] for binary units, which is checked
    /// in the run's first epoch. <see cref="OptimizationOptions.BatchSize"/> is of no meaning. The first batches, as many as
    /// give <see cref="TrainingOptions.EvaluationRows"/> rows, set an untrained model up, are where persistent chains
    /// begin, and are what is evaluated where there are no validation rows.
    /// </param>
    /// <param name="options">How to train; the defaults when null.</param>
    /// <param name="validation">Rows that are only evaluated, <c>[rows, visible]</c>; null for none.</param>
    /// <param name="progress">Told how far the run is.</param>
    /// <param name="cancellationToken">Looked at before every batch; the model keeps what it had learned by then.</param>
    /// <returns>What was measured, epoch by epoch.</returns>
    /// <exception cref="ArgumentException">A batch or an option does not fit; the message says what was expected and found.</exception>
    /// <exception cref="TrainingDivergedException">A parameter became NaN or infinite.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    /// <exception cref="CheckpointMismatchException">The checkpoint is that of another run; nothing was changed.</exception>
    /// <exception cref="DataFormatException">The checkpoint is damaged; nothing was changed.</exception>
    /// <exception cref="IOException">The checkpoint could not be read or written; an old one is as it was.</exception>
    public static History<EpochMetrics> Fit(
        this IEnergyModel model,
        IBatchSource source,
        TrainingOptions? options = null,
        Tensor? validation = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        return Run(model, options, o => new RowsFromSource(source, model, o), validation, progress, cancellationToken);
    }

    /// <summary>Options that the model can honour.</summary>
    internal static void CheckOptions(IEnergyModel model, TrainingOptions options)
    {
        Guard.Option(
            options.Monitor != TrainingMonitor.PseudoLogLikelihood || model.VisibleSupport == UnitSupport.Binary,
            nameof(options.Monitor),
            options.Monitor,
            "a monitor that needs no binary visible units, as the model has none");
        LayeredGradient.Check(model, options);
        options.NegativePhase.Check(model);
    }

    /// <summary>Trains a model in a stage of a longer run.</summary>
    internal static History<EpochMetrics> Run(
        IEnergyModel model,
        TrainingRows rows,
        TrainingOptions options,
        Tensor? validation,
        CheckpointStage? checkpoint,
        ProgressReporter progress,
        CancellationToken cancellationToken)
    {
        // A model that goes on from a checkpoint was set up when it began.
        if (options.InitializeFromData && checkpoint is not { HasBegun: true })
            model.InitializeFromData(rows.Overview);
        using var task = new EnergyModelTask(model, rows, validation, options);
        return TrainingLoop.Run(task, options, checkpoint, progress, cancellationToken);
    }

    private static History<EpochMetrics> Run(
        IEnergyModel model,
        TrainingOptions? options,
        Func<TrainingOptions, TrainingRows> open,
        Tensor? validation,
        IProgress<TrainingProgress>? progress,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(model);
        options ??= new TrainingOptions();
        options.Validate();
        if (validation is not null)
        {
            Guard.Rows(validation, model.VisibleSize, Parameters.Representative(model));
            Guard.Values(validation, model.VisibleSupport);
        }

        CheckOptions(model, options);
        using var rows = open(options);
        using var checkpoint = Checkpoint.Open(
            options.Checkpoint,
            ModelState.Of(model, model.parameters()),
            state => new RunDescription(model, state, options, ("training", rows.Overview), ("validation", validation)));
        var stage = checkpoint?.Stage(0);
        return stage?.Result<EpochMetrics>(options)
            ?? Run(model, rows, options, validation, stage, new ProgressReporter(progress), cancellationToken);
    }

    private static RowsInMemory InMemory(IEnergyModel model, Tensor data, TrainingOptions options)
    {
        Guard.Rows(data, model.VisibleSize, Parameters.Representative(model));
        Guard.Values(data, model.VisibleSupport);
        return new RowsInMemory(data, options);
    }
}
