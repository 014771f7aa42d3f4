using DeepBelief.Evaluation;
using DeepBelief.Tests.Oracles;

namespace DeepBelief.Tests.Support;

/// <summary>What is asked of annealing, whatever the model.</summary>
internal static class AnnealingChecks
{
    /// <summary>Within five standard errors, which are neither 0 nor more than given.</summary>
    public static void ShouldBeNear(LogPartitionEstimate estimate, double exact, double mostError)
    {
        estimate.StandardError.Should().BeInRange(1e-6, mostError);
        estimate.LogPartition.Should().BeApproximately(exact, 5 * estimate.StandardError);
    }

    /// <summary>
    /// The means and mean squares of all columns after 60 steps at an inverse temperature of 1, from samples or, without any, from where
    /// annealing begins.
    /// </summary>
    public static (double[] Means, double[] Squares) MomentsAfterSteps(IEnergyModel model, Tensor? samples, int chains, long seed)
    {
        using var scope = torch.NewDisposeScope();
        var options = new AnnealingOptions { Schedule = AnnealingSchedule.Uniform(100), Seed = seed };
        var clock = new AnnealingClock(null, 1000, CancellationToken.None);
        using var path = AnnealingPath.To(model, null);
        path.Prepare(options, clock);
        using var generator = new Generator((ulong)seed);
        using var all = path.Chains(chains, generator, clock);
        if (samples is null)
            all.StartAtBase();
        else
            all.StartAt(samples);
        all.Run(1, 60);
        return (Enumeration.Read(all.Visible.mean([0L])), Enumeration.Read(all.Visible.square().mean([0L])));
    }
}
