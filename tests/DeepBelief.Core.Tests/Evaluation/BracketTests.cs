using DeepBelief.Evaluation;
using DeepBelief.Tests.Support;

namespace DeepBelief.Tests.Evaluation;

public sealed class BracketTests
{
    [Theory]
    [InlineData(4.9, 5.1)]
    [InlineData(5.1, 4.9)]
    [InlineData(5, 5)]
    public void The_lower_end_is_never_above_the_upper_one(double forward, double reverse)
    {
        using var scope = torch.NewDisposeScope();
        var bracket = Bracket(forward, reverse, spread: 1);

        bracket.Lower.Should().BeApproximately(Math.Min(forward, reverse), 1e-9);
        bracket.Upper.Should().BeApproximately(Math.Max(forward, reverse), 1e-9);
        bracket.Gap.Should().BeApproximately(Math.Abs(forward - reverse), 1e-9);
        bracket.IsReliable.Should().BeTrue("a tenth of a standard error is chance");

        using var rbm = Make.Rbm("bernoulli", 3, "bernoulli", 2);
        var rows = Make.Bits(1, 4, 3);
        var likelihood = LogLikelihood.Evaluate(rbm, rows, bracket);
        likelihood.Lower.Mean.Should().Be(LogLikelihood.Evaluate(rbm, rows, bracket.Upper).Mean);
        likelihood.Upper.Mean.Should().Be(LogLikelihood.Evaluate(rbm, rows, bracket.Lower).Mean);
        likelihood.Lower.Mean.Should().BeLessThanOrEqualTo(likelihood.Upper.Mean);
    }

    [Fact]
    public void Ends_that_cross_by_more_than_chance_are_unreliable()
    {
        Bracket(5, 4.5, spread: 0.01).Warning.Should().StartWith("The reverse estimate is 0.5").And.Contain("below the forward one");
        Bracket(4.5, 5, spread: 0.01).Warning.Should().BeNull();
    }

    [Fact]
    public void Options_name_a_missing_schedule()
    {
        var options = new AnnealingOptions { Schedule = null! };
        options.Invoking(o => o.Validate()).Should().Throw<ArgumentNullException>().WithParameterName("Schedule").WithMessage("Schedule: expected the inverse temperatures, found null.*");
    }

    private static LogPartitionBracket Bracket(double forward, double reverse, double spread)
    {
        return new(new(Weights(forward), isReverse: false), new(Weights(-reverse), isReverse: true), SamplesAreExact: false);

        // Half of the log-weights above, half below, with the given logarithm of their mean.
        double[] Weights(double mean) => [.. Enumerable.Range(0, 100).Select(i => mean + (i % 2 == 0 ? spread : -spread) - Math.Log(Math.Cosh(spread)))];
    }
}
