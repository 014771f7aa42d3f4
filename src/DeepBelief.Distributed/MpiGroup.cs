using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DeepBelief.Tensors;

namespace DeepBelief.Distributed;

/// <summary>The processes that <c>mpirun</c>, or Slurm, has started together, on one machine or several, over Open MPI.</summary>
/// <remarks>
/// <para>Linux and macOS, with Open MPI 2 to 5 (Debian's <c>openmpi-bin</c>). MPI is handed the memory of CPU tensors itself; a tensor on a
/// GPU, or one whose elements are not contiguous, goes by way of a copy.</para>
/// <para>A rank whose process dies ends the run on all others. <c>mpirun</c> notices within about a second and asks them to end, by
/// SIGTERM, and kills them a second later; in between they get a <see cref="GroupFailedException"/>. Where nothing notices, as of a
/// process that hangs or a machine that is unplugged, they get it after the <see cref="Timeout"/>. So does a rank that calls fewer
/// collectives than the others, or others.</para>
/// <para>A process is in one group, once. The torch threads of all ranks on a machine should be no more than its cores: unless
/// <c>OMP_NUM_THREADS</c> says how many, each takes those that it is bound to.</para>
/// </remarks>
/// <example><code>
/// using var group = MpiGroup.Join();
/// rbm.Fit(images, new() { Epochs = 20, Group = group });
/// if (group.Rank == 0)
///     rbm.Save("rbm.pt");
/// </code>Started by <c>mpirun -np 2 dotnet program.dll</c>.</example>
public sealed unsafe class MpiGroup : IProcessGroup, IDisposable
{
    // MPI counts in int.
    private const int Piece = 1 << 28;

    // How long a rank that leaves waits for the others.
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(5);

    // How often a waiting rank looks whether it is to end.
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    // Tensors that MPI may still write to, after a failure.
    private static readonly List<Tensor> Abandoned = [];

    private static bool isJoined;

    private readonly OpenMpi mpi;
    private readonly MpiThread thread = new();
    private readonly nint communicator;
    private readonly nint forFarewell;
    private readonly bool leaves;
    private readonly PosixSignalRegistration? termination;
    private string? failure;
    private volatile bool isAskedToEnd;
    private bool isDisposed;

