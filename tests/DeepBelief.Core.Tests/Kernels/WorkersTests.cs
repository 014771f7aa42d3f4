using DeepBelief.Kernels;

namespace DeepBelief.Tests.Kernels;

/// <summary>Not beside other tests: the number of threads is the whole process's.</summary>
[Collection(nameof(WorkersTests))]
[CollectionDefinition(nameof(WorkersTests), DisableParallelization = true)]
public sealed unsafe class WorkersTests
{
    private const int Most = 64;

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

    private static void Count(void* argument, int first, int end)
    {
        for (var i = first; i < end; i++)
            Interlocked.Increment(ref ((int*)argument)[i]);
    }
}
