namespace DeepBelief.Benchmarks.Processes;

/// <summary>
/// How many threads a process may use. OpenMP and BLAS libraries read it from the environment as they load, so it is
/// given to a process when it starts.
/// </summary>
/// <param name="Name">What the tables call it.</param>
/// <param name="Threads">Number of threads.</param>
/// <param name="Variables">The environment variables that are set; of the others below, none is.</param>
internal sealed record ThreadSetting(string Name, int Threads, IReadOnlyDictionary<string, string> Variables)
{
    private const string OpenMp = "OMP_NUM_THREADS";
    private const string WaitPolicy = "OMP_WAIT_POLICY";
    private const string Mkl = "MKL_NUM_THREADS";
    private const string OpenBlas = "OPENBLAS_NUM_THREADS";
    private const string DotNet = "DOTNET_PROCESSOR_COUNT";

    private static readonly string[] All =
    [
        OpenMp, "OMP_THREAD_LIMIT", "OMP_DYNAMIC", WaitPolicy, "GOMP_SPINCOUNT", "GOMP_CPU_AFFINITY", "OMP_PROC_BIND",
        Mkl, "MKL_DYNAMIC", OpenBlas, "GOTO_NUM_THREADS", DotNet,
    ];

    /// <summary>Number of cores that this process may use.</summary>
    public static int Cores => Environment.ProcessorCount;

    /// <summary>The numbers of threads that are measured: one, and one for each core.</summary>
    public static IReadOnlyList<int> Counts { get; } = Cores == 1 ? [1] : [1, Cores];

    /// <summary>A plain process: none of the variables.</summary>
    public static ThreadSetting Default { get; } = new("default", Cores, new Dictionary<string, string>());

    /// <summary>Everything on so many threads, which wait as the package has them.</summary>
    public static ThreadSetting Of(int threads) => new(Text(threads), threads, SettingsOf(threads, openMp: threads));

    /// <summary>The settings among which the library's best is looked for.</summary>
    public static IReadOnlyList<ThreadSetting> Candidates { get; } = [.. Counts.Select(Of)];

    /// <summary>
    /// Those for a peer in Python, whose threads don't spin while they wait: the cores are for those that have work. Its products
    /// may go through OpenBLAS, whose threads are others than OpenMP's: with one of the latter, the two don't fight for the cores.
    /// </summary>
    public static IReadOnlyList<ThreadSetting> PeerCandidates { get; } =
    [
        .. Counts.Select(threads => Passive(Text(threads), threads, openMp: threads)),
        .. Cores == 1 ? Array.Empty<ThreadSetting>() : [Passive($"{Text(Cores)} (OpenMP 1)", Cores, openMp: 1)],
    ];

    /// <summary>Puts the variables into the environment of a process that is about to start, and takes out all others.</summary>
    public void Apply(IDictionary<string, string?> environment)
    {
        foreach (var name in All)
            environment.Remove(name);
        foreach (var (name, value) in Variables)
            environment[name] = value;
    }

    /// <summary>The same with further variables.</summary>
    public ThreadSetting With(IReadOnlyDictionary<string, string> more)
        => more.Count == 0 ? this : this with { Variables = new Dictionary<string, string>([.. Variables, .. more]) };

    private static ThreadSetting Passive(string name, int threads, int openMp)
        => new(name, threads, new Dictionary<string, string>(SettingsOf(threads, openMp)) { [WaitPolicy] = "PASSIVE" });

    private static Dictionary<string, string> SettingsOf(int threads, int openMp) => new()
    {
        [OpenMp] = Text(openMp),
        [Mkl] = Text(threads),
        [OpenBlas] = Text(threads),
        [DotNet] = Text(threads),
    };

    private static string Text(int number) => FormattableString.Invariant($"{number}");
}
