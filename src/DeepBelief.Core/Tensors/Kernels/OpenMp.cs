using System.Runtime.InteropServices;

namespace DeepBelief.Tensors;

/// <summary>The OpenMP library that libtorch runs on, for threads that serve torch and the kernels alike.</summary>
/// <remarks>
/// <para>Torch and MKL begin their parallel regions by GNU's <c>GOMP_parallel</c>, which LLVM's and Intel's libraries for Linux
/// and macOS have, too. A second OpenMP library in the process would have threads of its own, so the functions are looked up
/// as the dynamic linker does for libtorch: first in the program and what was loaded for all, then in what libtorch was linked
/// with.</para>
/// <para>It is not available on Windows, whose compilers begin regions in ways of their own.</para>
/// </remarks>
internal static unsafe class OpenMp
{
    private static readonly delegate* unmanaged<delegate* unmanaged<void*, void>, void*, uint, uint, void> Fork;
    private static readonly delegate* unmanaged<int> ThreadNumber;
    private static readonly delegate* unmanaged<int> TeamSize;
    private static readonly delegate* unmanaged<int, void> SetTeamSize;
    private static readonly delegate* unmanaged<int, int> SetMklThreads;

    static OpenMp()
    {
        if (OperatingSystem.IsWindows())
            return;
        var fork = Find("GOMP_parallel");
        var (number, size) = (Find("omp_get_thread_num"), Find("omp_get_num_threads"));
        if (fork == 0 || number == 0 || size == 0)
            return;
        Fork = (delegate* unmanaged<delegate* unmanaged<void*, void>, void*, uint, uint, void>)fork;
        ThreadNumber = (delegate* unmanaged<int>)number;
        TeamSize = (delegate* unmanaged<int>)size;
        SetTeamSize = (delegate* unmanaged<int, void>)Find("omp_set_num_threads");
        SetMklThreads = (delegate* unmanaged<int, int>)Find("MKL_Set_Num_Threads_Local");
    }

    /// <summary>False if no such library has been found.</summary>
    public static bool IsAvailable => Fork != null;

    /// <summary>The calling thread's number in its team, from 0 on.</summary>
    public static int Number => ThreadNumber();

    /// <summary>The size of the calling thread's team.</summary>
    public static int Size => TeamSize();

    /// <summary>Calls a function once on each thread of the calling thread's team, and waits for all.</summary>
    /// <remarks>
    /// The team has as many threads as torch uses, as smaller ones would end threads that the next product has to start again.
    /// Within a parallel region it is the calling thread alone.
    /// </remarks>
    public static void Parallel(delegate* unmanaged<void*, void> function, void* argument) => Fork(function, argument, 0, 0);

    /// <summary>Sets how many threads the calling thread's regions have, and MKL's if torch has it; false if it can't.</summary>
    /// <remarks>Unlike <c>torch.set_num_threads</c>, it leaves those of all other threads alone, and of new ones.</remarks>
    /// <param name="threads">The number of threads.</param>
    /// <param name="mkl">That of MKL; 0 for what it has for all threads. Receives the one before.</param>
    public static bool TrySetThreads(int threads, ref int mkl)
    {
        if (SetTeamSize == null)
            return false;
        SetTeamSize(threads);
        if (SetMklThreads != null)
            mkl = SetMklThreads(mkl);
        return true;
    }

    private static nint Find(string name)
        => NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), name, out var address)
            || (Torch != 0 && NativeLibrary.TryGetExport(Torch, name, out address))
            ? address
            : 0;

    // By its own name, as it may have been loaded from anywhere; on macOS from where TorchSharp finds it.
    private static nint Torch
        => NativeLibrary.TryLoad("libtorch_cpu.so", out var library)
            || NativeLibrary.TryLoad("torch_cpu", typeof(torch).Assembly, null, out library)
            ? library
            : 0;
}
