namespace DeepBelief.Training;

/// <summary>One call of <c>Fit</c>: opens its checkpoint, then trains in one stage or, for a <see cref="Dbn"/>, one per layer.</summary>
internal sealed class TrainingRun : IDisposable
{
    private readonly OptimizationOptions options;
    private readonly Checkpoint? checkpoint;
    private readonly IProgress<TrainingProgress>? progress;
    private readonly CancellationToken cancellationToken;

    /// <summary>Opens a run and, to resume, loads the checkpoint into the model.</summary>
    /// <remarks>The training rows may be a sample (<see cref="BatchReader.Overview"/>); the options must be valid.</remarks>
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

    /// <summary>Trains in a single stage.</summary>
    /// <param name="begin">Creates the task; its argument is true for a new run and false for a resumed one.</param>
    public TrainingHistory<TMetrics> Train<TMetrics>(Func<bool, TrainingTask<TMetrics>> begin)
        where TMetrics : IEpochMetrics<TMetrics>
        => Train(0, 1, options, begin);

    /// <summary>Trains in the stage <paramref name="index"/>, from 0, or returns its result from the checkpoint.</summary>
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
