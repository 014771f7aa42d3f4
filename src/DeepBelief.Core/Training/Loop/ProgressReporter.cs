using DeepBelief.Tensors;

namespace DeepBelief.Training;

/// <summary>Reports the progress of a run, rarely enough to cost no time.</summary>
internal sealed class ProgressReporter(IProgress<TrainingProgress>? target, int layer = 1, int layers = 1)
{
    private static readonly TimeSpan LeastInterval = TimeSpan.FromMilliseconds(100);

    private RunClock clock = new();
    private TimeSpan lastReport;
    private int epochs;
    private int batches;
    private IEpochMetrics? lastMetrics;
    private double? lastMonitored;

    public void Begin(int ofEpochs, int ofBatches, RunClock running)
        => (epochs, batches, clock, lastReport) = (ofEpochs, ofBatches, running, running.Elapsed);

    /// <summary>Sets the metrics of the last finished epoch, for the reports that follow.</summary>
    public void Finished(IEpochMetrics metrics, double monitored) => (lastMetrics, lastMonitored) = (metrics, monitored);

    public void AfterBatch(int epoch, int batch)
    {
        if (target is not null && clock.Elapsed - lastReport >= LeastInterval)
            Report(epoch, batch);
    }

    public void AfterEpoch(int epoch)
    {
        if (target is not null)
            Report(epoch, batches);
    }

    private void Report(int epoch, int batch)
    {
        lastReport = clock.Elapsed;
        var progress = new TrainingProgress(layer, layers, epoch, epochs, batch, batches, lastReport, lastMonitored, lastMetrics);
        UserCode.Run(() => target!.Report(progress));
    }
}
