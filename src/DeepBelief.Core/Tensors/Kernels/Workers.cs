using System.Diagnostics;

namespace DeepBelief.Tensors;

/// <summary>Threads that share a kernel's work with the calling thread.</summary>
/// <remarks>
/// <para>Work is cut into chunks, and any free thread takes the next one. Nobody waits for a late thread: if another program or
/// a thread of the matrix-product library holds its core, the caller does the work alone. Results don't depend on which
/// thread takes a chunk.</para>
/// <para>Helpers avoid the caller's core. Kernels often run between matrix products, after which torch's OpenMP threads keep
/// spinning on all cores for a while: no core is free when a helper wakes, and every second time Linux would queue it
/// behind the caller.</para>
/// <para>As many threads take part as torch uses, at most one per processor that .NET sees. Torch starts with the number of
/// cores, or with <c>OMP_NUM_THREADS</c> or <c>MKL_NUM_THREADS</c>; <c>torch.set_num_threads</c> changes it. The helpers serve
/// one caller at a time; others work alone.</para>
/// </remarks>
internal static unsafe class Workers
{
    // Waking a thread costs as much as some ten thousand elements.
    private const long ElementsWorthAThread = 8192;
    private const int ChunksPerThread = 4;
    private const int Closed = int.MaxValue;

    // How long to spin for the next job: 50 microseconds, about the time to fall asleep and wake up.
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

    // Upper half: the job's number; lower half: its next chunk.
    private static long cursor;

    /// <summary>Runs work over the items [0, count) in parts, on this thread and, given enough elements, on others.</summary>
    /// <remarks>Work receives the argument and processes the items from its second parameter up to, excluding, its third.</remarks>
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
            // Closed first: a thread that has read the last job's cursor must not take a chunk of this job with it.
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

    /// <summary>Maximum number of threads per job; lower it to use fewer.</summary>
    internal static int Limit { get; set; } = Environment.ProcessorCount;

    private static int Count => Math.Min(torch.get_num_threads(), Limit);

    private static void TakeChunks()
    {
        while (true)
        {
            // The fields read between the two cursor accesses belong to the cursor's job: they are written only while the
            // cursor is closed and all chunks taken are done.
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
    /// Spins for the next job, as kernels often follow each other, but briefly, as the threads of matrix products need the
    /// core. True if none came.
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
