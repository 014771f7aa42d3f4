using System.Diagnostics;

namespace DeepBelief.Training;

/// <summary>The time that a run has trained, including the time before an interruption.</summary>
internal sealed class RunClock
{
    private readonly Stopwatch watch = new();

    public TimeSpan Before { get; set; }

    public TimeSpan Elapsed => Before + watch.Elapsed;

    public void Start() => watch.Start();

    public void Stop() => watch.Stop();
}
