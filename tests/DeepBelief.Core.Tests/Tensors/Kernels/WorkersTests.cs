using DeepBelief.Tensors;
using DeepBelief.Tests.Support;

namespace DeepBelief.Tests.Tensors.Kernels;

public sealed unsafe class WorkersTests
{
    private const int Most = 64;

    private static IReadOnlySet<int>? helperCores;

    [Fact]
    public void Every_item_of_every_job_is_done_once_before_the_call_returns()
    {
        var limit = Workers.Limit;
        var wrong = 0;
        try
        {
            Workers.Limit = 4;
            var counts = stackalloc int[Most];
            // Jobs of changing size, one close upon the other: a helper that is late comes upon the next one.
            for (var job = 0; job < 1_000_000; job++)
            {
                var items = 2 + (job * 7 % (Most - 1));
                new Span<int>(counts, Most).Clear();
                Workers.Run(&Count, counts, items, 1 << 20);
                for (var i = 0; i < Most; i++)
                    wrong += counts[i] == (i < items ? 1 : 0) ? 0 : 1;
            }
        }
        finally
        {
            Workers.Limit = limit;
        }

        wrong.Should().Be(0);
    }

    [SkippableFact]
    public void A_helper_keeps_off_the_core_of_the_caller()
    {
        Skip.If(torch.get_num_threads() < 2, "Needs torch to use two threads.");
        var limit = Workers.Limit;
        var all = LinuxThread.Cores;
        try
        {
            Workers.Limit = 2;
            // The first job makes the helper, the second finds it.
            for (var job = 0; job < 2; job++)
            {
                helperCores = null;
                var caller = Environment.CurrentManagedThreadId;
                Workers.Run(&WaitForHelper, &caller, Most, 1 << 20);
                helperCores.Should().NotBeNull("the caller waited for it");
                all.Except(helperCores!).Should().ContainSingle();
            }
        }
        finally
        {
            Workers.Limit = limit;
        }
    }

    private static void WaitForHelper(void* argument, int first, int end)
    {
        if (Environment.CurrentManagedThreadId != *(int*)argument)
            helperCores = LinuxThread.Cores;
        else
            SpinWait.SpinUntil(() => helperCores is not null, TimeSpan.FromSeconds(10));
    }

    private static void Count(void* argument, int first, int end)
    {
        for (var i = first; i < end; i++)
            Interlocked.Increment(ref ((int*)argument)[i]);
    }
}
