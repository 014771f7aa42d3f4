using DeepBelief.Tensors;

namespace DeepBelief.Sampling;

/// <summary>
/// PCD-k, or stochastic maximum likelihood: the chains go on from one update to the next and never restart (Younes 1989;
/// Tieleman 2008, "Training restricted Boltzmann machines using approximations to the likelihood gradient"). They begin
/// at rows drawn from the data.
/// </summary>
/// <remarks>
/// For an <see cref="Rbm"/>, the chains are hidden states: an update goes down and up k times, uses the last v with its
/// E[h | v], as contrastive divergence does, and the next one goes on from an h drawn along with that mean.
/// </remarks>
public sealed record PersistentContrastiveDivergence : NegativePhase
{
    /// <summary>Makes a phase.</summary>
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