    private MpiGroup(TimeSpan timeout)
    {
        Timeout = timeout;
        mpi = OpenMpi.Load();
        var (isFirst, rank, size, own, other) = (false, 0, 0, (nint)0, (nint)0);
        thread.Run(() =>
        {
            isFirst = mpi.Initialize();
            (own, other) = (mpi.Duplicate(mpi.World), mpi.Duplicate(mpi.World));
            (rank, size) = (mpi.Rank(own), mpi.Size(own));
        });
        (leaves, communicator, forFarewell, Rank, Size) = (isFirst, own, other, rank, size);
        // By default the process would end before its program can say why.
        if (Size > 1)
        {
            termination = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
            {
                context.Cancel = true;
                isAskedToEnd = true;
            });
        }
    }

    /// <inheritdoc/>
    public int Rank { get; }

    /// <inheritdoc/>
    public int Size { get; }

    /// <summary>How long a collective waits for the other ranks.</summary>
    public TimeSpan Timeout { get; }

    /// <summary>Joins the processes that were started with this one; without <c>mpirun</c>, a group of one.</summary>
    /// <param name="timeout">
    /// How long a collective waits for the other ranks, more than 0; longer than one rank may be behind, for instance as it writes a
    /// checkpoint. Null, the default, is five minutes.
    /// </param>
    /// <returns>The group, which the caller disposes, on all ranks.</returns>
    /// <exception cref="PlatformNotSupportedException">This is Windows.</exception>
    /// <exception cref="DllNotFoundException">Open MPI is not installed.</exception>
    /// <exception cref="EntryPointNotFoundException">Another MPI is installed in its place.</exception>
    /// <exception cref="InvalidOperationException">The process is in a group, or has been in one.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is not more than 0.</exception>
    public static MpiGroup Join(TimeSpan? timeout = null)
    {
        var wait = timeout ?? DefaultTimeout;
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(wait, TimeSpan.Zero, nameof(timeout));
        if (Interlocked.Exchange(ref isJoined, true))
            throw new InvalidOperationException("Expected a process that is in no group, found one that is, or was: it can join only once.");
        try
        {
            return new MpiGroup(wait);
        }
        catch (Exception e) when (e is PlatformNotSupportedException or DllNotFoundException or EntryPointNotFoundException)
        {
            isJoined = false;
            throw;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The elements are neither float32 nor float64.</exception>
    public void AllReduce(Tensor tensor)
    {
        Check(tensor);
        if (tensor.dtype is not (ScalarType.Float32 or ScalarType.Float64))
            throw new ArgumentException($"Expected elements of type {ScalarType.Float32} or {ScalarType.Float64}, found {tensor.dtype}.", nameof(tensor));
        ForEachPiece(tensor, changes: true, (piece, address) =>
        {
            var (count, areDoubles) = ((int)piece.NumberOfElements, piece.dtype == ScalarType.Float64);
            Call(() => mpi.Sum((void*)address, count, areDoubles, communicator), Timeout, piece);
        });
    }

    /// <inheritdoc/>
    public void Broadcast(Tensor tensor, int root = 0)
    {
        Check(tensor);
        ArgumentOutOfRangeException.ThrowIfNegative(root);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(root, Size);
        ForEachPiece(tensor, changes: Rank != root, (piece, address) =>
        {
            var count = checked((int)(piece.NumberOfElements * piece.element_size()));
            Call(() => mpi.Broadcast((void*)address, count, root, communicator), Timeout, piece);
        });
    }

    /// <inheritdoc/>
    public void Barrier()
    {
        Check();
        Call(() => mpi.Barrier(communicator), Timeout, tensor: null);
    }

    /// <summary>
    /// Leaves the group, once all ranks do. If they don't within ten seconds, or one has failed, this one leaves without them, and so must
    /// end its process: <c>mpirun</c> then ends those that are left.
    /// </summary>
    [SuppressMessage("Design", "CA1031", Justification = "A process that leaves a group whose other ranks are gone has nobody left to tell.")]
    public void Dispose()
    {
        if (isDisposed)
            return;
        isDisposed = true;
        try
        {
            if (failure is null && !isAskedToEnd && leaves)
            {
                Call(() => mpi.Barrier(forFarewell), Farewell, tensor: null);
                thread.Run(mpi.Leave);
            }
        }
        catch (GroupFailedException)
        {
            // MPI_Finalize would wait for the others.
        }

        termination?.Dispose();
    }

    private string AskedToEnd => $"Rank {Rank} of {Size} was asked to end (SIGTERM), as mpirun does when another rank has died or the run is stopped.";

    private void Check(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        Check();
    }

    private void Check()
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        // A run whose ranks never wait for each other for long must end, too.
        if (isAskedToEnd)
            failure ??= AskedToEnd;
        if (failure is not null)
            throw new GroupFailedException(failure);
    }

    /// <summary>Passes contiguous memory on the CPU with the tensor's values, in pieces, and puts what became of it back.</summary>
    private static void ForEachPiece(Tensor tensor, bool changes, Action<Tensor, nint> use)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var isDirect = tensor.device_type == DeviceType.CPU && tensor.is_contiguous();
        var host = isDirect ? tensor : tensor.detach().cpu().contiguous();
        var flat = host.detach().view(-1);
        var most = Piece / flat.element_size();
        for (var at = 0L; at < flat.NumberOfElements; at += most)
        {
            var piece = flat.narrow(0, at, Math.Min(most, flat.NumberOfElements - at));
            use(piece, (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(piece.bytes)));
        }

        if (!isDirect && changes)
            _ = tensor.copy_(host);
    }

    private void Call(Action call, TimeSpan timeout, Tensor? tensor)
    {
        var begun = Stopwatch.GetTimestamp();
        thread.Begin(call);
        while (!HasReturned(tensor))
        {
            if (isAskedToEnd)
                Fail(tensor, AskedToEnd);
            if (Stopwatch.GetElapsedTime(begun) > timeout)
                Fail(tensor, string.Create(CultureInfo.InvariantCulture, $"Rank {Rank} of {Size} has waited {timeout.TotalSeconds:0.#} s for the other ranks: one of them has died, hangs, or does something else."));
        }

        GC.KeepAlive(tensor);
    }

    /// <summary>Waits for the call for a while; a fault of it is that of all later calls, too, as ranks no longer know what the others wait for.</summary>
    private bool HasReturned(Tensor? tensor)
    {
        try
        {
            return thread.Wait(Look);
        }
        catch (GroupFailedException e)
        {
            Fail(tensor, $"Rank {Rank} of {Size}: {e.Message}");
            throw;
        }
    }

    [DoesNotReturn]
    private void Fail(Tensor? tensor, string message)
    {
        failure = message;
        if (tensor is not null)
        {
            lock (Abandoned)
                Abandoned.Add(tensor.alias().DetachFromDisposeScope());
        }

        throw new GroupFailedException(message);
    }
}
