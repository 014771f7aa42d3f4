using DeepBelief.Evaluation;
using DeepBelief.Tests.Oracles;
using DeepBelief.Tests.Support;
using DeepBelief.Units;

namespace DeepBelief.Tests.Evaluation;

public sealed class AnnealedImportanceSamplingTests
{
    private const int Seeds = 20;
    private const int Chains = 400;

    [Theory]
    [Trait("Category", "Slow")]
    [InlineData("bernoulli", 16)]
    [InlineData("bernoulli", 20)]
    [InlineData("gaussian", 16)]
    public void Trained_machines_are_within_a_tenth_of_a_nat_and_three_standard_errors(string kind, int hidden)
    {
        using var scope = torch.NewDisposeScope();
        var (rbm, data) = Trained(kind, hidden);
        var exact = ExactEnumeration.LogPartition(rbm);
        using var generator = new Generator(6);
        var samples = ExactEnumeration.Sample(rbm, Seeds * Chains, generator);
        var brackets = Enumerable.Range(0, Seeds).Select(seed =>
        {
            var options = new AnnealingOptions { Schedule = AnnealingSchedule.Uniform(300), Chains = Chains, Seed = seed };
            var forward = AnnealedImportanceSampling.Forward(rbm, data, options);
            var reverse = AnnealedImportanceSampling.Reverse(rbm, samples.narrow(0, seed * Chains, Chains), data, options);
            return new LogPartitionBracket(forward, reverse, SamplesAreExact: true);
        }).ToList();

        brackets.Count(b => IsGood(b.Forward)).Should().BeGreaterThanOrEqualTo(Seeds - 1);
        brackets.Count(b => IsGood(b.Reverse)).Should().BeGreaterThanOrEqualTo(Seeds - 1);
        brackets.Count(b => b.Forward.Lower <= exact && exact <= b.Reverse.Upper).Should().BeGreaterThanOrEqualTo(Seeds - 1);
        bool IsGood(LogPartitionEstimate e) => e.IsReliable && Math.Abs(e.LogPartition - exact) <= Math.Min(0.1, 3 * e.StandardError);
        rbm.Dispose();
    }

    [Fact]
    public void With_few_temperatures_single_chains_err_to_either_side()
    {
        using var scope = torch.NewDisposeScope();
        var (rbm, data) = Trained("bernoulli", 16);
        var exact = ExactEnumeration.LogPartition(rbm);
        var bracket = AnnealedImportanceSampling.Bracket(rbm, data, new() { Schedule = AnnealingSchedule.Uniform(4), Chains = 1000 });
        bracket.SamplesAreExact.Should().BeTrue();

        // The mean of the logarithms is a bound, and these are far from tight.
        var (low, high) = (bracket.Forward.LogWeights.Average(), -bracket.Reverse.LogWeights.Average());
        low.Should().BeInRange(exact - 20, exact - 1);
        high.Should().BeInRange(exact + 1, exact + 20);
        bracket.Lower.Should().BeInRange(low, exact + 1);
        bracket.Upper.Should().BeInRange(exact - 1, high);
        rbm.Dispose();
    }

