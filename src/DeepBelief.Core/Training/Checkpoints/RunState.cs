using System.Globalization;
using DeepBelief.Files;
using DeepBelief.Tensors;

namespace DeepBelief.Training;

/// <summary>The complete state of a run between epochs, except the model. A resumed run loses any state kept elsewhere.</summary>
internal sealed class RunState<TMetrics> : IDisposable
    where TMetrics : ISavedMetrics<TMetrics>
{
    private const string LastKey = "last";
    private const string BestKey = "best";
    private const string RanksKey = "ranks";
    private const string GeneratorsPart = "generators";

    // Numbers that only grow, from 0 on.
    private static readonly string[] Counts = ["optimizer.steps", "average.count", "task.steps", "task.updates", "task.jump_updates"];

    private readonly TrainingTask<TMetrics> task;
    private readonly OptimizationOptions options;
    private readonly List<TMetrics> epochs = [];
    private readonly BestParameters best;
    private readonly ParameterAverage? average;
    private Tensor[]? last; // the parameters of the last update, while the plan's end has put others in their place

    public RunState(TrainingTask<TMetrics> task, OptimizationOptions options)
    {
        this.task = task;
        this.options = options;
        Optimizer = UserCode.Run(() => options.Optimizer.Create(task.Parameters));
        if (options.Averaging is > 0 and var fraction)
            average = new ParameterAverage(task.Kept, fraction, (long)options.Epochs * task.Rows.Batches);
        best = new BestParameters(task.Kept, keep: options.Patience is not null);
    }

    public RunClock Clock { get; } = new();

    public GradientOptimizer Optimizer { get; }

    /// <summary>Number of finished epochs.</summary>
    public int Epoch => epochs.Count;

    /// <summary>True if the plan is done or early stopping has ended the run.</summary>
    public bool IsFinished => EpochHistory.IsFinished(options, epochs.Count, best.Epoch);

    /// <summary>True if early stopping has ended the run.</summary>
    public bool HasStopped => EpochHistory.HasStopped(options, epochs.Count, best.Epoch);

    /// <summary>The metrics of the last finished epoch; null before the first.</summary>
    public TMetrics? Last => epochs.LastOrDefault();

    public TrainingHistory<TMetrics> History => EpochHistory.Result(options, epochs, best.Epoch);

    private IReadOnlyDictionary<string, Tensor> Tensors => new Dictionary<string, Tensor>(
    [
        .. Under("optimizer", Optimizer.State),
        .. Under("task", task.State),
        .. task.StartRows is { } rows ? Under("start", new Dictionary<string, Tensor> { ["rows"] = rows }) : [],
        .. average is null ? [] : Under("average", average.State),
        .. Under(BestKey, best.State),
    ]);

    /// <summary>Begins an epoch: a run that goes on beyond its plan does so from the parameters of its last update.</summary>
    public void Begin()
    {
        if (last is null)
            return;
        NamedTensors.Copy(Named(last), Named(task.Kept));
        ForgetLast();
    }

    /// <summary>Considers the parameters after an update of the run, numbered from 1.</summary>
    public void AfterUpdate(long update) => average?.AfterUpdate(update);

    /// <summary>Puts the mean of the parameters, if the options ask for it, in their place.</summary>
    public void AssignAverage()
    {
        if (average is null)
            return;
        KeepLast();
        average.Assign();
    }

    /// <summary>Ends an epoch. From the plan's last on, the best parameters, if kept, take the place of the last.</summary>
    public void Add(TMetrics metrics, double monitored)
    {
        epochs.Add(metrics);
        best.Consider(epochs.Count, task.Score(monitored));
        if (!IsFinished || options.Patience is null)
            return;
        KeepLast();
        best.Restore();
    }

    /// <summary>Returns the state as plain values, with live tensors.</summary>
    public OrderedDictionary<string, object?> Save()
    {
        var content = EpochHistory.Save(epochs, best.Epoch);
        content["tensors"] = NamedTensors.Save(Tensors);
        content[GeneratorsPart] = NamedTensors.Save(task.Generators.ToDictionary(g => g.Key, g => g.Value.get_state()));
        if (last is not null)
            content[LastKey] = NamedTensors.Save(Named(last));
        if (task.Ranks is { Size: > 1 } ranks)
            content[RanksKey] = NamedTensors.Save(ranks.Gather(OfRank));
        return content;
    }

    /// <summary>What a rank has for itself: chains, rows and generators.</summary>
    private IReadOnlyDictionary<string, Tensor> OfRank => new Dictionary<string, Tensor>(
    [
        .. Tensors.Where(tensor => IsOfRank(tensor.Key)),
        .. Under(GeneratorsPart, task.Generators.ToDictionary(generator => generator.Key, generator => generator.Value.get_state())),
    ]);

    private static bool IsOfRank(string name) => PartOf(name) is "task" or "start";

    /// <summary>Restores a saved state, or throws before changing anything.</summary>
    /// <param name="content">The state.</param>
    /// <param name="hasChanges">True if the run goes on with other options: parts of the state that do not fit them begin anew.</param>
    /// <param name="reseeds">True to keep the generators as they are.</param>
    public void Restore(ConfigSection content, bool hasChanges, bool reseeds)
    {
        var (saved, bestEpoch) = EpochHistory.Read<TMetrics>(content);
        var (found, generators) = OfThisRank(content);
        var anew = hasChanges ? PartsThatDiffer(Tensors, found) : [];
        var (tensors, own) = (Without(anew, found), Without(anew, Tensors));
        // The parameters of an earlier best epoch may not have been kept.
        if (anew.Contains(BestKey))
            bestEpoch = saved.Count;
        var score = task.Score(task.Monitored(saved[bestEpoch - 1]));
        if (!double.IsFinite(score))
            throw new DataFormatException($"history: expected a finite monitored value of epoch {bestEpoch}, found {score}.");
        NamedTensors.Check(own, tensors, "tensors");
        CheckCounts(tensors);
        GeneratorStates.Check(task.Generators, generators);
        var parameters = Named(task.Kept);
        var atEnd = content.Contains(LastKey) ? content.GetSection(LastKey).AsTensors() : null;
        if (atEnd is not null)
            NamedTensors.Check(parameters, atEnd, LastKey);

        epochs.AddRange(saved);
        best.Resume(bestEpoch, score);
        if (anew.Contains(BestKey))
            best.Copy();
        Clock.Before = saved[^1].Elapsed;
        NamedTensors.Copy(tensors, own);
        if (atEnd is not null)
            last = [.. parameters.Keys.Select(name => Copy(atEnd[name]))];
        foreach (var (name, generator) in task.Generators.Where(_ => !reseeds))
            generator.set_state(generators[name]);
    }

    public void Dispose()
    {
        Optimizer.Dispose();
        average?.Dispose();
        best.Dispose();
        ForgetLast();
    }

    /// <summary>The tensors and the states of generators that are this rank's in a saved state.</summary>
    private (IReadOnlyDictionary<string, Tensor> Tensors, IReadOnlyDictionary<string, Tensor> Generators) OfThisRank(ConfigSection content)
    {
        var tensors = new Dictionary<string, Tensor>(content.GetSection("tensors").AsTensors());
        var generators = new Dictionary<string, Tensor>(content.GetSection(GeneratorsPart).AsTensors());
        var others = content.Contains(RanksKey) ? content.GetSection(RanksKey).AsTensors() : new Dictionary<string, Tensor>();
        var ofOthers = others.Select(tensor => (Place: Place(tensor.Key, others.Count), tensor.Value)).ToList();
        if (task.Ranks is not { Rank: > 0 and var rank })
            return (tensors, generators);
        var ranks = 1 + ofOthers.Select(tensor => tensor.Place.Rank).DefaultIfEmpty().Max();
        foreach (var ((_, own), tensor) in ofOthers.Where(tensor => tensor.Place.Rank == rank % ranks))
        {
            if (PartOf(own) == GeneratorsPart)
                generators[own[(GeneratorsPart.Length + 1)..]] = tensor;
            else
                tensors[own] = tensor;
        }

        // A rank more than there were begins with the chains of another one, but must not draw its numbers.
        foreach (var (name, generator) in task.Generators.Where(generator => rank >= ranks && !task.Rows.Generators.ContainsKey(generator.Key)))
            generators[name] = generator.get_state();
        return (tensors, generators);
    }

    /// <summary>The rank that a name begins with, and the name of its tensor.</summary>
    private static (int Rank, string Own) Place(string name, int most)
    {
        var (number, own) = name.Split('.', 2) is [var first, var rest] ? (first, rest) : (name, string.Empty);
        return int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var rank) && rank >= 1 && rank <= most && own.Contains('.') && (IsOfRank(own) || PartOf(own) == GeneratorsPart)
            ? (rank, own)
            : throw new DataFormatException($"{RanksKey}/{name}: expected the number of a rank, from 1 to {most} here, then the name of a tensor that each rank has for itself, found another name.");
    }

    private static void CheckCounts(Dictionary<string, Tensor> tensors)
    {
        foreach (var name in Counts)
        {
            if (tensors.TryGetValue(name, out var count) && count.dtype == ScalarType.Int64 && count.NumberOfElements == 1 && count.item<long>() is var found and < 0)
                throw new DataFormatException($"tensors/{name}: expected 0 or more, found {found}.");
        }
    }

    private void KeepLast() => last = [.. task.Kept.Select(Copy)];

    private void ForgetLast()
    {
        foreach (var tensor in last ?? [])
            tensor.Dispose();
        last = null;
    }

    private static HashSet<string> PartsThatDiffer(IReadOnlyDictionary<string, Tensor> own, IReadOnlyDictionary<string, Tensor> found)
    {
        return [.. own.Keys.Union(found.Keys).Where(name => !Fits(name)).Select(PartOf)];

        bool Fits(string name) => own.TryGetValue(name, out var one) && found.TryGetValue(name, out var other) && NamedTensors.Kind(one) == NamedTensors.Kind(other);
    }

    private static Dictionary<string, Tensor> Without(HashSet<string> parts, IReadOnlyDictionary<string, Tensor> tensors)
        => new(tensors.Where(tensor => !parts.Contains(PartOf(tensor.Key))));

    private static string PartOf(string name) => name.Split('.')[0];

    private static Tensor Copy(Tensor tensor)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        return tensor.detach().clone().DetachFromDisposeScope();
    }

    private static Dictionary<string, Tensor> Named(IReadOnlyList<Tensor> tensors)
        => new(tensors.Index().Select(t => KeyValuePair.Create(FormattableString.Invariant($"parameter.{t.Index}"), t.Item)));

    private static IEnumerable<KeyValuePair<string, Tensor>> Under(string prefix, IReadOnlyDictionary<string, Tensor> tensors)
        => tensors.Select(t => KeyValuePair.Create($"{prefix}.{t.Key}", t.Value));
}
