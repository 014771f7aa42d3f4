using DeepBelief.Tensors;
using DeepBelief.Tests.Support;

namespace DeepBelief.Tests.Tensors.Kernels;

public sealed unsafe class ThreadTeamTests
{
    private const int Most = 64;
    private const long Enough = 1 << 20;

    /// <summary>The threads that work on a job, each of which waits for a number of them.</summary>
    private struct Meeting
    {
        public int Expected;
        public int Arrived;
        public int Late;
    }

    [SkippableFact]
    public void Torch_has_threads_for_all()
    {
        Skip.If(OperatingSystem.IsWindows(), "OpenMP begins its regions in another way there.");
        OpenMp.IsAvailable.Should().BeTrue();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Every_item_of_every_job_is_done_once_before_the_call_returns(int threads)
    {
        using var set = new TorchThreads(threads);
        WrongCounts(10_000).Should().Be(0);
    }

    [Fact]
    public void Callers_on_several_threads_do_not_disturb_each_other()
    {
        using var set = new TorchThreads(2);
        var wrong = 0;
        var callers = Enumerable.Range(0, 4).Select(_ => new Thread(() => Interlocked.Add(ref wrong, WrongCounts(2_000)))).ToList();
        callers.ForEach(caller => caller.Start());
        callers.ForEach(caller => caller.Join());
        wrong.Should().Be(0);
    }

    [Fact]
    public void Threads_of_the_pool_may_call()
    {
        using var set = new TorchThreads(2);
        var wrong = 0;
        _ = Parallel.For(0, 8, _ => Interlocked.Add(ref wrong, WrongCounts(500)));
        wrong.Should().Be(0);
    }

    [Theory]
    [InlineData(1, Enough, 1)]
    [InlineData(2, Enough, 2)]
    [InlineData(4, Enough, 4)]
    [InlineData(4, 1000, 1)]
    public void As_many_threads_work_at_once_as_torch_uses_and_the_job_is_worth(int threads, long elements, int expected)
    {
        using var set = new TorchThreads(threads);
        var meeting = new Meeting { Expected = expected };
        ThreadTeam.Run(&Meet, &meeting, Most, elements);
        meeting.Late.Should().Be(0, "all of them were there at once");
        meeting.Arrived.Should().Be(expected);
    }

    [Fact]
    public void A_job_within_a_job_is_done()
    {
        using var set = new TorchThreads(2);
        var counts = stackalloc int[Most * Most];
        ThreadTeam.Run(&CountRows, counts, Most, Enough);
        new Span<int>(counts, Most * Most).ToArray().Should().OnlyContain(count => count == 1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void The_caller_gets_the_exception_of_any_part(int threads)
    {
        using var set = new TorchThreads(threads);
        foreach (var item in new[] { 0, Most / 2, Most - 1 })
        {
            var run = () => RunFailing(item);
            run.Should().Throw<InvalidOperationException>().WithMessage($"item {item}");
        }

        WrongCounts(10).Should().Be(0, "the threads are there as before");
    }

    /// <summary>Runs jobs of changing size, and says how many of their items were not counted once.</summary>
    private static int WrongCounts(int jobs)
    {
        var wrong = 0;
        var counts = stackalloc int[Most];
        for (var job = 0; job < jobs; job++)
        {
            var items = 2 + (job * 7 % (Most - 1));
            new Span<int>(counts, Most).Clear();
            ThreadTeam.Run(&Count, counts, items, Enough);
            for (var i = 0; i < Most; i++)
                wrong += counts[i] == (i < items ? 1 : 0) ? 0 : 1;
        }

        return wrong;
    }

    private static void Count(void* argument, int first, int end)
    {
        for (var i = first; i < end; i++)
            Interlocked.Increment(ref ((int*)argument)[i]);
    }

    private static void CountRows(void* argument, int first, int end)
    {
        for (var i = first; i < end; i++)
            ThreadTeam.Run(&Count, (int*)argument + (i * Most), Most, Enough);
    }

    private static void RunFailing(int item) => ThreadTeam.Run(&Fail, &item, Most, Enough);

    private static void Fail(void* argument, int first, int end)
    {
        var item = *(int*)argument;
        if (item >= first && item < end)
            throw new InvalidOperationException($"item {item}");
    }

    private static void Meet(void* argument, int first, int end)
    {
        var meeting = (Meeting*)argument;
        Interlocked.Increment(ref meeting->Arrived);
        if (!SpinWait.SpinUntil(() => Volatile.Read(ref meeting->Arrived) >= meeting->Expected, TimeSpan.FromSeconds(10)))
            Interlocked.Increment(ref meeting->Late);
    }
}
