using DeepBelief.Tensors;

namespace DeepBelief.Sampling;

/// <summary>
/// How the rows of the negative phase are drawn. This is the setting, immutable and free to share; each training run
/// starts a <see cref="NegativeSampler"/> of its own from it.
/// </summary>
public abstract record NegativePhase
{
    /// <summary>Makes a phase.</summary>
    /// <param name="steps">See <see cref="Steps"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is less than 1 step.</exception>
    protected NegativePhase(int steps)
    {
        Guard.Size(steps);
        Steps = steps;
    }

    /// <summary>Steps of each chain between two updates, k; 1 or more.</summary>
    public int Steps { get; }

    /// <summary>Refuses a model that the phase is not for, before anything is changed. Default: it is for all.</summary>
    internal virtual void Check(IEnergyModel model)
    {
    }

    /// <summary>Starts the chains of one training run.</summary>
    /// <param name="model">The model that is being trained.</param>
    /// <param name="data">All training rows, <c>[rows, visible]</c>.</param>
    /// <param name="generator">
    /// The run's source of randomness, which the run disposes; null on a device whose default generator is the only one.
    /// </param>
    public abstract NegativeSampler CreateSampler(IEnergyModel model, Tensor data, Generator? generator);
}
