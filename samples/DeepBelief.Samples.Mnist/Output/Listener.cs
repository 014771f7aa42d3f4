using DeepBelief.Training;

namespace DeepBelief.Samples.Mnist.Output;

/// <summary>Calls back at once: <see cref="Progress{T}"/> would do so on other threads, later than the work itself.</summary>
internal sealed class Listener(Action<TrainingProgress> listen) : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value) => listen(value);
}
