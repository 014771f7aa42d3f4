using DeepBelief.Training;

namespace DeepBelief.Tests.Support;

/// <summary>Does something with each report, on the thread of the run.</summary>
internal sealed class Told(Action<TrainingProgress> action) : IProgress<TrainingProgress>
{
    /// <summary>Does something at the end of each epoch.</summary>
    public static Told AfterEpochs(Action<TrainingProgress> action) => new(progress =>
    {
        if (progress.EpochEnded)
            action(progress);
    });

    public void Report(TrainingProgress value) => action(value);
}
