using DeepBelief.Files;

namespace DeepBelief.Training;

/// <summary>The complete state of a run between epochs, except the model. A resumed run loses any state kept elsewhere.</summary>
internal sealed class RunState<TMetrics> : IDisposable
    where TMetrics : IEpochMetrics<TMetrics>
{
    private const string LastKey = "last";

    private readonly TrainingTask<TMetrics> task;
    private readonly OptimizationOptions options;
    private readonly List<TMetrics> epochs = [];
    private readonly BestParameters best;
    private Tensor[]? last; // the parameters of the last epoch, if the run ended with others

    public RunState(TrainingTask<TMetrics> task, OptimizationOptions options)
    {
        this.task = task;
        this.options = options;
        Optimizer = options.Optimizer.Create(task.Parameters);
        if (options.Averaging is > 0 and var fraction)
            Average = new ParameterAverage(task.Parameters, fraction, (long)options.Epochs * task.Rows.Batches);
        best = new BestParameters(task.Parameters, keep: options.Patience is not null);
    }

    public RunClock Clock { get; } = new();

    public GradientOptimizer Optimizer { get; }

    /// <summary>The mean of the parameters; null for none.</summary>
    public ParameterAverage? Average { get; }

    /// <summary>Number of finished epochs.</summary>
    public int Epoch => epochs.Count;

    public bool Finished => EpochHistory.IsFinished(options, epochs.Count, best.Epoch);

    public TrainingHistory<TMetrics> History => EpochHistory.Result(options, epochs, best.Epoch);

    private IReadOnlyDictionary<string, Tensor> Tensors => new Dictionary<string, Tensor>(
    [
        .. Under("optimizer", Optimizer.State),
        .. Under("task", task.State),
        .. Average is null ? [] : Under("average", Average.State),
        .. Under("best", best.State),
    ]);

    /// <summary>Ends an epoch. The last one restores the best parameters if they were kept.</summary>
    public void Add(TMetrics metrics, double monitored)
    {
        epochs.Add(metrics);
        best.Consider(epochs.Count, task.Score(monitored));
        if (!Finished)
            return;
        if (options.Patience is not null)
            last = [.. task.Parameters.Select(p => p.detach().clone().DetachFromDisposeScope())];
        best.Restore();
    }

    /// <summary>Returns the state as plain values, with live tensors.</summary>
    public OrderedDictionary<string, object?> Save()
    {
        var content = EpochHistory.Save(epochs, best.Epoch);
        content["tensors"] = NamedTensors.Save(Tensors);
        content["generators"] = NamedTensors.Save(task.Generators.ToDictionary(g => g.Key, g => g.Value.get_state()));
        if (last is not null)
            content[LastKey] = NamedTensors.Save(Named(last));
        return content;
    }

    /// <summary>Restores a saved state, or throws before changing anything.</summary>
    /// <param name="content">The state.</param>
    /// <param name="reseeds">True to keep the generators as they are.</param>
    public void Restore(ConfigSection content, bool reseeds)
    {
        var (saved, bestEpoch) = EpochHistory.Read<TMetrics>(content, options);
        var tensors = content.GetSection("tensors").AsTensors();
        var generators = content.GetSection("generators").AsTensors();
        var score = task.Score(task.Monitored(saved[bestEpoch - 1]));
        if (!double.IsFinite(score))
            throw new DataFormatException($"history: expected a finite monitored value of epoch {bestEpoch}, found {score}.");
        NamedTensors.Check(Tensors, tensors, "tensors");
        GeneratorStates.Check(task.Generators, generators);
        var parameters = Named(task.Parameters);
        var atEnd = content.Contains(LastKey) ? content.GetSection(LastKey).AsTensors() : null;
        if (atEnd is not null)
            NamedTensors.Check(parameters, atEnd, LastKey);

        epochs.AddRange(saved);
        best.Resume(bestEpoch, score);
        Clock.Before = saved[^1].Elapsed;
        NamedTensors.Copy(tensors, Tensors);
        if (atEnd is not null)
            NamedTensors.Copy(atEnd, parameters);
        foreach (var (name, generator) in task.Generators.Where(_ => !reseeds))
            generator.set_state(generators[name]);
    }

    public void Dispose()
    {
        Optimizer.Dispose();
        Average?.Dispose();
        best.Dispose();
        foreach (var tensor in last ?? [])
            tensor.Dispose();
    }

    private static Dictionary<string, Tensor> Named(IReadOnlyList<Tensor> tensors)
        => new(tensors.Index().Select(t => KeyValuePair.Create(FormattableString.Invariant($"parameter.{t.Index}"), t.Item)));

    private static IEnumerable<KeyValuePair<string, Tensor>> Under(string prefix, IReadOnlyDictionary<string, Tensor> tensors)
        => tensors.Select(t => KeyValuePair.Create($"{prefix}.{t.Key}", t.Value));
}
