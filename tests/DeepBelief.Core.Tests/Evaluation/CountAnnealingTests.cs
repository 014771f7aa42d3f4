using DeepBelief.Evaluation;
using DeepBelief.Tests.Oracles;
using DeepBelief.Tests.Support;
using DeepBelief.Units;

namespace DeepBelief.Tests.Evaluation;

/// <summary>Annealing of counts without an end, known by nothing but their free energy.</summary>
public sealed class CountAnnealingTests
{
    private static readonly UnitSupport Counts = UnitSupport.Interval("count", 0, double.PositiveInfinity, step: 1);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Poisson_counts_have_the_exponential_of_their_rates(long seed)
    {
        using var scope = torch.NewDisposeScope();
        var rates = torch.tensor(new[] { 0.3, 2, 9 });
        var model = new Density(3, v => (v.add(1).lgamma() - v * rates.log()).sum(1), Counts);
        using var generator = new Generator((ulong)seed);
        var samples = torch.poisson(rates.expand(2000, 3), generator);
        var options = new AnnealingOptions { Schedule = AnnealingSchedule.Uniform(60), Chains = 2000, Seed = seed };
        // From a mean of 1, and from data with other means, of which a column does not vary.
        var other = torch.poisson((rates * 1.5).expand(100, 3), generator);
        other.narrow(1, 0, 1).zero_();
        foreach (var data in new[] { null, other })
        {
            AnnealingChecks.ShouldBeNear(AnnealedImportanceSampling.Forward(model, data, options), 11.3, 0.1);
            AnnealingChecks.ShouldBeNear(AnnealedImportanceSampling.Reverse(model, samples, data, options), 11.3, 0.1);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Counts_that_hold_each_other_down_are_bracketed(long seed)
    {
        using var scope = torch.NewDisposeScope();
        var (model, exact, _) = Coupled();
        var options = new AnnealingOptions { Schedule = AnnealingSchedule.Uniform(60), Chains = 300, SampleSteps = 60, Seed = seed };
        var alive = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        var bracket = AnnealedImportanceSampling.Bracket(model, options: options);
        DisposeScopeManager.Statistics.ThreadTotalLiveCount.Should().Be(alive);
        (bracket.SamplesAreExact, bracket.Warning).Should().Be((false, null));
        AnnealingChecks.ShouldBeNear(bracket.Forward, exact, 0.1);
        AnnealingChecks.ShouldBeNear(bracket.Reverse, exact, 0.1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void The_steps_of_counts_leave_the_model_as_it_is(long seed)
    {
        using var scope = torch.NewDisposeScope();
        var (model, _, moments) = Coupled();
        const int Chains = 20_000;
        var (means, squares) = AnnealingChecks.MomentsAfterSteps(model, null, Chains, seed);
        for (var column = 0; column < 3; column++)
        {
            var (mean, square, fourth) = moments[column];
            means[column].Should().BeApproximately(mean, 5 * Math.Sqrt((square - mean * mean) / Chains));
            squares[column].Should().BeApproximately(square, 5 * Math.Sqrt((fourth - square * square) / Chains));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Steps_of_counts_are_as_long_as_it_takes(long seed)
    {
        using var scope = torch.NewDisposeScope();
        // A peak 1,000 wide and 300,000 away from 0, and one a tenth as wide as it is away from the middle of a million numbers.
        var far = new Density(1, v => (v - 300_000).square().sum(1) / 2e6, Counts);
        var ofMillion = new Density(1, v => (v - 700_000).square().sum(1) / 8e8, UnitSupport.Interval("number", 1, 1_000_000, step: 1));
        var options = new AnnealingOptions { Schedule = AnnealingSchedule.Uniform(150), Chains = 300, Seed = seed };
        using var generator = new Generator((ulong)seed);
        var data = (torch.randn(100, 1, ScalarType.Float64, generator: generator) * 2000 + 299_000).round();
        AnnealingChecks.ShouldBeNear(AnnealedImportanceSampling.Forward(far, data, options), Math.Log(1000) + 0.5 * Math.Log(2 * Math.PI), 0.1);
        AnnealingChecks.ShouldBeNear(AnnealedImportanceSampling.Forward(ofMillion, null, options), Math.Log(20_000) + 0.5 * Math.Log(2 * Math.PI), 0.1);
    }

    [Fact]
    public void States_of_another_step_and_another_beginning_are_counted_as_they_are()
    {
        using var scope = torch.NewDisposeScope();
        // 2, 2.5, 3, ...; a value between two of these would have an infinite weight.
        var model = new Density(2, v => (v.sum(1) - 6).square() / 4 + v.sum(1) * 0.1 - 1e6 * (v * 2 - (v * 2).round()).abs().sum(1), UnitSupport.Interval("half", 2, double.PositiveInfinity, step: 0.5));
        var line = torch.arange(200, ScalarType.Float64) * 0.5 + 2;
        var exact = Enumeration.LogSumExp(Enumeration.Read(model.FreeEnergy(torch.cartesian_prod(line, line)).neg()));
        var bracket = AnnealedImportanceSampling.Bracket(model, torch.full(5, 2, 4.2, ScalarType.Float64), new() { Schedule = AnnealingSchedule.Uniform(60), Chains = 500, SampleSteps = 40 });
        bracket.Warning.Should().BeNull();
        AnnealingChecks.ShouldBeNear(bracket.Forward, exact, 0.05);
        AnnealingChecks.ShouldBeNear(bracket.Reverse, exact, 0.05);
    }

    [Fact]
    public void The_energy_never_sees_what_is_no_count()
    {
        using var scope = torch.NewDisposeScope();
        var model = new Density(
            2,
            v =>
            {
                (v.lt(0).any().item<bool>() || v.ne(v.round()).any().item<bool>()).Should().BeFalse();
                return (v * 0.5).sum(1);
            },
            Counts);
        var exact = -2 * Math.Log(1 - Math.Exp(-0.5));
        AnnealingChecks.ShouldBeNear(AnnealedImportanceSampling.Forward(model, torch.full(4, 2, 1.5, ScalarType.Float64), new() { Schedule = AnnealingSchedule.Uniform(40), Chains = 400 }), exact, 0.1);
    }

    [Fact]
    public void The_seed_decides_and_progress_counts_the_steps_of_preparation()
    {
        using var scope = torch.NewDisposeScope();
        var (model, _, _) = Coupled();
        var steps = new List<int>();
        LogPartitionBracket Run(long seed)
            => AnnealedImportanceSampling.Bracket(model, null, new() { Schedule = AnnealingSchedule.Uniform(30), SampleSteps = 7, Chains = 20, Seed = seed }, new Reports(p => steps.Add(p.Steps)));
        var (one, again, other) = (Run(1), Run(1), Run(2));
        again.Forward.LogWeights.Should().Equal(one.Forward.LogWeights);
        again.Reverse.LogWeights.Should().Equal(one.Reverse.LogWeights);
        other.Lower.Should().NotBe(one.Lower);
        steps.Should().AllBeEquivalentTo(267).And.NotBeEmpty();
    }

    /// <summary>Two Poisson counts and one of a geometric distribution, each the rarer the more there are of the others; log Z and moments by summing 60³ states.</summary>
    private static (IEnergyModel Model, double LogPartition, (double Mean, double Square, double Fourth)[] Moments) Coupled()
    {
        var fields = torch.tensor(new[] { Math.Log(6), Math.Log(2), -0.4 });
        var pairs = torch.tensor(new[,] { { 0, 0.3, 0.05 }, { 0, 0, 0.2 }, { 0, 0, 0 } });
        var model = new Density(3, v => v.narrow(1, 0, 2).add(1).lgamma().sum(1) - v.matmul(fields) + (v.mm(pairs) * v).sum(1), Counts);
        var line = torch.arange(60, ScalarType.Float64);
        var states = torch.cartesian_prod(line, line, line);
        var logs = model.FreeEnergy(states).neg();
        var logZ = logs.logsumexp(0);
        var p = (logs - logZ).exp().unsqueeze(1);
        // A last state of no weight says that the sum is whole.
        (p.squeeze(1) * states.eq(59).any(1)).sum().ToDouble().Should().BeLessThan(1e-9);
        double[] Moment(int power) => Enumeration.Read((states.pow(power) * p).sum(dim: 0));
        return (model, logZ.ToDouble(), [.. Moment(1).Zip(Moment(2), Moment(4))]);
    }

    private sealed class Reports(Action<AnnealingProgress> action) : IProgress<AnnealingProgress>
    {
        public void Report(AnnealingProgress value) => action(value);
    }
}
