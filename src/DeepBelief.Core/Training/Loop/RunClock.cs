using System.Diagnostics;

namespace DeepBelief.Training;

/// <summary>The elapsed time of a run, including the time before an interruption.</summary>
internal sealed class RunClock
{
    private readonly Stopwatch watch = Stopwatch.StartNew();

    public TimeSpan Before { get; set; }

    public TimeSpan Elapsed => Before + watch.Elapsed;
}
