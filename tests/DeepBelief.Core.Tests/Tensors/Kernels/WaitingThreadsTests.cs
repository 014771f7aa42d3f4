using DeepBelief.Tests.Support;

namespace DeepBelief.Tests.Tensors.Kernels;

/// <summary>What the package adds to applications: torch's threads do not hold the cores while they wait for work.</summary>
public sealed class WaitingThreadsTests
{
    // What the package sets if nothing is set.
    private const string Own = "1000";
    private const int Gaps = 30;
    private static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(20);

    [SkippableFact]
    public void Torchs_threads_sleep_soon_after_their_work()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "It is about libgomp.");
        Skip.If(Environment.ProcessorCount < 2, "Needs two cores.");
        Skip.IfNot(
            Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") is null && Environment.GetEnvironmentVariable("GOMP_SPINCOUNT") is null or Own,
            "The environment says how long they wait.");
        using var threads = new TorchThreads(2);
        using var scope = torch.NewDisposeScope();
        var matrix = torch.rand(200, 200, ScalarType.Float32, torch.CPU);
        var used = new List<TimeSpan>();
        for (var gap = 0; gap < Gaps; gap++)
        {
            _ = matrix.mm(matrix);
            var before = Environment.CpuUsage.TotalTime;
            Thread.Sleep(Gap);
            used.Add(Environment.CpuUsage.TotalTime - before);
        }

        // The median, as .NET compiles in between. By default it is 3 to 15 ms, here about 0.1 ms.
        used.Order().ElementAt(Gaps / 2).Should().BeLessThan(TimeSpan.FromMilliseconds(1));
    }
}
