using System.Diagnostics;
using DeepBelief.Training;

namespace DeepBelief.Benchmarks.Training;

/// <summary>
/// Times epochs from outside the library. The report at an epoch's end is the last thing that happens in it, after the
/// evaluation, so from the return of one such report to the next all that an epoch costs goes by: shuffling, batches,
/// checks, evaluation.
/// </summary>
/// <param name="between">Called at the end of every epoch with its number and duration; its own time belongs to no epoch.</param>
internal sealed class EpochClock(Action<int, TimeSpan> between) : IProgress<TrainingProgress>
{
    private long start = Stopwatch.GetTimestamp();

    public void Report(TrainingProgress value)
    {
        if (value.Batch < value.Batches)
            return;
        between(value.Epoch, Stopwatch.GetElapsedTime(start));
        start = Stopwatch.GetTimestamp();
    }
}
