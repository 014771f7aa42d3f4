namespace DeepBelief.Sampling;

/// <summary>The chains of <see cref="PersistentContrastiveDivergence"/>, which continue from update to update.</summary>
internal sealed class RbmPersistentChains : RbmSampler
{
    private readonly Tensor hidden;
    private readonly Generator? generator;

    /// <summary>Creates a sampler whose chains start at <c>[chains, hidden]</c> states, which it then owns.</summary>
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
