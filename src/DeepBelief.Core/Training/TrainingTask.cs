namespace DeepBelief.Training;

/// <summary>What the training loop needs of an objective.</summary>
/// <typeparam name="TMetrics">What is measured after an epoch.</typeparam>
internal abstract class TrainingTask<TMetrics> : IDisposable
{
    /// <summary>The parameters to update; at least one.</summary>
    public abstract IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>Number of batches of an epoch.</summary>
    public abstract int Batches { get; }

    /// <summary>What the task itself remembers from batch to batch, by name: always the same tensors. Default: nothing.</summary>
    public virtual IReadOnlyDictionary<string, Tensor> State { get; } = new Dictionary<string, Tensor>();

    /// <summary>The generators that the task draws from, by name, but for those that begin anew in every epoch.</summary>
    public abstract IReadOnlyDictionary<string, Generator> Generators { get; }

    /// <summary>Puts the rows in order for an epoch.</summary>
    /// <param name="epoch">The epoch, from 1.</param>
    public abstract void BeginEpoch(int epoch);

    /// <summary>Has one draw of a generator make all the keys of an epoch (<see cref="Kernels.RandomKey.Share"/>). Default: nothing is shared.</summary>
    public virtual IDisposable? ShareKeys() => null;

    /// <summary>Tells the task of the run's optimizer, whose sums it may add gradients to (<see cref="Optimizer.Accumulate"/>). Default: it does not.</summary>
    public virtual void Use(Optimizer optimizer)
    {
    }

    /// <summary>
    /// Puts the gradient of a batch into the parameters' <c>.grad</c>, in place of what was there, or adds it to a sum of the
    /// optimizer's.
    /// </summary>
    /// <param name="batch">The batch of the epoch, 1 to <see cref="Batches"/>.</param>
    public abstract void ComputeGradient(int batch);

    /// <summary>Measures the model after an epoch.</summary>
    public abstract TMetrics Evaluate(int epoch, double learningRate, TimeSpan elapsed);

    /// <summary>The value that is shown and by which early stopping judges.</summary>
    public abstract double Monitored(TMetrics metrics);

    /// <summary>The monitored value turned so that less is better.</summary>
    public abstract double Score(double monitored);

    public abstract void Dispose();
}
