using System.Runtime.InteropServices;
using System.Text;

namespace DeepBelief.Distributed;

/// <summary>The functions and handles of Open MPI that a group needs. Its handles are the addresses of exported objects.</summary>
internal sealed unsafe partial class OpenMpi
{
    private const int Success = 0;
    private const int Funneled = 1; // MPI_THREAD_FUNNELED: one thread makes all calls
    private const int MostErrorText = 256; // MPI_MAX_ERROR_STRING
    private const int Now = 2; // RTLD_NOW
    private const int Global = 0x100; // RTLD_GLOBAL

    // MPI_IN_PLACE.
    private static readonly void* InPlace = (void*)1;

    private readonly nint library;
    private readonly nint sum;
    private readonly nint bytes;
    private readonly nint floats;
    private readonly nint doubles;
    private readonly delegate* unmanaged<int, byte*, int*, int> errorString;
    private readonly delegate* unmanaged<void*, void*, int, nint, nint, nint, int> allReduce;
    private readonly delegate* unmanaged<void*, int, nint, int, nint, int> broadcast;
    private readonly delegate* unmanaged<nint, int> barrier;

    private OpenMpi(nint library)
    {
        this.library = library;
        (sum, bytes) = (Find("ompi_mpi_op_sum"), Find("ompi_mpi_byte"));
        (floats, doubles) = (Find("ompi_mpi_float"), Find("ompi_mpi_double"));
        errorString = (delegate* unmanaged<int, byte*, int*, int>)Find("MPI_Error_string");
        allReduce = (delegate* unmanaged<void*, void*, int, nint, nint, nint, int>)Find("MPI_Allreduce");
        broadcast = (delegate* unmanaged<void*, int, nint, int, nint, int>)Find("MPI_Bcast");
        barrier = (delegate* unmanaged<nint, int>)Find("MPI_Barrier");
    }

    /// <summary>The processes that were started together.</summary>
    public nint World => Find("ompi_mpi_comm_world");

    /// <summary>Loads the library.</summary>
    /// <exception cref="PlatformNotSupportedException">This is Windows.</exception>
    /// <exception cref="DllNotFoundException">Open MPI is not installed.</exception>
    public static OpenMpi Load()
    {
        if (OperatingSystem.IsWindows())
            throw new PlatformNotSupportedException("Expected Linux or macOS with Open MPI, found Windows, whose MS-MPI is another library that this one does not call. In WSL it runs.");
        var name = OperatingSystem.IsMacOS() ? "libmpi.40.dylib" : "libmpi.so.40";
        // Open MPI loads plug-ins, which look for its symbols among those of all libraries.
        var library = LoadForAll(name, Now | Global);
        return library != 0
            ? new OpenMpi(library)
            : throw new DllNotFoundException($"Expected Open MPI's library {name}, found none. On Debian and Ubuntu, 'apt install openmpi-bin' installs it.");
    }

    /// <summary>Joins the other processes, unless this one has; returns whether it has now.</summary>
    public bool Initialize()
    {
        int isInitialized, isFinalized, level;
        Check(((delegate* unmanaged<int*, int>)Find("MPI_Finalized"))(&isFinalized), "MPI_Finalized");
        if (isFinalized != 0)
            throw new InvalidOperationException("Expected a process that has not left MPI, found one that has: it can join only once.");
        Check(((delegate* unmanaged<int*, int>)Find("MPI_Initialized"))(&isInitialized), "MPI_Initialized");
        if (isInitialized != 0)
            return false;
        Check(((delegate* unmanaged<int*, byte***, int, int*, int>)Find("MPI_Init_thread"))(null, null, Funneled, &level), "MPI_Init_thread");
        return true;
    }

    /// <summary>Makes a group of the same processes whose messages are its own. Errors are returned.</summary>
    public nint Duplicate(nint communicator)
    {
        nint own;
        Check(((delegate* unmanaged<nint, nint*, int>)Find("MPI_Comm_dup"))(communicator, &own), "MPI_Comm_dup");
        Check(((delegate* unmanaged<nint, nint, int>)Find("MPI_Comm_set_errhandler"))(own, Find("ompi_mpi_errors_return")), "MPI_Comm_set_errhandler");
        return own;
    }

    public int Rank(nint communicator) => Number("MPI_Comm_rank", communicator);

    public int Size(nint communicator) => Number("MPI_Comm_size", communicator);

    /// <summary>Sums over all ranks, in place.</summary>
    public void Sum(void* values, int count, bool areDoubles, nint communicator)
        => Check(allReduce(InPlace, values, count, areDoubles ? doubles : floats, sum, communicator), "MPI_Allreduce");

    public void Broadcast(void* values, int count, int root, nint communicator)
        => Check(broadcast(values, count, bytes, root, communicator), "MPI_Bcast");

    public void Barrier(nint communicator) => Check(barrier(communicator), "MPI_Barrier");

    public void Leave() => Check(((delegate* unmanaged<int>)Find("MPI_Finalize"))(), "MPI_Finalize");

    [LibraryImport("libc", EntryPoint = "dlopen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint LoadForAll(string path, int flags);

    private int Number(string function, nint communicator)
    {
        int number;
        Check(((delegate* unmanaged<nint, int*, int>)Find(function))(communicator, &number), function);
        return number;
    }

    private nint Find(string name) => NativeLibrary.TryGetExport(library, name, out var address)
        ? address
        : throw new EntryPointNotFoundException($"Expected Open MPI, found a library libmpi without {name}. MPICH is another one, that this does not call.");

    private void Check(int code, string function)
    {
        if (code == Success)
            return;
        var text = stackalloc byte[MostErrorText + 1];
        int length;
        var isKnown = errorString(code, text, &length) == Success;
        throw new DeepBelief.Tensors.GroupFailedException($"{function} failed: {(isKnown ? Encoding.UTF8.GetString(text, length) : code)}");
    }
}
