using DeepBelief.Tensors;

namespace DeepBelief.Sampling;

/// <summary>
/// PCD-k, or stochastic maximum likelihood: the chains continue from update to update (Younes 1989; Tieleman 2008, "Training
/// restricted Boltzmann machines using approximations to the likelihood gradient").
/// </summary>
/// <remarks>
/// <para>For an <see cref="Rbm"/>, the chains are hidden states. An update runs k Gibbs steps and, like contrastive divergence,
/// uses the last v with E[h | v]; the next update continues from a sample of that h.</para>
/// <para>Gibbs steps forget slowly, and seldom lead from one mode of the model to another that is far away. So before its steps each
/// chain of an <see cref="Rbm"/> is offered a jump: to a hidden state that is drawn given a random row of the batch, by the
/// Metropolis-Hastings rule, which keeps the model's distribution (Hastings 1970; Tierney 1994, "Markov chains for exploring
/// posterior distributions"). Models with hundreds of trained hidden units seldom accept, so after the first updates they are offered
/// jumps less often.</para>
/// <para>Without jumps (<see cref="Jumps"/>), chains lag behind a model that changes fast, above all at the start; therefore they
/// restart at rows of the batch in the first updates (<see cref="WarmUp"/>), which is contrastive divergence.</para>
/// <para>For an <see cref="Rbm"/>, <see cref="Training.EpochMetrics.Diagnostics"/> contains <c>jump_acceptance</c>, the accepted
/// fraction of the jumps, NaN if there were none, and <c>chain_correlation</c>, the correlation of the chains' hidden states with
/// those of an epoch before: near zero they mix, near one they are stuck.</para>
/// </remarks>
public sealed record PersistentContrastiveDivergence : NegativePhase
{
    private const int DefaultWarmUp = 200;

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

    /// <summary>
    /// True if the chains of an <see cref="Rbm"/> are offered jumps to hidden states drawn given rows of the batch; other models have
    /// no jumps. Default: true.
    /// </summary>
    public bool Jumps { get; init; } = true;

    /// <summary>
    /// Number of updates at the start of a run in which the chains restart at rows of the batch, 0 or more. Default: null, which is 0
    /// for chains that jump, otherwise 200.
    /// </summary>
    public int? WarmUp
    {
        get;
        init
        {
            Guard.Option(value is null or >= 0, nameof(WarmUp), value, "null, or 0 or more");
            field = value;
        }
    }

    /// <inheritdoc/>
    public override NegativeSampler CreateSampler(IEnergyModel model, Tensor data, Generator? generator)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var rows = torch.randint(0L, data.shape[0], new long[] { Chains }, ScalarType.Int64, data.device, generator: generator);
        var start = data.index_select(0, rows);
        if (model is not Rbm rbm)
            return new Sampler(model, Steps, WarmUp ?? DefaultWarmUp, generator, start.DetachFromDisposeScope());
        return new RbmPersistentChains(
            rbm,
            Steps,
            WarmUp ?? (Jumps ? 0 : DefaultWarmUp),
            Jumps ? new DataJumps(rbm, generator) : null,
            generator,
            rbm.SampleHidden(start, generator).DetachFromDisposeScope());
    }

    private sealed class Sampler : NegativeSampler
    {
        private readonly IEnergyModel model;
        private readonly int steps;
        private readonly Generator? generator;
        private readonly Tensor chains;
        private readonly ChainWarmUp warmUp;

        public Sampler(IEnergyModel model, int steps, int warmUp, Generator? generator, Tensor chains)
        {
            (this.model, this.steps, this.generator, this.chains) = (model, steps, generator, chains);
            this.warmUp = new ChainWarmUp(warmUp);
            State = new Dictionary<string, Tensor> { ["chains"] = chains, ["updates"] = this.warmUp.Updates };
        }

        public override IReadOnlyDictionary<string, Tensor> State { get; }

        public override Tensor Sample(Tensor batch)
        {
            using var noGrad = torch.no_grad();
            using var scope = torch.NewDisposeScope();
            if (warmUp.Next())
                _ = chains.copy_(batch.index_select(0, ChainWarmUp.Rows(chains.shape[0], batch, generator)));
            var next = MarkovChain.Run(model, chains, steps, generator);
            _ = chains.copy_(next);
            return next.MoveToOuterDisposeScope();
        }
    }
}
