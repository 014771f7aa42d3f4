using System.Runtime.InteropServices;

namespace DeepBelief.Tensors;

/// <summary>The cores a thread may run on. Narrows them on Linux; does nothing elsewhere.</summary>
internal sealed unsafe partial class AllowedCores
{
    // The C library's cpu_set_t: one bit for each of 1024 cores.
    private const int Words = 16;
    private const int BitsPerWord = 64;

    private readonly ulong[]? allowed;
    private int avoided = -1;

    /// <summary>Reads the calling thread's cores.</summary>
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
                // A C library without this call costs only speed.
            }
        }
    }

    /// <summary>Keeps the calling thread, the one that created this, off a core and allows the previous one again.</summary>
    public void KeepOff(int core)
    {
        if (allowed is null || core == avoided || core is < 0 or >= Words * BitsPerWord)
            return;
        avoided = core;
        var others = stackalloc ulong[Words];
        allowed.CopyTo(new Span<ulong>(others, Words));
        others[core / BitsPerWord] &= ~(1UL << (core % BitsPerWord));
        // Fails, and changes nothing, if no core is left.
        _ = SetAffinity(0, Words * sizeof(ulong), others);
    }

    [LibraryImport("libc", EntryPoint = "sched_getaffinity")]
    private static partial int GetAffinity(int thread, nuint size, ulong* set);

    [LibraryImport("libc", EntryPoint = "sched_setaffinity")]
    private static partial int SetAffinity(int thread, nuint size, ulong* set);
}
