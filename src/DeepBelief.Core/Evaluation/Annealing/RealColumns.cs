using DeepBelief.Tensors;
using DeepBelief.Units;

namespace DeepBelief.Evaluation;

/// <summary>Real numbers, within bounds if they have any.</summary>
/// <remarks>
/// <para>A step is one of Hamiltonian Monte Carlo, in deviations of p_0: leapfrog steps, reflected at bounds, then Metropolis' rule, so
/// that p_β is invariant whatever their size (Neal 2011, "MCMC using Hamiltonian dynamics"; in annealing Sohl-Dickstein and Culpepper
/// 2012, "Hamiltonian annealed importance sampling for partition function estimation"). The size varies by a fifth from step to step,
/// lest trajectories return to where they began.</para>
/// <para>p_0 is a <see cref="BoundedGaussian"/>, with the means and deviations of data.</para>
/// </remarks>
internal sealed class RealColumns : AnnealedColumns
{
    // The best for many dimensions (Beskos, Pillai, Roberts, Sanz-Serna and Stuart 2013, "Optimal tuning of the hybrid Monte Carlo algorithm").
    private const double AcceptanceRate = 0.65;

    // Where leapfrog steps on a Gaussian of deviation 1 become unstable.
    private const double LargestStep = 2;

    private const double Variation = 0.2;

    private readonly Tensor? columns; // their numbers, int64; null if they are all
    private readonly BoundedGaussian gaussian;
    private double size; // of the next step of tuning
    private double[] sizes = []; // by step of tuning
    private int leapfrogSteps;

    /// <summary>Takes means and deviations from all columns of data, <c>[rows, visible]</c>; may be null.</summary>
    public RealColumns(IReadOnlyList<(Interval Interval, long Start)> intervals, long visible, Tensor? data, Tensor like)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var count = intervals.Sum(part => part.Interval.Units);
        columns = count == visible ? null : torch.cat([.. intervals.Select(part => Range(part.Start, part.Start + part.Interval.Units, like.device))]).DetachFromDisposeScope();
        gaussian = new BoundedGaussian([.. intervals.Select(part => part.Interval)], data is null ? null : Numbers(data), like.device);
        size = Math.Pow(count, -0.25);
    }

    public override bool AreTuned => true;

    public override double LogPartition => gaussian.LogPartition;

    public override Tensor LogBase(Tensor rows)
    {
        using var scope = torch.NewDisposeScope();
        return gaussian.Standardized(Numbers(rows)).Squared().sum(1).Times(-0.5).MoveToOuterDisposeScope();
    }

    public override void SampleBase(Tensor rows, Generator? generator)
    {
        using var scope = torch.NewDisposeScope();
        Write(rows, gaussian.Values(gaussian.Sample(rows.shape[0], generator), rows.dtype));
    }

    public override void Round(Tensor rows)
    {
        using var scope = torch.NewDisposeScope();
        Write(rows, gaussian.Nearest(Numbers(rows)));
    }

    public override void Prepare(AnnealingOptions options, int steps)
        => (leapfrogSteps, sizes) = (options.LeapfrogSteps, new double[steps]);

    public override void Tune(FreeEnergyChains chains, double beta, int step)
    {
        using var scope = torch.NewDisposeScope();
        size = Math.Min(LargestStep, size * Math.Exp(Step(chains, beta, size).mean().Number() - AcceptanceRate));
        sizes[step] = size;
    }

    public override void Move(FreeEnergyChains chains, double beta, int tuned) => Step(chains, beta, sizes[tuned]).Dispose();

    public override void Dispose()
    {
        columns?.Dispose();
        gaussian.Dispose();
    }

    /// <summary>Takes a step, and returns each chain's probability of acceptance.</summary>
    private Tensor Step(FreeEnergyChains chains, double beta, double stepSize)
    {
        using var scope = torch.NewDisposeScope();
        chains.LookAtGradient();
        var standardized = gaussian.Standardized(Numbers(chains.Visible));
        var momentum = torch.empty_like(standardized).normal_(0, 1, chains.Generator);
        var stepSizes = torch.empty_like(chains.FreeEnergies).uniform_((1 - Variation) * stepSize, (1 + Variation) * stepSize, chains.Generator).unsqueeze(1);
        var before = Energy(chains.FreeEnergies);
        var isInside = torch.ones_like(chains.FreeEnergies, ScalarType.Bool);
        var (rows, energies, gradient) = (chains.Visible.clone(), torch.empty_like(chains.FreeEnergies), chains.Gradient.clone());
        Push(0.5);
        for (var step = 1; step <= leapfrogSteps; step++)
        {
            using var stepScope = torch.NewDisposeScope();
            _ = standardized.AddProduct(momentum, stepSizes);
            _ = isInside.copy_(isInside.logical_and(gaussian.Reflect(standardized, momentum)));
            Write(rows, gaussian.Values(standardized, rows.dtype));
            chains.Evaluate(rows, energies, gradient);
            Push(step < leapfrogSteps ? 1 : 0.5);
        }

        var logRatio = before - Energy(energies);
        logRatio = torch.where(isInside, logRatio, torch.empty_like(logRatio).Fill(double.NegativeInfinity));
        return chains.Offer(rows, energies, gradient, logRatio).MoveToOuterDisposeScope();

        Tensor Energy(Tensor free)
            => free.Times(beta).Plus(standardized.Squared().sum(1), (1 - beta) / 2).Plus(momentum.Squared().sum(1), 0.5);

        void Push(double part)
        {
            using var pushScope = torch.NewDisposeScope();
            var force = gaussian.Slope(Numbers(gradient)).Times(beta).Plus(standardized, 1 - beta);
            _ = momentum.AddProduct(force, stepSizes, -part);
        }
    }

    /// <summary>These columns of rows; the rows themselves if they have no others.</summary>
    private Tensor Numbers(Tensor rows) => columns is null ? rows : rows.index_select(1, columns);

    private void Write(Tensor rows, Tensor values) => _ = columns is null ? rows.copy_(values) : rows.index_copy_(1, columns, values);
}
