using System.Diagnostics;

namespace DeepBelief.Training;

/// <summary>The time that a run has taken, with that before it was interrupted.</summary>
internal sealed class RunClock
{
    private readonly Stopwatch watch = Stopwatch.StartNew();

    public TimeSpan Before { get; set; }

    public TimeSpan Elapsed => Before + watch.Elapsed;
}
