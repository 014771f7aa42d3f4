using DeepBelief.Tensors;
using DeepBelief.Units;

namespace DeepBelief.Evaluation;

/// <summary>
/// The geometric path to a model that is known by its free energy, over real numbers: p_β(v) ∝ p_0(v)^(1-β) exp(-β F(v)), where p_0 is
/// a Gaussian of independent units, within the bounds of the units.
/// </summary>
/// <remarks>
/// <para>A step is one of Hamiltonian Monte Carlo, in deviations of p_0: leapfrog steps, reflected at bounds, then Metropolis' rule, so
/// that p_β is invariant whatever their size (Neal 2011, "MCMC using Hamiltonian dynamics"; in annealing Sohl-Dickstein and Culpepper
/// 2012, "Hamiltonian annealed importance sampling for partition function estimation"). The size varies by a fifth from step to step,
/// lest trajectories return to where they began.</para>
/// <para>Chains of their own find the size at each β before those that count: the mean weight is exact because no size depends on the
/// past of a chain that has a weight.</para>
/// </remarks>
internal sealed class HamiltonianPath : AnnealingPath
{
    private const int TuningSteps = 200;
    private const int TuningChains = 50;

    // The best for many dimensions (Beskos, Pillai, Roberts, Sanz-Serna and Stuart 2013, "Optimal tuning of the hybrid Monte Carlo algorithm").
    private const double AcceptanceRate = 0.65;

    // Where leapfrog steps on a Gaussian of deviation 1 become unstable.
    private const double LargestStep = 2;

    private const double Variation = 0.2;

    private readonly IEnergyModel model;
    private readonly Tensor like;
    private readonly BoundedGaussian start;
    private readonly SortedList<double, double> stepSizes = [];
    private int leapfrogSteps;

    /// <summary>Creates a path from the means and deviations of rows, <c>[rows, visible]</c>.</summary>
    public HamiltonianPath(IEnergyModel model, Tensor? data)
    {
        this.model = model;
        like = model.Representative();
        start = new BoundedGaussian(Intervals(model)!, data, like.device);
    }

    public override int StepsOfPreparation => TuningSteps;

    /// <summary>The intervals of a model's units, within the bounds of its chains; null if its units are not real numbers.</summary>
    public static IReadOnlyList<Interval>? Intervals(IEnergyModel model) => model.States().Intervals(model.VisibleSize);

    public override double BaseLogPartition() => start.LogPartition;

