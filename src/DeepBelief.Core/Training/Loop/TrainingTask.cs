namespace DeepBelief.Training;

/// <summary>What the training loop needs of an objective.</summary>
/// <typeparam name="TMetrics">What is measured after an epoch.</typeparam>
internal abstract class TrainingTask<TMetrics> : IDisposable
{
    /// <summary>The parameters to update; at least one.</summary>
    public abstract IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>The rows that are learned from.</summary>
    public abstract BatchReader Rows { get; }

    /// <summary>What the task itself remembers from batch to batch, by name: always the same tensors. Default: nothing.</summary>
    public virtual IReadOnlyDictionary<string, Tensor> State { get; } = new Dictionary<string, Tensor>();

    /// <summary>The generators that the task draws from, by name, but for those that start afresh in every epoch. Default: those of the rows.</summary>
    public virtual IReadOnlyDictionary<string, Generator> Generators => Rows.Generators;

    /// <summary>Prepares for an epoch.</summary>
    /// <param name="epoch">The epoch, from 1.</param>
    public virtual void BeginEpoch(int epoch) => Rows.BeginEpoch(epoch);

    /// <summary>Has one draw of a generator make all the keys of an epoch (<see cref="Tensors.RandomKey.Share"/>). Default: nothing is shared.</summary>
    public virtual IDisposable? ShareKeys() => null;

    /// <summary>Whether <see cref="ComputeGradient"/> can add to a part of the weights' <c>.grad</c>. Default: it can't.</summary>
    public virtual bool CanKeepGradients => false;

    /// <summary>Writes the gradient of a batch to the parameters' <c>.grad</c>, in place of what is there.</summary>
    /// <param name="batch">The batch of the epoch, from 1.</param>
    /// <param name="keep">The part of the weights' <c>.grad</c> that is kept, and the gradient added to; 0 unless <see cref="CanKeepGradients"/>.</param>
    public abstract void ComputeGradient(int batch, double keep);

    /// <summary>Measures the model after an epoch.</summary>
    public abstract TMetrics Evaluate(int epoch, double learningRate, TimeSpan elapsed);

    /// <summary>The value that is shown and by which early stopping judges.</summary>
    public abstract double Monitored(TMetrics metrics);

    /// <summary>The monitored value turned so that less is better. Default: the value.</summary>
    public virtual double Score(double monitored) => monitored;

    public abstract void Dispose();
}
