using DeepBelief.Tensors;

namespace DeepBelief.Sampling;

/// <summary>
/// How the negative phase is sampled. This is the setting, immutable and safe to share; each training run creates its own
/// <see cref="NegativeSampler"/> from it.
/// </summary>
public abstract record NegativePhase
{
    /// <summary>Creates a negative phase.</summary>
    /// <param name="steps">See <see cref="Steps"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of steps is less than 1.</exception>
    protected NegativePhase(int steps)
    {
        Guard.Size(steps);
        Steps = steps;
    }

    /// <summary>Steps of each chain per update, k; 1 or more.</summary>
    public int Steps { get; }

    /// <summary>Throws if the phase does not support the model, before training changes anything. Default: supports all.</summary>
    internal virtual void Check(IEnergyModel model)
    {
    }

    /// <summary>Starts the chains of one training run.</summary>
    /// <param name="model">The model being trained.</param>
    /// <param name="data">
    /// Training rows, <c>[rows, visible]</c>: all, or a sample. They outlive the sampler, which may keep them. Where the model has drawn
    /// them, a run that goes on from a checkpoint puts those of its first start in their place after this call: what is computed from
    /// them here, and kept, belongs to <see cref="NegativeSampler.State"/>.
    /// </param>
    /// <param name="generator">The run's generator, which the run disposes; null, on CUDA, means torch's default.</param>
    public abstract NegativeSampler CreateSampler(IEnergyModel model, Tensor data, Generator? generator);
}