    /// <summary>Finds the sizes of leapfrog steps along the path.</summary>
    public override void Prepare(AnnealingOptions options, AnnealingClock clock)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        leapfrogSteps = options.LeapfrogSteps;
        using var generator = AnnealedImportanceSampling.Start(model, options, Randomness.AnnealingSteps);
        using var chains = new Trajectories(this, Empty(Math.Min(options.Chains, TuningChains)), generator, clock);
        chains.StartAtBase();
        var (betas, steps) = (options.Schedule.InverseTemperatures, options.Schedule.Steps);
        var size = Math.Pow(model.VisibleSize, -0.25);
        for (var step = 1L; step <= TuningSteps; step++)
        {
            var beta = betas[(int)(((step * steps) + TuningSteps - 1) / TuningSteps)];
            size = Math.Min(LargestStep, size * Math.Exp(chains.Move(beta, size) - AcceptanceRate));
            stepSizes[beta] = size;
            clock.Tick();
        }
    }

    public override AnnealedChains Chains(long count, Generator? generator, AnnealingClock clock)
        => new Trajectories(this, Empty(count), generator, clock);

    public override void Dispose() => start.Dispose();

    private Tensor Empty(long chains) => torch.empty(chains, model.VisibleSize, like.dtype, like.device);

    /// <summary>The size that was found at this β or the next.</summary>
    private double StepSize(double beta)
        => stepSizes.First(found => found.Key >= beta).Value;

    private sealed class Trajectories(HamiltonianPath path, Tensor visible, Generator? generator, AnnealingClock clock)
        : AnnealedChains(visible, generator, clock)
    {
        private readonly Generator? generator = generator;
        private readonly Tensor freeEnergy = torch.empty(visible.shape[0], ScalarType.Float64, visible.device).DetachFromDisposeScope();
        private readonly Tensor gradient = torch.empty_like(visible).DetachFromDisposeScope();
        private bool isKnown; // the free energy, and its gradient

        public override void StartAtBase()
        {
            using var noGrad = torch.no_grad();
            using var scope = torch.NewDisposeScope();
            base.StartAt(path.start.Values(path.start.Sample(Visible.shape[0], generator), Visible.dtype));
            isKnown = false;
        }

        public override void StartAt(Tensor rows)
        {
            using var noGrad = torch.no_grad();
            using var scope = torch.NewDisposeScope();
            base.StartAt(path.start.Nearest(rows));
            isKnown = false;
        }

        /// <summary>Takes a step with leapfrog steps of a given size, and returns the mean probability of acceptance.</summary>
        public double Move(double beta, double stepSize)
        {
            using var scope = torch.NewDisposeScope();
            Look();
            return Step(beta, stepSize).mean().Number();
        }

        protected override void Look()
        {
            if (isKnown)
                return;
            using var scope = torch.NewDisposeScope();
            Evaluate(Visible, freeEnergy, gradient);
            isKnown = true;
        }

        protected override void AddLogRatio(double from, double to, Tensor totals)
            => _ = totals.Add(path.start.Standardized(Visible).Squared().sum(1).Times(0.5) - freeEnergy, to - from);

        protected override void Move(double beta) => Step(beta, path.StepSize(beta)).Dispose();

        protected override void Dispose(bool disposing)
        {
            freeEnergy.Dispose();
            gradient.Dispose();
            base.Dispose(disposing);
        }

        /// <summary>Takes a step, and returns each chain's probability of acceptance.</summary>
        private Tensor Step(double beta, double stepSize)
        {
            using var scope = torch.NewDisposeScope();
            var standardized = path.start.Standardized(Visible);
            var momentum = torch.empty_like(standardized).normal_(0, 1, generator);
            var sizes = torch.empty_like(freeEnergy).uniform_((1 - Variation) * stepSize, (1 + Variation) * stepSize, generator).unsqueeze(1);
            var before = Energy(freeEnergy);
            var isInside = torch.ones_like(freeEnergy, ScalarType.Bool);
            var (rows, energies, slopes) = (torch.empty_like(Visible), torch.empty_like(freeEnergy), gradient.clone());
            Push(0.5);
            for (var step = 1; step <= path.leapfrogSteps; step++)
            {
                using var stepScope = torch.NewDisposeScope();
                _ = standardized.AddProduct(momentum, sizes);
                _ = isInside.copy_(isInside.logical_and(path.start.Reflect(standardized, momentum)));
                _ = rows.copy_(path.start.Values(standardized, rows.dtype));
                Evaluate(rows, energies, slopes);
                Push(step < path.leapfrogSteps ? 1 : 0.5);
            }

            // A NaN, of an energy that overflowed for instance, is refused.
            var refused = torch.empty_like(before).Fill(double.NegativeInfinity);
            var logRatio = before - Energy(energies);
            logRatio = torch.where(isInside.logical_and(logRatio.isnan().logical_not()), logRatio, refused);
            var isAccepted = torch.empty_like(logRatio).uniform_(0, 1, generator).log_().lt(logRatio);
            var acceptedRows = isAccepted.unsqueeze(1);
            _ = Visible.copy_(torch.where(acceptedRows, rows, Visible));
            _ = freeEnergy.copy_(torch.where(isAccepted, energies, freeEnergy));
            _ = gradient.copy_(torch.where(acceptedRows, slopes, gradient));
            return logRatio.AtMost(0).exp().MoveToOuterDisposeScope();

            Tensor Energy(Tensor free)
                => free.Times(beta).Plus(standardized.Squared().sum(1), (1 - beta) / 2).Plus(momentum.Squared().sum(1), 0.5);

            void Push(double part)
            {
                using var pushScope = torch.NewDisposeScope();
                var force = path.start.Slope(slopes).Times(beta).Plus(standardized, 1 - beta);
                _ = momentum.AddProduct(force, sizes, -part);
            }
        }

        private void Evaluate(Tensor rows, Tensor energies, Tensor slopes)
        {
            using var inside = InputChecks.Enter();
            using var scope = torch.NewDisposeScope();
            var (values, gradients) = Langevin.Evaluate(path.model.FreeEnergy, rows);
            _ = energies.copy_(values);
            _ = slopes.copy_(gradients);
        }
    }
}
