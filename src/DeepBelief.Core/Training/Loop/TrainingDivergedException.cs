namespace DeepBelief.Training;

/// <summary>A parameter or the monitored value became NaN or infinite. Training stopped and restored the last finite parameters.</summary>
public sealed class TrainingDivergedException : Exception
{
    internal TrainingDivergedException(int epoch, int firstBatch, int lastBatch, double learningRate)
        : base(FormattableString.Invariant(
            $"A parameter became NaN or infinite in epoch {epoch}, between batches {firstBatch} and {lastBatch}; the parameters are back at their values before batch {firstBatch}. A smaller learning rate than {learningRate} may help."))
    {
        Epoch = epoch;
        FirstBatch = firstBatch;
        LastBatch = lastBatch;
    }

    internal TrainingDivergedException(int epoch, double monitored, double learningRate)
        : base(FormattableString.Invariant(
            $"The monitored value was {monitored} after epoch {epoch}, though all parameters are finite. A smaller learning rate than {learningRate} may help."))
        => Epoch = epoch;

    /// <summary>The epoch, from 1.</summary>
    public int Epoch { get; }

    /// <summary>The first suspect batch, from 1; the parameters are those before it. Null if the monitored value diverged.</summary>
    public int? FirstBatch { get; }

    /// <summary>The batch, from 1, after which it was detected; null if the monitored value diverged.</summary>
    public int? LastBatch { get; }
}
