using System.Globalization;
using DeepBelief.Tensors;
using DeepBelief.Tests.Support;

namespace DeepBelief.Tests.Tensors.Kernels;

/// <summary>What the package adds to applications: torch's threads do not hold the cores while they wait for work.</summary>
public sealed unsafe class WaitingThreadsTests
{
    private const int Gaps = 20;

    private static string? other;

    [SkippableFact]
    public void Torchs_threads_sleep_soon_after_their_work()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "It is about libgomp.");
        Skip.If(Environment.ProcessorCount < 2, "Needs two cores.");
        Skip.IfNot(
            Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") is null && Environment.GetEnvironmentVariable("GOMP_SPINCOUNT") is null,
            "The environment says how long they wait.");
        using var threads = new TorchThreads(2);
        var used = new double[Gaps];
        for (var gap = 0; gap < Gaps; gap++)
        {
            ThreadTeam.Run(&Note, null, 2, 1 << 20);
            var before = Milliseconds(other!);
            Thread.Sleep(20);
            used[gap] = Milliseconds(other!) - before;
        }

        // By default they look for work for a few milliseconds.
        used.Order().ElementAt(Gaps / 2).Should().BeLessThan(0.5);
    }

    /// <summary>Notes the thread that works beside the caller.</summary>
    private static void Note(void* argument, int first, int end)
    {
        if (first > 0)
            other = File.ResolveLinkTarget("/proc/thread-self", returnFinalTarget: false)!.Name;
    }

    /// <summary>How long a thread of this process has been running on any core.</summary>
    private static double Milliseconds(string thread)
        => double.Parse(File.ReadAllText($"/proc/self/task/{thread}/schedstat").Split(' ')[0], CultureInfo.InvariantCulture) / 1e6;
}
