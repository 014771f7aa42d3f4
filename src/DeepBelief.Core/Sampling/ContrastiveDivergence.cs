namespace DeepBelief.Sampling;

/// <summary>
/// CD-k: every update restarts its chains at the rows of its batch (Hinton 2002, "Training products of experts by
/// minimizing contrastive divergence"). All states along the chain are sampled.
/// </summary>
public sealed record ContrastiveDivergence : NegativePhase
{
    /// <summary>Makes a phase.</summary>
    /// <param name="steps">k, 1 or more. Default: 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is less than 1 step.</exception>
    public ContrastiveDivergence(int steps = 1)
        : base(steps)
    {
    }

    /// <inheritdoc/>
    public override NegativeSampler Start(IEnergyModel model, Tensor data, Generator? generator)
        => new Sampler(model, Steps, generator);

    private sealed class Sampler(IEnergyModel model, int steps, Generator? generator) : NegativeSampler(model)
    {
        private readonly IEnergyModel model = model;

        public override Tensor Sample(Tensor batch)
        {
            using var scope = torch.NewDisposeScope();
            return MarkovChain.Run(model, batch, steps, generator).MoveToOuterDisposeScope();
        }
    }
}
