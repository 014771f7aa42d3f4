namespace DeepBelief.Training;

/// <summary>An objective for the training loop.</summary>
/// <typeparam name="TMetrics">The metrics of an epoch.</typeparam>
internal abstract class TrainingTask<TMetrics> : IDisposable
{
    /// <summary>The parameters to update; at least one.</summary>
    public abstract IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>What averaging, early stopping and the guard against divergence keep: the parameters, then what else of the model updates change. Default: the parameters.</summary>
    public virtual IReadOnlyList<Tensor> Kept => Parameters;

    /// <summary>The training rows.</summary>
    public abstract BatchReader Rows { get; }

    /// <summary>State of the task between batches, by name: always the same tensors. Default: none.</summary>
    public virtual IReadOnlyDictionary<string, Tensor> State { get; } = new Dictionary<string, Tensor>();

    /// <summary>Rows that the model has drawn for the sampler, which checkpoints hold, as a trained one would draw others; null for none.</summary>
    public virtual Tensor? StartRows => null;

    /// <summary>That part of the state which is the same on all ranks of a group, as the parameters are. Default: none.</summary>
    public virtual IEnumerable<Tensor> SharedState => [];

    /// <summary>What the ranks of a group tell each other, with which <see cref="ComputeGradient"/> averages; null, the default, for a process alone.</summary>
    public virtual RankExchange? Ranks => null;

    /// <summary>The generators whose state a checkpoint saves, by name: all but those reseeded in every epoch. Default: those of the rows.</summary>
    public virtual IReadOnlyDictionary<string, Generator> Generators => Rows.Generators;

    /// <summary>Prepares a number of epochs; what is disposed after them puts back what they change outside. Default: nothing.</summary>
    public virtual IDisposable? Enter() => null;

    /// <summary>Prepares an epoch, numbered from 1.</summary>
    public virtual void BeginEpoch(int epoch) => Rows.BeginEpoch(epoch);

    /// <summary>Derives all keys of an epoch from one draw of a generator (<see cref="Tensors.RandomKey.Share"/>). Default: does nothing.</summary>
    public virtual IDisposable? ShareKeys() => null;

    /// <summary>True if <see cref="ComputeGradient"/> can add to the weights' <c>.grad</c>. Default: false.</summary>
    public virtual bool CanKeepGradients => false;

    /// <summary>Weights in bfloat16, which an optimizer can step along with the parameter; null for none. Default: none.</summary>
    public virtual RoundedWeights? Rounded => null;

    /// <summary>The units in which the optimizer is to step, where they are not the parameters' own. Default: none.</summary>
    public virtual IReadOnlyList<StandardizedSteps> Steps => [];

    /// <summary>Multiply-adds of an update's largest product, by which it is known whether threads are worth it. Default: many.</summary>
    public virtual long LargestProduct => long.MaxValue;

    /// <summary>Overwrites the parameters' <c>.grad</c> with the gradient of a batch, over the rows of all ranks.</summary>
    /// <param name="batch">The batch of the epoch, from 1.</param>
    /// <param name="keep">Factor of the old <c>.grad</c> of the weights, added to the gradient; 0 unless <see cref="CanKeepGradients"/>.</param>
    public abstract void ComputeGradient(int batch, double keep);

    /// <summary>Evaluates the model after an epoch.</summary>
    public abstract TMetrics Evaluate(int epoch, double learningRate, TimeSpan elapsed);

    /// <summary>Returns the value for progress reports and early stopping.</summary>
    public abstract double Monitored(TMetrics metrics);

    /// <summary>Returns the monitored value, negated if more is better. Default: the value.</summary>
    public virtual double Score(double monitored) => monitored;

    public abstract void Dispose();
}
