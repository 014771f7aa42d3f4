using DeepBelief.Tensors;

namespace DeepBelief.Training;

/// <summary>One run: opens its checkpoint, then trains in one stage or, for a <see cref="Dbn"/>, one per layer.</summary>
internal sealed class TrainingRun : IDisposable
{
    private readonly object model;
    private readonly List<Parameter> parameters;
    private readonly Checkpoint? checkpoint;

    /// <summary>Opens a run and, to resume, loads the checkpoint into the model.</summary>
    /// <remarks>
    /// The training rows may be a sample (<see cref="BatchReader.Overview"/>); the options must be valid. The owner is what the caller
    /// knows as the model, if that is made from it for this run; null if it is the model.
    /// </remarks>
    public TrainingRun(
        object model, IEnumerable<Parameter> parameters, OptimizationOptions options, Batch training, Batch? validation, Tensor? unlabelled = null, object? owner = null)
    {
        this.model = model;
        this.parameters = [.. parameters];
        var state = ModelState.Of(model, this.parameters);
        if (options.Group is { } group)
        {
            group.Agree(Describe().OfRanks(group.Size, options.Checkpoint), nameof(options));
            using var noGrad = torch.no_grad();
            using var scope = torch.NewDisposeScope();
            foreach (var tensor in state.Values)
                group.Broadcast(tensor.detach());
        }

        if (options.Checkpoint is not null)
            checkpoint = Checkpoint.Open(options.Checkpoint, model, owner ?? model, state, Describe(), options.Group);

        RunDescription Describe() => new(
            model,
            state,
            options,
            ("training", training.Rows),
            ("training labels", training.Labels),
            ("training weights", training.Weights),
            ("unlabelled", unlabelled),
            ("validation", validation?.Rows),
            ("validation labels", validation?.Labels));
    }

    /// <summary>Starts a run of a single stage.</summary>
    /// <param name="model">The model.</param>
    /// <param name="parameters">Returns the model's parameters.</param>
    /// <param name="options">The options as they were given, which identify the run.</param>
    /// <param name="rows">The training rows; the trainer owns them, and without one they are disposed.</param>
    /// <param name="validation">The validation rows; null for none.</param>
    /// <param name="resolve">Checks what only the rows show, and returns the options with the run's choices. It may call the user's code.</param>
    /// <param name="begin">Creates the task, given these options; the other argument is true for a new run and false for a resumed one.</param>
    /// <param name="unlabelled">Unlabelled rows beside the training rows; null for none.</param>
    public static Trainer<TMetrics> Start<TOptions, TMetrics>(
        object model,
        Func<IEnumerable<Parameter>> parameters,
        TOptions options,
        BatchReader rows,
        Batch? validation,
        Func<TOptions> resolve,
        Func<TOptions, bool, TrainingTask<TMetrics>> begin,
        Tensor? unlabelled = null)
        where TOptions : OptimizationOptions
        where TMetrics : ISavedMetrics<TMetrics>
    {
        TrainingRun? run = null;
        try
        {
            var own = resolve();
            run = new TrainingRun(model, parameters(), options, rows.Overview, validation, unlabelled);
            run.CheckFinite();
            return new Trainer<TMetrics>(model, parameters, run.Begin(0, own, isNew => begin(own, isNew)), run, rows);
        }
        catch
        {
            run?.Dispose();
            rows.Dispose();
            throw;
        }
    }

    /// <summary>Throws if the model, or the checkpoint that it comes from, has parameters that are not finite.</summary>
    public void CheckFinite() => ModelCheck.Finite(model, parameters);

    /// <summary>Returns the result of a finished stage, numbered from 0; null if the checkpoint does not contain it.</summary>
    public TrainingHistory<TMetrics>? Result<TMetrics>(int index, OptimizationOptions own)
        where TMetrics : ISavedMetrics<TMetrics>
    {
        using var stage = checkpoint?.Stage(index);
        return stage?.Result<TMetrics>(own);
    }

    /// <summary>Begins a stage, or goes on with it from the checkpoint.</summary>
    /// <param name="index">The stage, from 0: a run's stages have consecutive numbers.</param>
    /// <param name="own">The stage's options.</param>
    /// <param name="begin">Creates the task; its argument is true for a new stage and false for a resumed one.</param>
    public TrainingLoop<TMetrics> Begin<TMetrics>(int index, OptimizationOptions own, Func<bool, TrainingTask<TMetrics>> begin)
        where TMetrics : ISavedMetrics<TMetrics>
    {
        using var mode = Parameters.OutsideInference();
        var stage = checkpoint?.Stage(index);
        var task = begin(stage is not { HasBegun: true });
        try
        {
            return new TrainingLoop<TMetrics>(task, own, stage);
        }
        catch
        {
            task.Dispose();
            throw;
        }
    }

    public void Dispose() => checkpoint?.Dispose();
}
