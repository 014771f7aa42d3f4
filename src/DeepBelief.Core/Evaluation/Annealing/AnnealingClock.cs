using System.Diagnostics;

namespace DeepBelief.Evaluation;

/// <summary>Counts the steps of a run: tells the caller how far it is, and ends it if the caller wants no more.</summary>
internal sealed class AnnealingClock(IProgress<AnnealingProgress>? target, int steps, CancellationToken cancellationToken)
{
    private static readonly TimeSpan LeastInterval = TimeSpan.FromMilliseconds(100);

    private readonly Stopwatch watch = Stopwatch.StartNew();
    private TimeSpan lastReport;
    private int done;

    /// <summary>Another step is done.</summary>
    public void Tick()
    {
        cancellationToken.ThrowIfCancellationRequested();
        done++;
        if (target is null || (done < steps && watch.Elapsed - lastReport < LeastInterval))
            return;
        lastReport = watch.Elapsed;
        target.Report(new AnnealingProgress(done, steps, lastReport));
    }
}
