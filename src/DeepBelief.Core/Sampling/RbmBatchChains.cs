namespace DeepBelief.Sampling;

/// <summary>The chains of <see cref="ContrastiveDivergence"/>, which start at the batch in each update.</summary>
internal sealed class RbmBatchChains(Rbm rbm, int steps, Generator? generator) : RbmSampler(rbm, steps, generator)
{
    private readonly Generator? generator = generator;
    private Tensor? hidden;

    public override long Rows(long batch) => batch;

    protected override void Draw(RbmPhases phases)
    {
        if (hidden is null || hidden.size(0) != phases.Model.Rows)
        {
            hidden?.Dispose();
            hidden = phases.NewStates();
        }

        phases.SendDataUp(hidden, generator);
        Run(phases, hidden);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            hidden?.Dispose();
        base.Dispose(disposing);
    }
}
