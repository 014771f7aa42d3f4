using DeepBelief.Tensors;
using DeepBelief.Tests.Support;

namespace DeepBelief.Tests.Tensors.Kernels;

public sealed class AllowedCoresTests
{
    [SkippableFact]
    public void A_thread_keeps_off_one_core_and_no_other() => LinuxThread.Run(() =>
    {
        var all = LinuxThread.Cores;
        var cores = new AllowedCores();
        LinuxThread.Cores.Should().BeEquivalentTo(all);
        foreach (var core in all)
        {
            cores.KeepOff(core);
            LinuxThread.Cores.Should().BeEquivalentTo(all.Except([core]));
        }
    });

    [SkippableFact]
    public void The_last_core_stays() => LinuxThread.Run(() =>
    {
        var all = LinuxThread.Cores;
        var last = all.Max();
        foreach (var core in all.Except([last]))
            new AllowedCores().KeepOff(core);
        LinuxThread.Cores.Should().Equal(last);
        new AllowedCores().KeepOff(last);
        LinuxThread.Cores.Should().Equal(last);
    });

    [SkippableFact]
    public void A_core_that_is_not_among_them_changes_nothing() => LinuxThread.Run(() =>
    {
        var all = LinuxThread.Cores;
        var cores = new AllowedCores();
        foreach (var core in new[] { -1, all.Max() + 1, 1023, 1024, int.MaxValue })
        {
            cores.KeepOff(core);
            LinuxThread.Cores.Should().BeEquivalentTo(all);
        }
    });
}
