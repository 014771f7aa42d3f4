namespace DeepBelief.Sampling;

/// <summary>The chains of <see cref="PersistentContrastiveDivergence"/>, which continue from update to update.</summary>
internal sealed class RbmPersistentChains : RbmSampler
{
    private readonly Tensor hidden;
    private readonly ChainWarmUp warmUp;
    private readonly DataJumps? jumps;
    private readonly ChainCorrelation correlation;
    private readonly Generator? generator;

    /// <summary>Creates a sampler whose chains start at <c>[chains, hidden]</c> states; it owns these and the jumps.</summary>
    public RbmPersistentChains(Rbm rbm, int steps, int warmUp, DataJumps? jumps, Generator? generator, Tensor hidden)
        : base(rbm, steps, generator)
    {
        this.hidden = hidden;
        this.warmUp = new ChainWarmUp(warmUp);
        this.jumps = jumps;
        this.generator = generator;
        correlation = new ChainCorrelation(hidden);
        State = DataJumps.AddState(jumps, new() { ["chains"] = hidden, ["chains_before"] = correlation.Before, ["updates"] = this.warmUp.Updates });
    }

    public override IReadOnlyDictionary<string, Tensor> State { get; }

    public override IReadOnlyDictionary<string, double> TakeDiagnostics()
        => DataJumps.AddAcceptance(jumps, new() { [ChainCorrelation.Name] = correlation.Measure() });

    public override long Rows(long batch) => hidden.size(0);

    public override long LargestProduct(long batch) => Math.Max(base.LargestProduct(batch), jumps?.LargestProduct(batch, hidden.size(0)) ?? 0);

    protected override void Draw(RbmPhases phases)
    {
        if (warmUp.Next())
            Restart(phases);
        jumps?.Offer(phases, hidden);
        var states = phases.ToStates(hidden);
        Run(phases, states);
        phases.SendUp(states, generator);
        RbmPhases.FromStates(states, hidden);
    }

    /// <summary>Sets the chains to h drawn given rows of the batch.</summary>
    private void Restart(RbmPhases phases)
    {
        var model = phases.Model;
        _ = model.Visible.copy_(phases.Data.Visible.index_select(0, ChainWarmUp.Rows(hidden.size(0), phases.Data.Visible, generator)));
        phases.SendUp(model);
        var states = phases.ToStates(hidden, areRead: false);
        phases.Activate(model, states, generator);
        RbmPhases.FromStates(states, hidden);
    }
}
