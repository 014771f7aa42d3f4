using DeepBelief.Tensors;

namespace DeepBelief.Sampling;

/// <summary>
/// PCD-k, or stochastic maximum likelihood: the chains start at rows drawn from the data, continue from update to update and
/// never restart (Younes 1989; Tieleman 2008, "Training restricted Boltzmann machines using approximations to the likelihood
/// gradient").
/// </summary>
/// <remarks>
/// For an <see cref="Rbm"/>, the chains are hidden states. An update runs k Gibbs steps and, like contrastive divergence, uses
/// the last v with E[h | v]; the next update continues from a sample of that h.
/// </remarks>
public sealed record PersistentContrastiveDivergence : NegativePhase
{
    /// <summary>Creates a negative phase.</summary>
    /// <param name="steps">k, 1 or more. Default: 1.</param>
    /// <param name="chains">Number of chains, 1 or more. Default: 100.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is less than 1.</exception>
    public PersistentContrastiveDivergence(int steps = 1, int chains = 100)
        : base(steps)
    {
        Guard.Size(chains);
        Chains = chains;
    }

    /// <summary>Number of chains.</summary>
    public int Chains { get; }

    /// <inheritdoc/>
    public override NegativeSampler CreateSampler(IEnergyModel model, Tensor data, Generator? generator)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var rows = torch.randint(0L, data.shape[0], new long[] { Chains }, ScalarType.Int64, data.device, generator: generator);
        var start = data.index_select(0, rows);
        if (model is Rbm rbm)
            return new RbmPersistentChains(rbm, Steps, generator, rbm.SampleHidden(start, generator).DetachFromDisposeScope());
        return new Sampler(model, Steps, generator, start.DetachFromDisposeScope());
    }

    private sealed class Sampler(IEnergyModel model, int steps, Generator? generator, Tensor chains) : NegativeSampler
    {
        public override IReadOnlyDictionary<string, Tensor> State { get; } = new Dictionary<string, Tensor> { ["chains"] = chains };

        public override Tensor Sample(Tensor batch)
        {
            using var noGrad = torch.no_grad();
            using var scope = torch.NewDisposeScope();
            var next = MarkovChain.Run(model, State["chains"], steps, generator);
            _ = State["chains"].copy_(next);
            return next.MoveToOuterDisposeScope();
        }
    }
}
