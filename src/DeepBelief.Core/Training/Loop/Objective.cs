namespace DeepBelief.Training;

/// <summary>What a network is trained for: all in which a run of a classifier differs from those of other networks.</summary>
/// <typeparam name="TMetrics">The metrics of an epoch.</typeparam>
internal abstract class Objective<TMetrics> : IDisposable
{
    /// <summary>Returns the mean loss of a batch.</summary>
    /// <param name="inputs">What the network is given: the batch's rows, perhaps moved.</param>
    /// <param name="batch">The batch, for what the outputs should be.</param>
    public abstract Tensor Loss(Tensor inputs, Batch batch);

    /// <summary>Returns what else is minimized for a batch, added to the loss; null, the default, for nothing.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="unlabelled">The unlabelled rows beside it; null for none.</param>
    public virtual Tensor? Penalty(Batch batch, Tensor? unlabelled) => null;

    /// <summary>Evaluates the network after an epoch.</summary>
    public abstract TMetrics Evaluate(int epoch, double learningRate, Batch scored, Batch? validation, TimeSpan elapsed);

    /// <summary>Returns the value for progress reports and early stopping.</summary>
    public abstract double Monitored(TMetrics metrics);

    public abstract void Dispose();
}
