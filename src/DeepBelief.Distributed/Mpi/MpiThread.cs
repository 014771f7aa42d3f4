using System.Runtime.ExceptionServices;

namespace DeepBelief.Distributed;

/// <summary>
/// The thread that makes all calls of MPI, which never return if the other ranks are gone: whoever waits for one can stop waiting. The
/// thread then stays in it, and ends with the process.
/// </summary>
internal sealed class MpiThread
{
    private readonly object gate = new();
    private Action? work; // null while there is nothing to do
    private ExceptionDispatchInfo? fault;

    public MpiThread() => new Thread(Work) { IsBackground = true, Name = "MPI" }.Start();

    /// <summary>Begins a call, of which there may be one at a time.</summary>
    public void Begin(Action call)
    {
        lock (gate)
        {
            work = call;
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>Waits for at most so long; true if the call has returned. Throws what it has thrown.</summary>
    public bool Wait(TimeSpan time)
    {
        lock (gate)
        {
            if (work is not null)
                _ = Monitor.Wait(gate, time);
            if (work is not null)
                return false;
        }

        fault?.Throw();
        return true;
    }

    /// <summary>Begins a call and waits until it has returned.</summary>
    public void Run(Action call)
    {
        Begin(call);
        while (!Wait(Timeout.InfiniteTimeSpan))
        {
            // Woken by chance.
        }
    }

    private void Work()
    {
        while (true)
        {
            Action call;
            lock (gate)
            {
                while (work is null)
                    _ = Monitor.Wait(gate);
                call = work;
            }

            ExceptionDispatchInfo? thrown = null;
            try
            {
                call();
            }
            catch (Exception e)
            {
                thrown = ExceptionDispatchInfo.Capture(e);
            }

            lock (gate)
            {
                (fault, work) = (thrown, null);
                Monitor.PulseAll(gate);
            }
        }
    }
}
