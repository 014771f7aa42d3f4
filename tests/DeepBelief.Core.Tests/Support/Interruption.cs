using DeepBelief.Training;

namespace DeepBelief.Tests.Support;

/// <summary>Ends a run after so many epochs, as a kill would.</summary>
internal sealed class Interruption(int afterEpochs) : IProgress<TrainingProgress>
{
    private int epochs;

    public void Report(TrainingProgress value)
    {
        if (value.Batch == value.Batches && ++epochs == afterEpochs)
            throw new Killed();
    }

    internal sealed class Killed : Exception;
}
