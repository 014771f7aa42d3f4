using System.Runtime.InteropServices;

namespace DeepBelief.Tensors;

/// <summary>The cores that a thread may run on, which it can narrow on Linux; elsewhere it stays as it is.</summary>
internal sealed unsafe partial class AllowedCores
{
    // The set of cores of the C library: a bit for each of 1024.
    private const int Words = 16;
    private const int BitsPerWord = 64;

    private readonly ulong[]? allowed;
    private int avoided = -1;

    /// <summary>Those of the thread that calls.</summary>
    public AllowedCores()
    {
        if (!OperatingSystem.IsLinux())
            return;
        var words = new ulong[Words];
        fixed (ulong* set = words)
        {
            try
            {
                if (GetAffinity(0, Words * sizeof(ulong), set) == 0)
                    allowed = words;
            }
            catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
            {
                // A C library that can't do it: speed is lost, no more.
            }
        }
    }

    /// <summary>Has the calling thread, the one that made this, run on any of them but one, or on that, too, if there is no other.</summary>
    /// <param name="core">The number of the core; the one before is allowed again.</param>
    public void KeepOff(int core)
    {
        if (allowed is null || core == avoided || core is < 0 or >= Words * BitsPerWord)
            return;
        avoided = core;
        var others = stackalloc ulong[Words];
        allowed.CopyTo(new Span<ulong>(others, Words));
        others[core / BitsPerWord] &= ~(1UL << (core % BitsPerWord));
        // Refused where none is left.
        _ = SetAffinity(0, Words * sizeof(ulong), others);
    }

    [LibraryImport("libc", EntryPoint = "sched_getaffinity")]
    private static partial int GetAffinity(int thread, nuint size, ulong* set);

    [LibraryImport("libc", EntryPoint = "sched_setaffinity")]
    private static partial int SetAffinity(int thread, nuint size, ulong* set);
}
