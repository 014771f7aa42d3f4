using DeepBelief.Tensors;

namespace DeepBelief.Training;

/// <summary>One call of <c>Fit</c>: opens its checkpoint, then trains in one stage or, for a <see cref="Dbn"/>, one per layer.</summary>
internal sealed class TrainingRun : IDisposable
{
    private readonly object model;
    private readonly List<Parameter> parameters;
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
        this.model = model;
        this.parameters = [.. parameters];
        this.options = options;
        this.progress = progress;
        this.cancellationToken = cancellationToken;
        checkpoint = Checkpoint.Open(
            options.Checkpoint,
            model,
            ModelState.Of(model, this.parameters),
            state => new RunDescription(
                model,
                state,
                options,
                ("training", training.Rows),
                ("training labels", training.Labels),
                ("training weights", training.Weights),
                ("validation", validation?.Rows),
                ("validation labels", validation?.Labels)));
    }

    /// <summary>Trains in a single stage.</summary>
    /// <param name="begin">Creates the task; its argument is true for a new run and false for a resumed one.</param>
    public TrainingHistory<TMetrics> Train<TMetrics>(Func<bool, TrainingTask<TMetrics>> begin)
        where TMetrics : IEpochMetrics<TMetrics>
    {
        CheckFinite();
        return Train(0, 1, 1, options, begin);
    }

    /// <summary>Throws if the model, or the checkpoint that it comes from, has parameters that are not finite.</summary>
    public void CheckFinite() => ModelCheck.Finite(model, parameters);

    /// <summary>Trains in the stage <paramref name="index"/>, from 0, or returns its result from the checkpoint.</summary>
    /// <param name="index">The stage: a run's stages have consecutive numbers.</param>
    /// <param name="layer">The layer that the stage trains, from 1, for progress.</param>
    /// <param name="layers">Number of layers.</param>
    /// <param name="own">The stage's options.</param>
    /// <param name="begin">Creates the task; its argument is true for a new stage and false for a resumed one.</param>
    public TrainingHistory<TMetrics> Train<TMetrics>(int index, int layer, int layers, OptimizationOptions own, Func<bool, TrainingTask<TMetrics>> begin)
        where TMetrics : IEpochMetrics<TMetrics>
    {
        using var mode = Parameters.OutsideInference();
        using var stage = checkpoint?.Stage(index);
        if (stage?.Result<TMetrics>(own) is { } result)
            return result;
        using var task = begin(stage is not { HasBegun: true });
        return TrainingLoop.Run(task, own, stage, new ProgressReporter(progress, layer, layers), cancellationToken);
    }

    public void Dispose() => checkpoint?.Dispose();
}
