using System.Diagnostics;
using DeepBelief.Tensors;

namespace DeepBelief.Evaluation;

/// <summary>Counts the steps of a run, reports progress and checks for cancellation.</summary>
internal sealed class AnnealingClock(IProgress<AnnealingProgress>? target, int steps, CancellationToken cancellationToken)
{
    private static readonly TimeSpan LeastInterval = TimeSpan.FromMilliseconds(100);

    private readonly Stopwatch watch = Stopwatch.StartNew();
    private TimeSpan lastReport;
    private int done;

    public void Tick()
    {
        cancellationToken.ThrowIfCancellationRequested();
        done++;
        if (target is null || (done < steps && watch.Elapsed - lastReport < LeastInterval))
            return;
        lastReport = watch.Elapsed;
        UserCode.Run(() => target.Report(new AnnealingProgress(done, steps, lastReport)));
    }
}