    [Theory]
    [InlineData("bernoulli", "bernoulli")]
    [InlineData("gaussian", "bernoulli")]
    [InlineData("bernoulli", "gaussian")]
    public void However_few_the_temperatures_mean_weights_are_right(string visibleKind, string hiddenKind)
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm(visibleKind, 4, hiddenKind, 3, weights: 0.4);
        var exact = ExactEnumeration.LogPartition(rbm);
        var options = new AnnealingOptions { Schedule = new AnnealingSchedule([0, 0.4, 0.8, 1]), Chains = 100_000 };
        var bracket = AnnealedImportanceSampling.Bracket(rbm, Make.Bits(1, 10, 4), options);
        bracket.StandardError.Should().BeInRange(1e-4, 0.01);
        bracket.Lower.Should().BeApproximately(exact, 5 * bracket.Forward.StandardError);
        bracket.Upper.Should().BeApproximately(exact, 5 * bracket.Reverse.StandardError);
    }

    [Theory]
    [InlineData("bernoulli")]
    [InlineData("binomial")]
    [InlineData("bits and categories")]
    public void Mean_weights_of_any_model_of_listable_states_are_right(string kind)
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm(kind, 4, "bernoulli", 3, weights: 0.7);
        var exact = ExactEnumeration.LogPartition(rbm);
        var options = new AnnealingOptions { Schedule = new AnnealingSchedule([0, 0.4, 0.8, 1]), Chains = 40_000 };
        using var generator = new Generator(1);
        var data = rbm.Visible.Sample(Make.Normal(1, 1, 30, 4), generator);
        foreach (var rows in new[] { null, data })
        {
            var bracket = AnnealedImportanceSampling.Bracket(new Wrapped(rbm), rows, options);
            bracket.SamplesAreExact.Should().BeTrue();
            bracket.StandardError.Should().BeInRange(1e-4, 0.03);
            bracket.Forward.LogPartition.Should().BeApproximately(exact, 5 * bracket.Forward.StandardError);
            bracket.Reverse.LogPartition.Should().BeApproximately(exact, 5 * bracket.Reverse.StandardError);
        }
    }

    [Fact]
    public void A_network_over_bits_is_within_a_tenth_of_a_nat_and_three_standard_errors()
    {
        using var scope = torch.NewDisposeScope();
        using var model = new BitNetwork(12);
        var exact = Enumeration.LogSumExp(Enumeration.Read(model.FreeEnergy(Enumeration.States(12)).neg()));
        var alive = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        var bracket = AnnealedImportanceSampling.Bracket(model, options: new() { Schedule = AnnealingSchedule.Uniform(60), Chains = 300 });
        DisposeScopeManager.Statistics.ThreadTotalLiveCount.Should().Be(alive);
        bracket.IsReliable.Should().BeTrue();
        foreach (var estimate in new[] { bracket.Forward, bracket.Reverse })
            estimate.LogPartition.Should().BeApproximately(exact, Math.Min(0.1, 3 * estimate.StandardError));
        // The uniform distribution, where annealing begins, is far away.
        Math.Abs(exact - Enumeration.Read(model.FreeEnergy(Enumeration.States(12)).neg()).Average() - (12 * Math.Log(2))).Should().BeGreaterThan(1);
    }

    [Fact]
    public void Chains_of_any_model_that_begin_at_greys_begin_at_states()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm("bernoulli", 23, "bernoulli", 2, weights: 0.5);
        // Bits that hardly ever flip, so that a chain would keep the greys that it begins at.
        var likely = torch.arange(23, ScalarType.Float64).remainder(2);
        using (torch.no_grad())
            _ = ((BernoulliUnits)rbm.Visible).Bias.copy_(16 * likely - 8);
        var exact = ExactEnumeration.LogPartition(rbm);
        var greys = (likely * 0.8 + 0.1).expand(50, 23);
        // Too many states to draw from, for a model that hides its hidden units.
        var bracket = AnnealedImportanceSampling.Bracket(new Wrapped(rbm), greys, new() { Schedule = AnnealingSchedule.Uniform(40), SampleSteps = 40 });
        bracket.SamplesAreExact.Should().BeFalse();
        bracket.IsReliable.Should().BeTrue();
        bracket.Forward.LogPartition.Should().BeApproximately(exact, 4 * bracket.Forward.StandardError);
        bracket.Reverse.LogPartition.Should().BeApproximately(exact, 4 * bracket.Reverse.StandardError);
    }

    [Fact]
    public void Units_with_a_support_of_their_own_of_which_nothing_is_known_are_refused()
    {
        using var scope = torch.NewDisposeScope();
        var composite = UnitSupport.Composite((UnitSupport.Binary, 1), (new Unknown(), 2));
        foreach (var (support, name) in new[] { (new Unknown(), "odd"), (composite, "Mixed") })
        {
            var estimate = () => AnnealedImportanceSampling.Forward(new Density(3, v => v.square().sum(1), support));
            estimate.Should().Throw<ArgumentException>().WithMessage($"*RBM*UnitSupport*{name} units*does not know*").WithParameterName("model");
        }
    }

    [Fact]
    public void A_machine_of_two_halves_has_the_sum_of_their_partition_functions()
    {
        using var scope = torch.NewDisposeScope();
        using var half = Make.Rbm("bernoulli", 12, "bernoulli", 12, weights: 0.5);
        using var whole = Rbm.Bernoulli(24, 24, dtype: ScalarType.Float64);
        using (torch.no_grad())
        {
            _ = whole.Weight.zero_();
            foreach (var start in new[] { 0, 12 })
            {
                _ = whole.Weight.narrow(0, start, 12).narrow(1, start, 12).copy_(half.Weight);
                foreach (var (all, part) in whole.Visible.parameters().Concat(whole.Hidden.parameters()).Zip(half.Visible.parameters().Concat(half.Hidden.parameters())))
                    _ = all.narrow(0, start, 12).copy_(part);
            }
        }

        // Neither layer can be drawn from exactly, so that the samples come from chains.
        var bracket = AnnealedImportanceSampling.Bracket(whole, Make.Bits(1, 50, 24), new() { Schedule = AnnealingSchedule.Uniform(300), SampleSteps = 300 });
        bracket.SamplesAreExact.Should().BeFalse();
        bracket.IsReliable.Should().BeTrue();
        var exact = 2 * ExactEnumeration.LogPartition(half);
        bracket.Lower.Should().BeApproximately(exact, 4 * bracket.Forward.StandardError);
        bracket.Upper.Should().BeApproximately(exact, 4 * bracket.Reverse.StandardError);
    }

    [Fact]
    public void Large_weights_and_few_temperatures_give_a_warning()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm("bernoulli", 20, "bernoulli", 12, weights: 6);
        var estimate = AnnealedImportanceSampling.Forward(rbm, options: new() { Schedule = AnnealingSchedule.Uniform(3) });
        Math.Abs(estimate.LogPartition - ExactEnumeration.LogPartition(rbm)).Should().BeGreaterThan(1);
        estimate.IsReliable.Should().BeFalse();
        estimate.Warning.Should().Contain("chains are effective");
        estimate.ToString().Should().EndWith("(unreliable)");
    }

    [Fact]
    public void Samples_of_the_caller_start_the_reverse_chains()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm("bernoulli", 6, "bernoulli", 5);
        using var generator = new Generator(1);
        var samples = ExactEnumeration.Sample(rbm, 300, generator);
        var before = samples.clone();
        var estimate = AnnealedImportanceSampling.Reverse(rbm, samples, options: new() { Schedule = AnnealingSchedule.Uniform(50) });
        estimate.LogWeights.Should().HaveCount(300);
        estimate.LogPartition.Should().BeApproximately(ExactEnumeration.LogPartition(rbm), 4 * estimate.StandardError);
        Near.SameBits(samples, before).Should().BeTrue();
    }

    [Fact]
    public void The_seed_decides()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Rbm.Bernoulli(20, 15, WeightInitialization.Normal(0.5));
        LogPartitionBracket Run(long seed) => AnnealedImportanceSampling.Bracket(rbm, options: new() { Schedule = AnnealingSchedule.Uniform(20), Seed = seed });
        var (one, again, other) = (Run(1), Run(1), Run(2));
        again.Forward.LogWeights.Should().Equal(one.Forward.LogWeights);
        again.Reverse.LogWeights.Should().Equal(one.Reverse.LogWeights);
        other.Lower.Should().NotBe(one.Lower);
        other.Upper.Should().NotBe(one.Upper);
    }

    [Fact]
    public void Progress_is_told_and_a_run_can_be_cancelled()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Rbm.Bernoulli(24, 24);
        var seen = new List<AnnealingProgress>();
        using var source = new CancellationTokenSource();
        var options = new AnnealingOptions { Schedule = AnnealingSchedule.Uniform(30), SampleSteps = 7, Chains = 2 };
        AnnealedImportanceSampling.Bracket(rbm, null, options, new Reports(seen.Add));
        seen[^1].Should().Match<AnnealingProgress>(p => p.Step == 67 && p.Steps == 67 && p.Fraction == 1);

        var cancelled = () => AnnealedImportanceSampling.Forward(rbm, null, options with { Schedule = AnnealingSchedule.Uniform(2_000_000) }, new Reports(_ => source.Cancel()), source.Token);
        cancelled.Should().Throw<OperationCanceledException>();
    }

    [Fact]
    public void Data_that_does_not_fit_is_refused()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Rbm.Bernoulli(4, 3);
        var columns = () => AnnealedImportanceSampling.Forward(rbm, torch.zeros(2, 5));
        columns.Should().Throw<ArgumentException>().WithMessage("*[batch, 4]*[2, 5]*");
        var values = () => AnnealedImportanceSampling.Forward(rbm, torch.full(2, 4, 2, ScalarType.Float32));
        values.Should().Throw<ArgumentException>().WithMessage("*[0, 1]*");
        var samples = () => AnnealedImportanceSampling.Reverse(rbm, torch.zeros(1, 4));
        samples.Should().Throw<ArgumentException>().WithMessage("*at least 2 rows*");
    }

    private static (Rbm Machine, Tensor Data) Trained(string kind, int hidden)
        => kind == "gaussian"
            ? (TrainedMachine.Gaussian(hidden), TrainedMachine.Noisy(1, 1000))
            : (TrainedMachine.Bernoulli(hidden), TrainedMachine.Patterns(1, 1000));

    private sealed class Unknown() : UnitSupport("odd")
    {
        public override string? Fault(Tensor rows) => null;
    }

    private sealed class Reports(Action<AnnealingProgress> action) : IProgress<AnnealingProgress>
    {
        public void Report(AnnealingProgress value) => action(value);
    }
}
