namespace DeepBelief.Benchmarks.Training;

/// <summary>The training runs that are timed, by name.</summary>
internal static class Workloads
{
    // As many rows as MNIST has for training.
    private const int Mnist = 60_000;

    /// <summary>Trains faster than a test can wait; for the test of this program.</summary>
    public const string Tiny = "tiny";

    public const string Cd1 = "cd1-784-500-b100";
    public const string Cd10 = "cd10-784-512-b128";
    public const string Cd10Large = "cd10-784-2500-b128";
    public const string Pcd1 = "pcd1-784-500-b100";
    public const string Gaussian = "gauss-cd1-784-500-b100";
    public const string Adam = "adam-cd1-784-500-b100";
    public const string Cd10LargeBFloat16 = "cd10-784-2500-b128-bf16";
    public const string Cd1BFloat16 = "cd1-784-500-b100-bf16";
    public const string Cd1WideBFloat16 = "cd1-1024-1024-b1024-bf16";
    public const string Defaults = "defaults-784-500";
    public const string Small = "fit-784-50-1000-rows";
    public const string FineTune = "finetune-784-512-128-64-10-b64";

    public static IReadOnlyList<Workload> All { get; } =
    [
        new RbmWorkload(Cd1, Mnist, 6_000) { Hidden = 500, Batch = 100 },
        new RbmWorkload(Cd10, Mnist, 2_560) { Hidden = 512, Batch = 128, Steps = 10 },
        new RbmWorkload(Cd10Large, Mnist, 640) { Hidden = 2500, Batch = 128, Steps = 10 },
        new RbmWorkload(Pcd1, Mnist, 6_000) { Hidden = 500, Batch = 100, Persistent = true },
        new RbmWorkload(Gaussian, Mnist, 6_000) { Hidden = 500, Batch = 100, Gaussian = true },
        new RbmWorkload(Adam, Mnist, 6_000) { Hidden = 500, Batch = 100, Adam = true },
        new RbmWorkload(Cd10LargeBFloat16, Mnist, 1_280) { Hidden = 2500, Batch = 128, Steps = 10, BFloat16 = true },
        new RbmWorkload(Cd1BFloat16, Mnist, 12_000) { Hidden = 500, Batch = 100, BFloat16 = true },
        new RbmWorkload(Cd1WideBFloat16, 60 * 1024, 10 * 1024) { Visible = 1024, Hidden = 1024, Batch = 1024, BFloat16 = true },
        new DefaultsWorkload(Defaults, Mnist, 6_000),
        new FineTuneWorkload(FineTune, Mnist, 6_400),
        new SmallFitWorkload("fit-10-100-1000-rows", 10, 100),
        new SmallFitWorkload("fit-64-50-1000-rows", 64, 50),
        new SmallFitWorkload(Small, 784, 50),
        new SmallFitWorkload("fit-784-50-1000-rows-cd1", 784, 50) { Plain = true },
        new RbmWorkload(Tiny, 1_024, 512) { Visible = 64, Hidden = 32, Batch = 64 },
    ];

    public static Workload Find(string name)
        => All.FirstOrDefault(workload => workload.Name == name) ?? throw new ArgumentException($"There is no case '{name}'.", nameof(name));
}
