using DeepBelief.Distributed.Tests.Support;
using DeepBelief.Evaluation;

namespace DeepBelief.Distributed.Tests;

public sealed class LikelihoodTests
{
    [Fact]
    public void Machines_of_two_ranks_are_as_likely_as_those_of_one_process()
    {
        using var data = Trained.Bits(200, 8);
        double[] alone = [.. Enumerable.Range(0, 6).Select(seed => Likelihood(seed, null))];
        double[] together = [.. Enumerable.Range(0, 6).Select(seed => ThreadGroup.Run(2, group => Likelihood(seed, group))[0])];
        // Two means of six: within five standard errors of their difference.
        var error = Math.Sqrt((Variance(alone) + Variance(together)) / 6);
        (together.Average() - alone.Average()).Should().BeInRange(-5 * error, 5 * error);
        // Rows have four free bits, whose log-likelihood is -2.8 nats at best, and -5.5 for a machine that knows nothing.
        together.Average().Should().BeGreaterThan(-3.5);

        double Likelihood(int seed, Tensors.IProcessGroup? group)
        {
            using var rbm = Rbm.Bernoulli(8, 8, seed: seed);
            _ = rbm.Fit(data, new() { Epochs = 60, Seed = seed, Group = group });
            return LogLikelihood.Evaluate(rbm, data, ExactEnumeration.LogPartition(rbm)).Mean;
        }
    }

    private static double Variance(double[] values) => values.Sum(value => Math.Pow(value - values.Average(), 2)) / (values.Length - 1);
}
