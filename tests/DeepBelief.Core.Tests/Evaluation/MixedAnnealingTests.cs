using DeepBelief.Evaluation;
using DeepBelief.Tests.Oracles;
using DeepBelief.Tests.Support;
using DeepBelief.Units;

namespace DeepBelief.Tests.Evaluation;

/// <summary>Annealing of models with bits, categories, counts and real numbers side by side, known by nothing but their free energy.</summary>
public sealed class MixedAnnealingTests
{
    private static readonly UnitSupport Counts = UnitSupport.Interval("count", 0, double.PositiveInfinity, step: 1);

    private static AnnealingOptions Coarse => new() { Schedule = AnnealingSchedule.Uniform(10), Chains = 5000 };

    private static AnnealingOptions Fine => new() { Schedule = AnnealingSchedule.Uniform(100), Chains = 300, SampleSteps = 60 };

    [Theory]
    [Trait("Category", "Slow")]
    [InlineData(0, 1)]
    [InlineData(1, 5)]
    [InlineData(2, 5)]
    public void However_few_the_temperatures_mean_weights_of_bits_a_count_and_reals_are_right(long seed, int leapfrogSteps)
    {
        using var scope = torch.NewDisposeScope();
        var mixture = new Mixture();
        var samples = mixture.Sample(Coarse.Chains, seed);
        var options = Coarse with { LeapfrogSteps = leapfrogSteps, Seed = seed };
        var biased = torch.cat([samples.narrow(0, 0, 100), torch.zeros(50, 6, ScalarType.Float64)]);
        foreach (var data in new[] { null, biased })
        {
            AnnealingChecks.ShouldBeNear(AnnealedImportanceSampling.Forward(mixture.Model, data, options), mixture.LogPartition, 0.1);
            AnnealingChecks.ShouldBeNear(AnnealedImportanceSampling.Reverse(mixture.Model, samples, data, options), mixture.LogPartition, 0.1);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Bits_a_count_and_reals_are_bracketed(long seed)
    {
        using var scope = torch.NewDisposeScope();
        var mixture = new Mixture();
        var samples = mixture.Sample(200, seed);
        var alive = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        var bracket = AnnealedImportanceSampling.Bracket(mixture.Model, samples, Fine with { Seed = seed });
        DisposeScopeManager.Statistics.ThreadTotalLiveCount.Should().Be(alive);
        (bracket.SamplesAreExact, bracket.Warning).Should().Be((false, null));
        AnnealingChecks.ShouldBeNear(bracket.Forward, mixture.LogPartition, 0.1);
        AnnealingChecks.ShouldBeNear(bracket.Reverse, mixture.LogPartition, 0.1);

        // log p(v) = -F(v) - log Z, as of any other model.
        var likelihood = LogLikelihood.Evaluate(mixture.Model, samples, bracket);
        var exact = Enumeration.Read(mixture.Model.FreeEnergy(samples).neg()).Average() - mixture.LogPartition;
        likelihood.Lower.Mean.Should().BeApproximately(exact, 0.3);
        likelihood.Upper.Mean.Should().BeApproximately(exact, 0.3);
    }

    [Theory]
    [Trait("Category", "Slow")]
    [InlineData(0)]
    [InlineData(1)]
    public void The_steps_of_all_kinds_leave_the_model_as_it_is(long seed)
    {
        using var scope = torch.NewDisposeScope();
        var mixture = new Mixture();
        const int Chains = 10_000;
        var (means, squares) = AnnealingChecks.MomentsAfterSteps(mixture.Model, mixture.Sample(Chains, seed), Chains, seed);
        // Others, twenty times as many, whose error is small beside that of the chains.
        var samples = mixture.Sample(20 * Chains, 77);
        var (exact, exactSquares) = (Moments(samples), Moments(samples.square()));
        for (var column = 0; column < 6; column++)
        {
            means[column].Should().BeApproximately(exact[column].Mean, 5 * exact[column].Deviation * Math.Sqrt(1.05 / Chains));
            squares[column].Should().BeApproximately(exactSquares[column].Mean, 5 * exactSquares[column].Deviation * Math.Sqrt(1.05 / Chains));
        }

        static (double Mean, double Deviation)[] Moments(Tensor x)
            => [.. Enumeration.Read(x.mean([0L])).Zip(Enumeration.Read(x.std(0)))];
    }

    [Theory]
    [Trait("Category", "Slow")]
    [InlineData("bernoulli", "gaussian")]
    [InlineData("softmax", "relu")]
    [InlineData("spin", "gaussian")]
    [InlineData("binomial", "relu")]
    public void A_machine_of_two_kinds_of_units_known_by_its_free_energy_alone_has_its_log_partition(string one, string other)
    {
        using var scope = torch.NewDisposeScope();
        var units = new CompositeUnits(Make.Units(one, 3), Make.Units(other, 2, 2));
        using var rbm = new Rbm(units, Make.Units("bernoulli", 3, 7), WeightInitialization.Normal(0.4), seed: 2);
        _ = rbm.to(ScalarType.Float64);
        var exact = ExactEnumeration.LogPartition(rbm);
        using var generator = new Generator(1);
        var samples = ExactEnumeration.Sample(rbm, Coarse.Chains, generator);
        foreach (var data in new[] { null, samples.narrow(0, 0, 200) })
        {
            foreach (var model in new IEnergyModel[] { rbm, new Wrapped(rbm) })
            {
                AnnealingChecks.ShouldBeNear(AnnealedImportanceSampling.Forward(model, data, Coarse), exact, 0.05);
                AnnealingChecks.ShouldBeNear(AnnealedImportanceSampling.Reverse(model, samples, data, Coarse), exact, 0.05);
            }
        }
    }

    [Fact]
    public void States_that_can_all_be_listed_are_however_they_are_arranged()
    {
        using var scope = torch.NewDisposeScope();
        var support = UnitSupport.Composite((UnitSupport.OneOf(3), 3), (UnitSupport.Binary, 2), (UnitSupport.Interval("rating", 1, 4, step: 1), 1));
        var model = new Density(6, v => (v.mm(Make.Normal(3, 0.8, 6, 6)) * v).sum(1), support);
        // 3 · 2² · 4 states, in any order.
        var states = torch.tensor((
            from category in Enumerable.Range(0, 3)
            from bits in Enumerable.Range(0, 4)
            from rating in Enumerable.Range(1, 4)
            select new double[] { category == 0 ? 1 : 0, category == 1 ? 1 : 0, category == 2 ? 1 : 0, bits % 2, bits / 2, rating }).SelectMany(state => state).ToArray()).reshape(-1, 6);
        var exact = Enumeration.LogSumExp(Enumeration.Read(model.FreeEnergy(states).neg()));
        ExactEnumeration.LogPartition(model).Should().BeApproximately(exact, 1e-10);
        var bracket = AnnealedImportanceSampling.Bracket(model, options: Coarse);
        bracket.SamplesAreExact.Should().BeTrue();
        AnnealingChecks.ShouldBeNear(bracket.Forward, exact, 0.1);
        AnnealingChecks.ShouldBeNear(bracket.Reverse, exact, 0.1);
    }

    [Fact]
    public void The_seed_decides()
    {
        using var scope = torch.NewDisposeScope();
        var mixture = new Mixture();
        LogPartitionBracket Run(long seed) => AnnealedImportanceSampling.Bracket(mixture.Model, options: new() { Schedule = AnnealingSchedule.Uniform(10), SampleSteps = 5, Chains = 20, Seed = seed });
        var (one, again, other) = (Run(1), Run(1), Run(2));
        again.Forward.LogWeights.Should().Equal(one.Forward.LogWeights);
        again.Reverse.LogWeights.Should().Equal(one.Reverse.LogWeights);
        other.Lower.Should().NotBe(one.Lower);
    }

    /// <summary>
    /// Columns x₁, b₁ to b₃, n, x₂ with F = x²/2 - x W b - a b + log n! - n (0.4 + c b): given b, the x are Gaussian with mean W b, and n is
    /// Poisson with rate exp(0.4 + c b), so that Z = Σ_b 2π exp(a b + |W b|²/2 + exp(0.4 + c b)).
    /// </summary>
    private sealed class Mixture
    {
        private readonly Tensor bits = Enumeration.States(3);
        private readonly Tensor means;
        private readonly Tensor rates;
        private readonly Tensor logs;

        public Mixture()
        {
            var w = torch.tensor(new[,] { { 2, -1.5, 0.5 }, { -0.7, 1.8, 1 } });
            var a = torch.tensor(new[] { -1.5, 0.3, -0.6 });
            var c = torch.tensor(new[] { 0.8, -0.5, 0.6 });
            var support = UnitSupport.Composite((UnitSupport.Real, 1), (UnitSupport.Binary, 3), (Counts, 1), (UnitSupport.Real, 1));
            Model = new Density(
                6,
                v =>
                {
                    var (x, b, n) = (torch.stack([v.select(1, 0), v.select(1, 5)], 1), v.narrow(1, 1, 3), v.select(1, 4));
                    return x.square().sum(1) / 2 - (x * b.mm(w.t())).sum(1) - b.matmul(a) + n.add(1).lgamma() - n * (b.matmul(c) + 0.4);
                },
                support);
            means = bits.mm(w.t());
            rates = (bits.matmul(c) + 0.4).exp();
            logs = bits.matmul(a) + means.square().sum(1) / 2 + rates + Math.Log(2 * Math.PI);
            LogPartition = logs.logsumexp(0).ToDouble();
        }

        public Density Model { get; }

        public double LogPartition { get; }

        public Tensor Sample(int count, long seed)
        {
            using var generator = new Generator((ulong)seed);
            var of = logs.softmax(0).multinomial(count, true, generator);
            var x = means.index_select(0, of) + torch.randn(count, 2, ScalarType.Float64, generator: generator);
            var n = torch.poisson(rates.index_select(0, of), generator).unsqueeze(1);
            return torch.cat([x.narrow(1, 0, 1), bits.index_select(0, of), n, x.narrow(1, 1, 1)], 1);
        }
    }
}
