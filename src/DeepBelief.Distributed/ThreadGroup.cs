using System.Runtime.ExceptionServices;
using DeepBelief.Tensors;

namespace DeepBelief.Distributed;

/// <summary>Runs a program for several ranks on threads of this process: to try it out, to step through it, or to test it.</summary>
/// <remarks>
/// Results are those of as many processes, but for no gain in speed: the threads of torch serve one rank after the other. What draws from
/// torch's default generator, which all threads share, is not repeatable.
/// </remarks>
/// <example><code>
/// ThreadGroup.Run(ranks: 2, group =>
/// {
///     using var rbm = Rbm.Bernoulli(visible: 784, hidden: 500);
///     rbm.Fit(images, new() { Epochs = 5, Group = group });
/// });
/// </code></example>
public static class ThreadGroup
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(5);

    /// <summary>Runs a program on every rank, and returns when all have ended.</summary>
    /// <param name="ranks">Number of ranks, 1 or more.</param>
    /// <param name="program">The program, given its rank's group, which is gone when it ends.</param>
    /// <param name="timeout">How long a collective waits for the other ranks, more than 0. Null, the default, is five minutes.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of ranks is less than 1, or the timeout not more than 0.</exception>
    /// <exception cref="Exception">What the first rank threw that failed; the others' collectives then throw a <see cref="GroupFailedException"/>.</exception>
    public static void Run(int ranks, Action<IProcessGroup> program, TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(program);
        _ = Run(
            ranks,
            group =>
            {
                program(group);
                return true;
            },
            timeout);
    }

    /// <summary>Runs a program on every rank, and returns its results, that of rank 0 first.</summary>
    /// <inheritdoc cref="Run(int, Action{IProcessGroup}, TimeSpan?)"/>
    public static IReadOnlyList<TResult> Run<TResult>(int ranks, Func<IProcessGroup, TResult> program, TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentOutOfRangeException.ThrowIfLessThan(ranks, 1);
        var wait = timeout ?? DefaultTimeout;
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(wait, TimeSpan.Zero, nameof(timeout));
        var place = new MeetingPlace(ranks, wait);
        var results = new TResult[ranks];
        var threads = new Thread[ranks];
        for (var i = 0; i < ranks; i++)
        {
            var rank = i;
            threads[i] = new Thread(() =>
            {
                try
                {
                    results[rank] = program(new ThreadRank(place, rank));
                    place.Leave(rank, null);
                }
                catch (Exception e)
                {
                    place.Leave(rank, e);
                }
            })
            { IsBackground = true, Name = $"rank {rank}" };
            threads[i].Start();
        }

        foreach (var thread in threads)
            thread.Join();
        if (place.FirstFault is { } fault)
            ExceptionDispatchInfo.Throw(fault);
        return results;
    }

    private sealed class ThreadRank(MeetingPlace place, int rank) : IProcessGroup
    {
        public int Rank => rank;

        public int Size => place.Ranks;

        public void AllReduce(Tensor tensor)
        {
            ArgumentNullException.ThrowIfNull(tensor);
            if (tensor.dtype is not (ScalarType.Float32 or ScalarType.Float64))
                throw new ArgumentException($"Expected elements of type {ScalarType.Float32} or {ScalarType.Float64}, found {tensor.dtype}.", nameof(tensor));
            place.Meet(rank, $"a sum of {Kind(tensor)}", tensor, static tensors =>
            {
                var sum = torch.stack(tensors!).sum(dim: 0);
                foreach (var each in tensors)
                    _ = each!.copy_(sum);
            });
        }

        public void Broadcast(Tensor tensor, int root = 0)
        {
            ArgumentNullException.ThrowIfNull(tensor);
            ArgumentOutOfRangeException.ThrowIfNegative(root);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(root, Size);
            place.Meet(rank, $"a broadcast of {Kind(tensor)} by rank {root}", tensor, tensors => Copy(tensors, root));
        }

        public void Barrier() => place.Meet(rank, "a barrier", null, static _ => { });

        private static void Copy(Tensor?[] tensors, int root)
        {
            for (var other = 0; other < tensors.Length; other++)
            {
                if (other != root)
                    _ = tensors[other]!.copy_(tensors[root]!);
            }
        }

        private static string Kind(Tensor tensor) => $"{tensor.dtype} [{string.Join(", ", tensor.shape)}]";
    }

    /// <summary>Where the ranks wait for each other; the last to come does the work of all.</summary>
    private sealed class MeetingPlace(int ranks, TimeSpan timeout)
    {
        private readonly object bell = new();
        private readonly Tensor?[] tensors = new Tensor?[ranks];
        private string? what;
        private int arrived;
        private long meetings;
        private string? failure;

        public int Ranks => ranks;

        public Exception? FirstFault { get; private set; }

        public void Leave(int rank, Exception? fault)
        {
            lock (bell)
            {
                // What a group throws has a cause, which may be told later.
                if (FirstFault is null || (FirstFault is GroupFailedException && fault is not (null or GroupFailedException)))
                    FirstFault = fault;
                failure ??= fault is null ? $"Rank {rank} has ended." : $"Rank {rank} has failed. {fault.GetType().Name}: {fault.Message}";
                Monitor.PulseAll(bell);
            }
        }

        public void Meet(int rank, string call, Tensor? tensor, Action<Tensor?[]> work)
        {
            lock (bell)
            {
                ThrowIfFailed();
                if (arrived > 0 && what != call)
                    Fail($"Rank {rank} has come for {call}, another rank for {what}.");
                (what, tensors[rank]) = (call, tensor);
                if (++arrived == ranks)
                {
                    Do(call, work);
                    arrived = 0;
                    meetings++;
                    Monitor.PulseAll(bell);
                    return;
                }

                var own = meetings;
                while (meetings == own)
                {
                    var isRung = Monitor.Wait(bell, timeout);
                    if (meetings != own)
                        return;
                    ThrowIfFailed();
                    if (!isRung)
                        Fail($"Rank {rank} of {ranks} has waited {timeout} for the other ranks.");
                }
            }
        }

        private void Do(string call, Action<Tensor?[]> work)
        {
            using var noGrad = torch.no_grad();
            using var scope = torch.NewDisposeScope();
            try
            {
                work(tensors);
            }
            catch (Exception e)
            {
                Fail($"The ranks have come for {call}, which has failed. {e.GetType().Name}: {e.Message}", e);
            }
            finally
            {
                Array.Clear(tensors);
            }
        }

        private void Fail(string message, Exception? cause = null)
        {
            failure ??= message;
            Monitor.PulseAll(bell);
            throw new GroupFailedException(failure, cause);
        }

        private void ThrowIfFailed()
        {
            if (failure is not null)
                throw new GroupFailedException(failure);
        }
    }
}
