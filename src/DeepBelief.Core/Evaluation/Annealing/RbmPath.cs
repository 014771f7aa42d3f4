using DeepBelief.Sampling;

namespace DeepBelief.Evaluation;

/// <summary>The path to an RBM, with block Gibbs steps; owns the <see cref="BaseRatePath"/>.</summary>
internal sealed class RbmPath(Rbm model, BaseRatePath path) : AnnealingPath
{
    public override double BaseLogPartition() => path.BaseLogPartition();

    public override AnnealedChains Chains(long count, Generator? generator, AnnealingClock clock)
    {
        return new RbmChains(path, Empty(path.VisibleSize), Empty(path.HiddenSize), Empty(path.HiddenSize), generator, clock);

        Tensor Empty(long columns) => torch.empty(count, columns, model.Weight.dtype, model.Weight.device);
    }

    public override void Dispose() => path.Dispose();

    private sealed class RbmChains(BaseRatePath path, Tensor visible, Tensor couplings, Tensor hidden, Generator? generator, AnnealingClock clock)
        : AnnealedChains(visible, generator, clock)
    {
        private readonly Generator? generator = generator;
        private readonly Tensor couplings = couplings.DetachFromDisposeScope();
        private readonly Tensor hidden = hidden.DetachFromDisposeScope();

        public override void StartAtBase() => path.SampleBase(Visible, generator);

        protected override void Look() => path.Couple(Visible, couplings);

        protected override void AddLogRatio(double from, double to, Tensor totals) => path.AddLogRatio(Visible, couplings, from, to, totals);

        protected override void Move(double beta)
        {
            path.SampleHidden(couplings, hidden, beta, generator);
            path.SampleVisible(hidden, Visible, beta, generator);
        }

        protected override void Dispose(bool disposing)
        {
            couplings.Dispose();
            hidden.Dispose();
            base.Dispose(disposing);
        }
    }
}
