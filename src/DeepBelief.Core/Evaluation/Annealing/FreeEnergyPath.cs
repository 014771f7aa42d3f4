using DeepBelief.Units;

namespace DeepBelief.Evaluation;

/// <summary>
/// The geometric path to a model that is known by its free energy, over units with finitely many states:
/// p_β(v) ∝ p_0(v)^(1-β) exp(-β F(v)), where the sites of p_0 are independent of each other.
/// </summary>
/// <remarks>
/// <para>A step is a sweep over all sites, which proposes one of a site's other states, all with the same probability, and accepts it
/// with p(proposed) / (p(proposed) + p(current)) (Barker 1965): of two states, that is Gibbs sampling. The Metropolis rule, which
/// accepts more, flips nearly all bits in every sweep where β is small: pairs of bits then stay as they are.</para>
/// <para>p_0 is uniform, or has the frequencies of data and a little of the uniform distribution. It is normalised: its log Z is
/// 0.</para>
/// </remarks>
internal sealed class FreeEnergyPath : AnnealingPath
{
    // What the data lack needs a probability, too.
    private const double UniformPart = 0.05;

    private readonly IEnergyModel model;
    private readonly Tensor like;
    private readonly JointStates states;
    private readonly Part[] parts;

    /// <summary>Creates a path from the frequencies of rows, <c>[rows, visible]</c>; null starts at the uniform distribution.</summary>
    public FreeEnergyPath(IEnergyModel model, Tensor? data)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        this.model = model;
        like = model.Representative();
        states = model.VisibleSupport.States(model.VisibleSize)!;
        parts = [.. states.Parts.Select(part => new Part(part.Sites, part.Start, LogFrequencies(part.Sites, part.Start).DetachFromDisposeScope()))];

        Tensor LogFrequencies(Sites sites, long start)
        {
            using var partScope = torch.NewDisposeScope();
            var uniform = torch.empty(sites.Count, sites.States, ScalarType.Float64, like.device).Fill(1.0 / sites.States);
            if (data is null)
                return uniform.log().MoveToOuterDisposeScope();
            var numbers = sites.Numbers(sites.BySite(data.narrow(1, start, sites.Units))).t();
            var counts = torch.zeros_like(uniform).scatter_add_(1, numbers, torch.ones(numbers.shape, ScalarType.Float64, like.device));
            return counts.Scale((1 - UniformPart) / data.shape[0]).Add(uniform, UniformPart).log().MoveToOuterDisposeScope();
        }
    }

    public override double BaseLogPartition() => 0;

    public override AnnealedChains Chains(long count, Generator? generator, AnnealingClock clock)
        => new Sweeps(this, torch.empty(count, model.VisibleSize, like.dtype, like.device), generator, clock);

    public override void Dispose()
    {
        foreach (var part in parts)
            part.LogFrequencies.Dispose();
    }

    /// <summary>Sites, their first unit, and log p_0 of each site's states, <c>[sites, states]</c>, in float64.</summary>
    private sealed record Part(Sites Sites, long Start, Tensor LogFrequencies)
    {
        /// <summary>The units of these sites, or of one of them, in rows of all units.</summary>
        public Tensor Units(Tensor rows, int? site = null)
            => site is { } one ? rows.narrow(1, Start + (one * Sites.Width), Sites.Width) : rows.narrow(1, Start, Sites.Units);
    }

    private sealed class Sweeps(FreeEnergyPath path, Tensor visible, Generator? generator, AnnealingClock clock)
        : AnnealedChains(visible, generator, clock)
    {
        private readonly Generator? generator = generator;
        private readonly Tensor freeEnergy = torch.empty(visible.shape[0], ScalarType.Float64, visible.device).DetachFromDisposeScope();

        public override void StartAtBase()
        {
            using var noGrad = torch.no_grad();
            using var scope = torch.NewDisposeScope();
            foreach (var part in path.parts)
            {
                var numbers = part.LogFrequencies.exp().multinomial(Visible.shape[0], true, generator).t();
                _ = part.Units(Visible).copy_(part.Sites.Values(numbers, Visible.dtype).reshape(Visible.shape[0], part.Sites.Units));
            }
        }

        // Means, such as greys, are no states, and a site whose proposals are refused would keep them.
        public override void StartAt(Tensor rows)
        {
            using var scope = torch.NewDisposeScope();
            base.StartAt(path.states.Nearest(rows));
        }

        protected override void Look() => _ = freeEnergy.copy_(FreeEnergy());

        protected override void AddLogRatio(double from, double to, Tensor totals)
        {
            _ = totals.Add(freeEnergy, from - to);
            foreach (var part in path.parts)
            {
                var numbers = part.Sites.Numbers(part.Sites.BySite(part.Units(Visible)));
                var logs = part.LogFrequencies.t().gather(0, numbers).sum(dim: 1);
                _ = totals.Add(logs, from - to);
            }
        }

        protected override void Move(double beta)
        {
            foreach (var part in path.parts.Where(part => part.Sites.States > 1))
            {
                for (var site = 0; site < part.Sites.Count; site++)
                    MoveSite(part, site, beta);
            }
        }

        protected override void Dispose(bool disposing)
        {
            freeEnergy.Dispose();
            base.Dispose(disposing);
        }

        private Tensor FreeEnergy()
        {
            using var inside = InputChecks.Enter();
            return path.model.FreeEnergy(Visible);
        }

        private void MoveSite(Part part, int site, double beta)
        {
            using var scope = torch.NewDisposeScope();
            var units = part.Units(Visible, site);
            var before = units.clone();
            var numbers = part.Sites.Numbers(before);
            var proposed = part.Sites.Shifted(numbers, torch.randint(1, part.Sites.States, [Visible.shape[0]], ScalarType.Int64, Visible.device, generator: generator));
            var ofSite = part.LogFrequencies.select(0, site);
            _ = units.copy_(part.Sites.Values(proposed, Visible.dtype));
            var after = FreeEnergy().to(ScalarType.Float64);
            var logRatio = (freeEnergy - after).Times(beta).Plus(ofSite.index_select(0, proposed) - ofSite.index_select(0, numbers), 1 - beta);
            var isAccepted = torch.empty_like(logRatio).uniform_(0, 1, generator).lt(logRatio.sigmoid());
            _ = units.copy_(torch.where(isAccepted.unsqueeze(1), units, before));
            _ = freeEnergy.copy_(torch.where(isAccepted, after, freeEnergy));
        }
    }
}
