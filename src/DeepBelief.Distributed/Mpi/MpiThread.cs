using System.Runtime.ExceptionServices;

namespace DeepBelief.Distributed;

/// <summary>
/// The thread that makes all calls of MPI, which never return if the other ranks are gone: whoever waits for one can stop waiting. The
/// thread then stays in it, and ends with the process.
/// </summary>
internal sealed class MpiThread
{
    private readonly ManualResetEventSlim isAsked = new();
    private readonly ManualResetEventSlim isDone = new();
    private Action? work;
    private ExceptionDispatchInfo? fault;

    public MpiThread() => new Thread(Work) { IsBackground = true, Name = "MPI" }.Start();

    /// <summary>Begins a call, of which there may be one at a time.</summary>
    public void Begin(Action call)
    {
        isDone.Reset();
        work = call;
        isAsked.Set();
    }

    /// <summary>Waits for so long; true if the call has returned. Throws what it has thrown.</summary>
    public bool Wait(TimeSpan time)
    {
        if (!isDone.Wait(time))
            return false;
        fault?.Throw();
        return true;
    }

    /// <summary>Begins a call and waits until it has returned.</summary>
    public void Run(Action call)
    {
        Begin(call);
        _ = Wait(Timeout.InfiniteTimeSpan);
    }

    private void Work()
    {
        while (true)
        {
            isAsked.Wait();
            isAsked.Reset();
            try
            {
                fault = null;
                work!();
            }
            catch (Exception e)
            {
                fault = ExceptionDispatchInfo.Capture(e);
            }

            work = null;
            isDone.Set();
        }
    }
}
