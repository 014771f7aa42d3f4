using System.Diagnostics;

namespace DeepBelief.Tensors;

/// <summary>Threads that share the work of a kernel with the thread that calls it.</summary>
/// <remarks>
/// <para>A piece of work is cut into chunks that anybody takes who has time. Nobody waits for a thread that is late: when
/// another program, or a thread of the library that computes the matrix products, holds its core, the caller does the
/// work alone. Which thread takes a chunk changes nothing in its result.</para>
/// <para>Helpers keep off the core that the caller was on. Between two pieces of work there is often a matrix product, for
/// which torch has OpenMP threads on all cores, and those go on spinning for a while: no core is free when a helper wakes, and
/// Linux would let it wait for the caller's every second time.</para>
/// <para>As many threads take part as torch uses, but no more than .NET sees processors. Torch begins with the number of
/// cores, or with that in <c>OMP_NUM_THREADS</c> or <c>MKL_NUM_THREADS</c>, and <c>torch.set_num_threads</c> changes it. One
/// caller at a time has the helpers; who finds them busy works alone.</para>
/// </remarks>
internal static unsafe class Workers
{
    // Waking a thread takes as long as some ten thousand elements.
    private const long ElementsWorthAThread = 8192;
    private const int ChunksPerThread = 4;
    private const int Closed = int.MaxValue;

    // How long to wait awake for the next job: 50 microseconds, about as long as it takes to fall asleep and wake up.
    private static readonly long Patience = Stopwatch.Frequency / 20_000;

    private static readonly Lock Busy = new();
    private static readonly SemaphoreSlim Wake = new(0);
    private static delegate*<void*, int, int, void> body;
    private static void* context;
    private static int items;
    private static int chunks;
    private static int done;
    private static int sleeping;
    private static int started;
    private static int callerCore;

    // The job's number in the upper half, its next chunk in the lower one.
    private static long cursor;

    /// <summary>Runs a body over the items [0, count), in parts, on this thread and on others.</summary>
    /// <param name="work">Does the items from the second argument up to, not including, the third.</param>
    /// <param name="argument">The first argument of <paramref name="work"/>.</param>
    /// <param name="count">Number of items.</param>
    /// <param name="elements">Number of elements that all items have together: whether it is worth while.</param>
    public static void Run(delegate*<void*, int, int, void> work, void* argument, int count, long elements)
    {
        var worthWhile = Math.Min(elements / ElementsWorthAThread, count);
        var threads = worthWhile < 2 ? 1 : (int)Math.Min(worthWhile, Count);
        if (threads == 1 || !Busy.TryEnter())
        {
            work(argument, 0, count);
            return;
        }

        try
        {
            callerCore = Thread.GetCurrentProcessorId();
            Start(threads - 1);
            // Closed first: who looked at the cursor of the last job must not take a chunk of this one by it.
            var job = (cursor >> 32) + 1;
            Interlocked.Exchange(ref cursor, ((job - 1) << 32) | Closed);
            body = work;
            context = argument;
            items = count;
            chunks = (int)Math.Min(count, (long)threads * ChunksPerThread);
            Volatile.Write(ref done, 0);
            Interlocked.Exchange(ref cursor, job << 32);
            if (Volatile.Read(ref sleeping) is > 0 and var asleep)
                Wake.Release(Math.Min(asleep, threads - 1));
            TakeChunks();
            var wait = new SpinWait();
            while (Volatile.Read(ref done) < chunks)
                wait.SpinOnce(-1);
        }
        finally
        {
            Busy.Exit();
        }
    }

    /// <summary>How many threads may work on a large piece, at the most: for who wants to do with fewer.</summary>
    internal static int Limit { get; set; } = Environment.ProcessorCount;

    private static int Count => Math.Min(torch.get_num_threads(), Limit);

    private static void TakeChunks()
    {
        while (true)
        {
            // What is read between the two looks at the cursor belongs to its job: it is written while the cursor is
            // closed, and not again before all chunks that were taken are done.
            var seen = Volatile.Read(ref cursor);
            var work = body;
            var argument = context;
            var (count, parts) = (items, chunks);
            var chunk = (int)seen;
            if (chunk >= parts)
                return;
            if (Interlocked.CompareExchange(ref cursor, seen + 1, seen) != seen)
                continue;
            work(argument, (int)((long)count * chunk / parts), (int)((long)count * (chunk + 1) / parts));
            Interlocked.Increment(ref done);
        }
    }

    private static void Start(int helpers)
    {
        while (started < helpers)
        {
            started++;
            new Thread(Help) { IsBackground = true, Name = $"{nameof(DeepBelief)} {nameof(Workers)} {started}" }.Start();
        }
    }

    private static void Help()
    {
        var cores = new AllowedCores();
        while (true)
        {
            var last = Volatile.Read(ref cursor) >> 32;
            cores.KeepOff(callerCore);
            TakeChunks();
            if (WaitsInVain(last))
            {
                Interlocked.Increment(ref sleeping);
                Wake.Wait();
                Interlocked.Decrement(ref sleeping);
            }
        }
    }

    /// <summary>
    /// Waits awake for a while, as one kernel often follows another. No longer: in between come matrix products, whose
    /// threads want the core.
    /// </summary>
    private static bool WaitsInVain(long last)
    {
        for (var since = Stopwatch.GetTimestamp(); Stopwatch.GetTimestamp() - since < Patience;)
        {
            if (Volatile.Read(ref cursor) >> 32 != last)
                return false;
            _ = Thread.Yield();
        }

        return true;
    }
}
