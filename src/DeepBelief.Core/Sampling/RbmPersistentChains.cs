namespace DeepBelief.Sampling;

/// <summary>The chains of <see cref="PersistentContrastiveDivergence"/>: they go on from update to update.</summary>
internal sealed class RbmPersistentChains : RbmSampler
{
    private readonly Tensor hidden;
    private readonly Generator? generator;

    /// <summary>Makes a sampler.</summary>
    /// <param name="rbm">The machine that is trained.</param>
    /// <param name="steps">k.</param>
    /// <param name="generator">Source of randomness; torch's default generator when null.</param>
    /// <param name="hidden">h that the chains start at, <c>[chains, hidden]</c>, which the sampler then owns.</param>
    public RbmPersistentChains(Rbm rbm, int steps, Generator? generator, Tensor hidden)
        : base(rbm, steps, generator)
    {
        this.hidden = hidden;
        this.generator = generator;
        State = new Dictionary<string, Tensor> { ["chains"] = hidden };
    }

    public override IReadOnlyDictionary<string, Tensor> State { get; }

    public override long Rows(long batch) => hidden.size(0);

    protected override void Draw(RbmPhases phases)
    {
        Run(phases, hidden);
        phases.SendUp(hidden, generator);
    }
}
