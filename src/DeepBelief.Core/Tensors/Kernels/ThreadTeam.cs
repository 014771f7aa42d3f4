using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace DeepBelief.Tensors;

/// <summary>Runs kernels on the threads that do torch's products, as many as <c>torch.set_num_threads</c> says.</summary>
/// <remarks>
/// Threads of their own would compete for the cores with torch's, which look for work for a while after each product. The work
/// is cut into one part a thread; results don't depend on the number of parts. Each thread that calls has a team of its own.
/// </remarks>
internal static unsafe class ThreadTeam
{
    // Handing work to a thread costs as much as some thousands of elements.
    private const long ElementsWorthAThread = 8192;

    private struct Job
    {
        public delegate*<void*, int, int, void> Work;
        public void* Argument;
        public int Count;
        public int Parts;
        public nint Failure;
    }

    /// <summary>Runs work over the items [0, count) in parts, on this thread and, given enough elements, on others.</summary>
    /// <remarks>Work receives the argument and processes the items from its second parameter up to, excluding, its third.</remarks>
    public static void Run(delegate*<void*, int, int, void> work, void* argument, int count, long elements)
    {
        var worthWhile = Math.Min(elements / ElementsWorthAThread, count);
        var parts = worthWhile < 2 ? 1 : (int)Math.Min(worthWhile, torch.get_num_threads());
        if (parts < 2)
        {
            work(argument, 0, count);
            return;
        }

        var job = new Job { Work = work, Argument = argument, Count = count, Parts = parts };
        if (OpenMp.IsAvailable)
            OpenMp.Parallel(&RunPart, &job);
        else
            RunParts(&job);
        if (job.Failure != 0)
            Throw(job.Failure);
    }

    private static void RunParts(Job* job)
        => Parallel.For(0, job->Parts, part => RunPart(job, part, job->Parts));

    /// <summary>What a thread of the team does; the team may be smaller than asked for.</summary>
    [UnmanagedCallersOnly]
    private static void RunPart(void* argument)
    {
        var job = (Job*)argument;
        var (number, parts) = (OpenMp.Number, Math.Min(job->Parts, OpenMp.Size));
        if (number < parts)
            RunPart(job, number, parts);
    }

    private static void RunPart(Job* job, int number, int parts)
    {
        try
        {
            job->Work(job->Argument, (int)((long)job->Count * number / parts), (int)((long)job->Count * (number + 1) / parts));
        }
#pragma warning disable CA1031 // OpenMP's frames lie between here and the caller, who gets the exception.
        catch (Exception e)
#pragma warning restore CA1031
        {
            var failure = GCHandle.ToIntPtr(GCHandle.Alloc(e));
            if (Interlocked.CompareExchange(ref job->Failure, failure, 0) != 0)
                GCHandle.FromIntPtr(failure).Free();
        }
    }

    private static void Throw(nint failure)
    {
        var handle = GCHandle.FromIntPtr(failure);
        var exception = (Exception)handle.Target!;
        handle.Free();
        ExceptionDispatchInfo.Throw(exception);
    }
}
