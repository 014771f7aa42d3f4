using System.Runtime.InteropServices;

namespace DeepBelief.Cli;

/// <summary>
/// Ctrl+C and SIGTERM: the first asks the work to stop, which it does at the next batch or step, and then keeps what is finished;
/// the second ends the process at once. <c>DeepBelief.Experiments</c> compiles this file, too.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration[] registrations;
    private readonly TextWriter error;

    public Interruption(TextWriter error)
    {
        this.error = error;
        registrations = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop)];
    }

    public CancellationToken Token => source.Token;

    public void Dispose()
    {
        foreach (var registration in registrations)
            registration.Dispose();
        source.Dispose();
    }

    internal void Stop(PosixSignalContext context)
    {
        // Not held back: the process ends, as it would without this.
        if (source.IsCancellationRequested)
            return;
        context.Cancel = true;
        source.Cancel();
        try
        {
            error.WriteLine("Stopping. Once more ends the program at once.");
        }
        catch (IOException)
        {
            // Nobody listens.
        }
    }
}
