namespace DeepBelief.Training;

/// <summary>
/// One call of <c>Fit</c>: opens its checkpoint, then trains stage by stage. A call has one stage, but for that of a
/// <see cref="Dbn"/>, which has one for each layer.
/// </summary>
internal sealed class TrainingRun : IDisposable
{
    private readonly OptimizationOptions options;
    private readonly Checkpoint? checkpoint;
    private readonly IProgress<TrainingProgress>? progress;
    private readonly CancellationToken cancellationToken;

    /// <summary>Opens a run. Where its checkpoint exists, the model is then the file's.</summary>
    /// <param name="model">The model.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="options">Valid options.</param>
    /// <param name="training">The rows that it learns from, or that stand for them.</param>
    /// <param name="validation">The rows that it is only evaluated on.</param>
    /// <param name="progress">Told how far the run is.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    public TrainingRun(
        object model,
        IEnumerable<Parameter> parameters,
        OptimizationOptions options,
        Batch training,
        Batch? validation,
        IProgress<TrainingProgress>? progress,
        CancellationToken cancellationToken)
    {
        this.options = options;
        this.progress = progress;
        this.cancellationToken = cancellationToken;
        checkpoint = Checkpoint.Open(
            options.Checkpoint,
            ModelState.Of(model, parameters),
            state => new RunDescription(
                model,
                state,
                options,
                ("training", training.Rows),
                ("training labels", training.Labels),
                ("validation", validation?.Rows),
                ("validation labels", validation?.Labels)));
    }

    /// <summary>Trains, in the one stage of the run.</summary>
    /// <param name="begin">
    /// Makes the task; it is told whether the run is new, not one that goes on from a checkpoint, whose model was set up when it
    /// began.
    /// </param>
    public TrainingHistory<TMetrics> Train<TMetrics>(Func<bool, TrainingTask<TMetrics>> begin)
        where TMetrics : IEpochMetrics<TMetrics>
        => Train(0, 1, options, begin);

    /// <summary>Trains in a stage, or gives the result that the checkpoint has of it.</summary>
    /// <param name="index">The stage, from 0.</param>
    /// <param name="stages">The number of stages.</param>
    /// <param name="own">The options of the stage.</param>
    /// <param name="begin">Makes the task, as for the other overload.</param>
    public TrainingHistory<TMetrics> Train<TMetrics>(int index, int stages, OptimizationOptions own, Func<bool, TrainingTask<TMetrics>> begin)
        where TMetrics : IEpochMetrics<TMetrics>
    {
        var stage = checkpoint?.Stage(index);
        if (stage?.Result<TMetrics>(own) is { } result)
            return result;
        using var task = begin(stage is not { HasBegun: true });
        return TrainingLoop.Run(task, own, stage, new ProgressReporter(progress, index + 1, stages), cancellationToken);
    }

    public void Dispose() => checkpoint?.Dispose();
}
