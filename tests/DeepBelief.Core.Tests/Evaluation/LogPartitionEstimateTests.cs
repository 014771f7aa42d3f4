using DeepBelief.Evaluation;

namespace DeepBelief.Tests.Evaluation;

public sealed class LogPartitionEstimateTests
{
    [Fact]
    public void Errors_are_those_of_the_mean_weight()
    {
        // 60 weights of e^1000 and 20 of 5 e^1000: mean 2, variance 3 80/79.
        double[] logs = [.. Enumerable.Repeat(1000.0, 60), .. Enumerable.Repeat(1000 + Math.Log(5), 20)];
        var estimate = new LogPartitionEstimate(logs, isReverse: false);
        var error = Math.Sqrt(3.0 / 79) / 2;
        estimate.LogPartition.Should().BeApproximately(1000 + Math.Log(2), 1e-9);
        estimate.StandardError.Should().BeApproximately(error, 1e-9);
        estimate.EffectiveChains.Should().BeApproximately(160.0 * 160 / (60 + (20 * 25)), 1e-9);
        estimate.Lower.Should().BeApproximately(1000 + Math.Log(2 * (1 - (3 * error))), 1e-9);
        estimate.Upper.Should().BeApproximately(1000 + Math.Log(2 * (1 + (3 * error))), 1e-9);
        estimate.IsReliable.Should().BeTrue();

        var reverse = new LogPartitionEstimate(logs, isReverse: true);
        reverse.LogPartition.Should().Be(-estimate.LogPartition);
        reverse.StandardError.Should().Be(estimate.StandardError);
        (reverse.Lower, reverse.Upper).Should().Be((-estimate.Upper, -estimate.Lower));
    }

    [Fact]
    public void A_result_of_few_chains_is_not_to_be_trusted()
    {
        // One chain is as good as all the others together.
        double[] one = [Math.Log(99), .. Enumerable.Repeat(0.0, 99)];
        var estimate = new LogPartitionEstimate(one, isReverse: false);
        estimate.EffectiveChains.Should().BeApproximately(198.0 * 198 / ((99 * 99) + 99), 1e-9);
        estimate.Warning.Should().Contain("Only 4.0 of 100 chains");
        estimate.Lower.Should().Be(double.NegativeInfinity);

        // Forty of a thousand, though they be more than ten.
        double[] forty = [.. Enumerable.Repeat(0.0, 40), .. Enumerable.Repeat(-50.0, 960)];
        new LogPartitionEstimate(forty, isReverse: false).IsReliable.Should().BeFalse();
        new LogPartitionEstimate([.. Enumerable.Repeat(3.0, 20)], isReverse: false).IsReliable.Should().BeTrue();
        new LogPartitionEstimate([.. Enumerable.Repeat(3.0, 20), double.NaN], isReverse: false).Warning.Should().Contain("not finite");
    }

    [Fact]
    public void Chains_that_agree_are_trusted_if_they_are_ten_and_otherwise_told_to_be_few()
    {
        // Each a little different, so that the effective number is a little less than ten.
        double[] ten = [.. Enumerable.Range(0, 10).Select(i => 0.01 * i)];
        var estimate = new LogPartitionEstimate(ten, isReverse: false);
        estimate.EffectiveChains.Should().BeLessThan(10).And.BeGreaterThan(9.9);
        estimate.Warning.Should().BeNull();

        new LogPartitionEstimate([.. Enumerable.Repeat(3.0, 9)], isReverse: false).Warning.Should().StartWith("Only 9 chains: too few").And.EndWith("Use 10 or more.");
        // Four and a half of ten.
        double[] fewer = [.. Enumerable.Repeat(0.0, 4), .. Enumerable.Repeat(-3.0, 6)];
        new LogPartitionEstimate(fewer, isReverse: false).Warning.Should().Contain("of 10 chains are effective");
    }

    [Fact]
    public void A_bracket_says_which_end_is_at_fault()
    {
        double[] good = [.. Enumerable.Repeat(1.0, 30)];
        double[] bad = [60, .. good];
        var (low, high) = (new LogPartitionEstimate(good, false), new LogPartitionEstimate([.. good.Select(x => -x - 0.5)], true));
        var bracket = new LogPartitionBracket(low, high, SamplesAreExact: true);
        (bracket.Lower, bracket.Upper, bracket.Warning).Should().Be((1.0, 1.5, null));
        bracket.Gap.Should().BeApproximately(0.5, 1e-12);

        new LogPartitionBracket(new LogPartitionEstimate(bad, false), high, true).Warning.Should().StartWith("Forward: ");
        new LogPartitionBracket(low, new LogPartitionEstimate(bad, true), true).Warning.Should().StartWith("Reverse: ");
        new LogPartitionBracket(low, new LogPartitionEstimate([.. good.Select(x => -x + 0.5)], true), false).Warning.Should().Contain("0.500 nats below");
    }
}
