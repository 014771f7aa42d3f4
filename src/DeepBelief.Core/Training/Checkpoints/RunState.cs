using DeepBelief.Files;

namespace DeepBelief.Training;

/// <summary>
/// Everything that a run remembers from one epoch to the next, but for the model. A checkpoint holds this: what a run is
/// made to remember elsewhere, a resumed one would have forgotten.
/// </summary>
internal sealed class RunState<TMetrics> : IDisposable
    where TMetrics : IEpochMetrics<TMetrics>
{
    private readonly TrainingTask<TMetrics> task;
    private readonly OptimizationOptions options;
    private readonly List<TMetrics> epochs = [];
    private readonly BestParameters best;

    public RunState(TrainingTask<TMetrics> task, OptimizationOptions options)
    {
        this.task = task;
        this.options = options;
        Optimizer = options.Optimizer.Create(task.Parameters);
        best = new BestParameters(task.Parameters, keep: options.Patience is not null);
    }

    public RunClock Clock { get; } = new();

    public GradientOptimizer Optimizer { get; }

    /// <summary>How many epochs are done.</summary>
    public int Epoch => epochs.Count;

    public bool Finished => EpochHistory.IsFinished(options, epochs.Count, best.Epoch);

    public TrainingHistory<TMetrics> History => EpochHistory.Result(options, epochs, best.Epoch);

    private IReadOnlyDictionary<string, Tensor> Tensors => new Dictionary<string, Tensor>(
    [
        .. Under("optimizer", Optimizer.State),
        .. Under("task", task.State),
        .. Under("best", best.State),
    ]);

    /// <summary>Ends an epoch. After the last one, the best parameters are back in place if they were kept.</summary>
    public void Add(TMetrics metrics, double monitored)
    {
        epochs.Add(metrics);
        best.Consider(epochs.Count, task.Score(monitored));
        if (Finished)
            best.Restore();
    }

    /// <summary>The state as plain values; a finished run needs no more than its history.</summary>
    public OrderedDictionary<string, object?> Save()
    {
        var content = EpochHistory.Save(epochs, best.Epoch);
        if (!Finished)
        {
            content["tensors"] = NamedTensors.Save(Tensors);
            content["generators"] = NamedTensors.Save(task.Generators.ToDictionary(g => g.Key, g => g.Value.get_state()));
        }

        return content;
    }

    /// <summary>Goes back to a saved state, or throws before anything is changed.</summary>
    public void Restore(ConfigSection content)
    {
        var (saved, bestEpoch) = EpochHistory.Read<TMetrics>(content, options);
        var tensors = content.GetSection("tensors").AsTensors();
        var generators = content.GetSection("generators").AsTensors();
        var score = task.Score(task.Monitored(saved[bestEpoch - 1]));
        if (!double.IsFinite(score))
            throw new DataFormatException($"history: expected a finite monitored value of epoch {bestEpoch}, found {score}.");
        NamedTensors.Check(Tensors, tensors, "tensors");
        GeneratorStates.Check(task.Generators, generators);

        epochs.AddRange(saved);
        best.Resume(bestEpoch, score);
        Clock.Before = saved[^1].Elapsed;
        NamedTensors.Copy(tensors, Tensors);
        foreach (var (name, generator) in task.Generators)
            generator.set_state(generators[name]);
    }

    public void Dispose()
    {
        Optimizer.Dispose();
        best.Dispose();
    }

    private static IEnumerable<KeyValuePair<string, Tensor>> Under(string prefix, IReadOnlyDictionary<string, Tensor> tensors)
        => tensors.Select(t => KeyValuePair.Create($"{prefix}.{t.Key}", t.Value));
}
