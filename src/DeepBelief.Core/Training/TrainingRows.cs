using DeepBelief.Sampling;

namespace DeepBelief.Training;

/// <summary>Where the batches of an energy model come from.</summary>
internal abstract class TrainingRows : IDisposable
{
    /// <summary>Number of batches of an epoch.</summary>
    public abstract int Batches { get; }

    /// <summary>Rows that stand for all of them, where a model is set up or chains begin, <c>[rows, visible]</c>.</summary>
    public abstract Tensor Overview { get; }

    /// <summary>The generators that are drawn from, by name.</summary>
    public abstract IReadOnlyDictionary<string, Generator> Generators { get; }

    public abstract void BeginEpoch(int epoch);

    /// <summary>A batch, wherever the sampler wants it, <c>[batch, visible]</c>.</summary>
    /// <param name="batch">The batch, from 1.</param>
    /// <param name="sampler">Whose gradient it is for.</param>
    public abstract Tensor Read(int batch, NegativeSampler sampler);

    public abstract void Dispose();
}
