using DeepBelief.Benchmarks.Peers;
using DeepBelief.Benchmarks.Processes;

namespace DeepBelief.Benchmarks.Training;

/// <summary>Runs cases one after the other; within a case, what is compared takes turns.</summary>
internal sealed class Suite(SuiteOptions options, Action<string> say)
{
    public const string DefaultThreads = "default-threads";
    public const string DefaultBusy = "default-busy";

    // What runs with nothing in its environment, against its best thread setting; and whether a core is busy with another process.
    private static readonly (string Name, string Case, bool IsBusy)[] Defaults =
    [
        (DefaultThreads, Workloads.Cd1, IsBusy: false),
        (DefaultBusy, Workloads.Cd1, IsBusy: true),
        ("default-busy-small", Workloads.Small, IsBusy: true),
    ];

    /// <summary>The cases that are run unless some are named, in the order of the table.</summary>
    public static IReadOnlyList<string> Cases { get; } =
        [.. Workloads.All.Select(workload => workload.Name).Where(name => name != Workloads.Tiny), .. Defaults.Select(compared => compared.Name)];

    public List<CaseResult> Results { get; } = [];

    /// <summary>What the reader of the table has to know besides: what was skipped and why, which setting was best.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>What the library's own workers said of themselves.</summary>
    public WorkerInfo? Info { get; private set; }

    public void Run()
    {
        foreach (var name in options.Cases)
        {
            if (Defaults.FirstOrDefault(compared => compared.Name == name) is { Name: not null } compared)
            {
                CompareDefaults(name, Workloads.Find(compared.Case), compared.IsBusy);
                continue;
            }

            var workload = Workloads.Find(name);
            foreach (var threads in ThreadSetting.Counts)
                Measure(workload, threads);
        }
    }

    private void Measure(Workload workload, int threads)
    {
        if (workload.Obstacle() is { } obstacle)
        {
            Note($"{workload.Name} is left out: {obstacle}");
            return;
        }

        say($"{workload.Name}, {threads} thread{(threads == 1 ? "" : "s")}");
        var setting = ThreadSetting.Of(threads);
        var rival = workload is FineTuneWorkload ? PeerProgram.FineTune(workload.Rows(options.Quick)) : null;
        using var ours = StartOurs(workload, setting);
        using var theirs = rival is not null ? StartRival(rival, setting)
            : workload.Rival is { } other ? StartOurs(Workloads.Find(other), setting)
            : null;
        // Those in Python want all cores, and so are measured where the library has them, too.
        using var peers = new PeerGroup(options.Python, setting, PeersOf(workload).Where(peer => peer.IsOwn || threads == ThreadSetting.Cores));
        foreach (var note in peers.Notes)
            Note(note);

        var repetitions = new List<Repetition>();
        var distances = new List<double>();
        for (var i = 0; i < options.Repetitions; i++)
        {
            if (threads > 1)
                distances.Add(CoreDistance.RoundTrip());
            var own = ours.Repeat();
            repetitions.Add(theirs is null ? own : new(own.SamplesPerS, theirs.Repeat().SamplesPerS));
            peers.Repeat();
        }

        if (threads > 1)
            Notes.Add(FormattableString.Invariant($"{workload.Name} on {threads} threads: before the repetitions, a message between two threads took {distances.Min():N0} to {distances.Max():N0} ns there and back."));
        var result = CaseResult.From(workload.Name, threads, repetitions);
        if (workload.Rival is { } bare)
            Notes.Add(FormattableString.Invariant($"{workload.Name} on {threads} thread(s): an epoch takes {1 / result.Ratio:F2} times as long as one of {bare}."));
        Add(result with { Peers = peers.IsEmpty ? null : peers.Against([.. repetitions.Select(r => r.SamplesPerS)]) });
    }

    private void CompareDefaults(string name, Workload workload, bool isBusy)
    {
        var neighbour = isBusy ? ", each beside a process that keeps one core busy" : "";
        say($"{name}: {workload.Name} with no environment set, against the best thread setting{neighbour}");
        using var busy = isBusy ? BusyWorker.Start() : null;
        // The best setting is found by repetitions that are not measured.
        using var best = BestSetting.Start(ThreadSetting.Candidates, setting => StartOurs(workload, setting, extra: BestSetting.Tries));
        using var plain = StartOurs(workload, ThreadSetting.Default);
        Notes.Add($"{name} is {workload.Name} and its ceiling is the same with {best.Setting.Name} thread(s) set, the best of: {string.Join(", ", ThreadSetting.Candidates.Select(c => c.Name))}{neighbour}.");
        var repetitions = new List<Repetition>();
        for (var i = 0; i < options.Repetitions; i++)
        {
            var own = plain.Repeat();
            repetitions.Add(new(own.SamplesPerS, best.Repeat().SamplesPerS));
        }

        Add(CaseResult.From(name, ThreadSetting.Default.Threads, repetitions));
    }

    private Worker StartOurs(Workload workload, ThreadSetting setting, int extra = 0)
    {
        var vectors = options.Vectors;
        var worker = Worker.StartOwn(vectors is null ? setting : setting.With(vectors.Variables), TrainingWorker.Arguments(workload, options.Quick, options.Repetitions + extra));
        Info ??= worker.Info;
        try
        {
            vectors?.Check(worker.Info);
            return worker;
        }
        catch
        {
            worker.Dispose();
            throw;
        }
    }

    private Worker? StartRival(PeerProgram rival, ThreadSetting setting)
    {
        try
        {
            var worker = rival.Start(options.Python, setting);
            Note(rival.Describe(worker.Info));
            return worker;
        }
        catch (WorkerException e)
        {
            Note($"{rival.Name}, which would be the ceiling, is missing: {e.Message}.");
            return null;
        }
    }

    private IEnumerable<PeerProgram> PeersOf(Workload workload)
    {
        if (!options.Peers || workload is not RbmWorkload rbm)
            return [];
        // No peer does more at an epoch's end than ours, so a repetition may be short; the slowest settings make it long.
        var rows = workload.Rows(quick: true) * (options.Quick ? 1 : 4);
        return PeerProgram.Of(rbm, rows, options.Original);
    }

    private void Add(CaseResult result)
    {
        Results.Add(result with { VectorBits = options.Vectors?.Bits });
        var ratio = result.Ratio is null ? "no ratio" : FormattableString.Invariant($"ratio {result.Ratio:F3} ({result.Min:F3} to {result.Max:F3})");
        say(FormattableString.Invariant($"  {result.SamplesPerS:N0} samples/s, {ratio}"));
    }

    // Said at once, and below the table; the same for several cases only once.
    private void Note(string note)
    {
        if (Notes.Contains(note))
            return;
        Notes.Add(note);
        say($"  {note}");
    }
}
