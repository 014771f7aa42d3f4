namespace DeepBelief.Sampling;

/// <summary>
/// CD-k: each update starts new chains at the rows of its batch (Hinton 2002, "Training products of experts by minimizing
/// contrastive divergence").
/// </summary>
/// <remarks>
/// All states along a chain are sampled. For an <see cref="Rbm"/>, the gradient uses E[h | v] of the batch and of the chains'
/// last v.
/// </remarks>
public sealed record ContrastiveDivergence : NegativePhase
{
    /// <summary>Creates a negative phase.</summary>
    /// <param name="steps">k, 1 or more. Default: 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of steps is less than 1.</exception>
    public ContrastiveDivergence(int steps = 1)
        : base(steps)
    {
    }

    /// <inheritdoc/>
    public override NegativeSampler CreateSampler(IEnergyModel model, Tensor data, Generator? generator)
        => model is Rbm rbm ? new RbmBatchChains(rbm, Steps, generator) : new Sampler(model, Steps, generator);

    private sealed class Sampler(IEnergyModel model, int steps, Generator? generator) : NegativeSampler
    {
        public override Tensor Sample(Tensor batch) => MarkovChain.Run(model, batch, steps, generator);
    }
}
