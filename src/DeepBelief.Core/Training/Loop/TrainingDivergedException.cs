namespace DeepBelief.Training;

/// <summary>
/// A parameter, or the monitored value, became NaN or infinite. Training stopped; the parameters are the last that were
/// found finite.
/// </summary>
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

    /// <summary>
    /// The first batch, from 1, after which it may have happened; the parameters are as before it. Null if it was the
    /// monitored value.
    /// </summary>
    public int? FirstBatch { get; }

    /// <summary>The batch, from 1, after which it was seen; null if it was the monitored value.</summary>
    public int? LastBatch { get; }
}
