using DeepBelief.Evaluation;
using DeepBelief.Tests.Oracles;
using DeepBelief.Tests.Support;
using DeepBelief.Units;

namespace DeepBelief.Tests.Evaluation;

/// <summary>Annealing of models of real numbers, known by nothing but their free energy.</summary>
public sealed class HamiltonianAnnealingTests
{
    private static readonly double LogTwoPi = Math.Log(2 * Math.PI);

    private static AnnealingOptions Coarse => new() { Schedule = AnnealingSchedule.Uniform(10), Chains = 20_000 };

    private static AnnealingOptions Fine => new() { Schedule = AnnealingSchedule.Uniform(150), Chains = 300, SampleSteps = 100 };

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void However_few_the_temperatures_mean_weights_of_a_correlated_Gaussian_are_right(int leapfrogSteps)
    {
        using var scope = torch.NewDisposeScope();
        var (model, exact, samples) = Gaussian(Coarse.Chains);
        var options = Coarse with { LeapfrogSteps = leapfrogSteps };
        // Around data of other means and deviations, and around 0.
        foreach (var data in new[] { null, samples.narrow(0, 0, 100) * 1.3 + 0.2 })
        {
            AnnealingChecks.ShouldBeNear(AnnealedImportanceSampling.Forward(model, data, options), exact, 0.05);
            AnnealingChecks.ShouldBeNear(AnnealedImportanceSampling.Reverse(model, samples, data, options), exact, 0.05);
        }
    }

    [Fact]
    public void A_correlated_Gaussian_is_bracketed_from_its_data()
    {
        using var scope = torch.NewDisposeScope();
        var (model, exact, samples) = Gaussian(500);
        var alive = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        var bracket = AnnealedImportanceSampling.Bracket(model, samples, Fine);
        DisposeScopeManager.Statistics.ThreadTotalLiveCount.Should().Be(alive);
        (bracket.SamplesAreExact, bracket.Warning).Should().Be((false, null));
        AnnealingChecks.ShouldBeNear(bracket.Forward, exact, 0.03);
        AnnealingChecks.ShouldBeNear(bracket.Reverse, exact, 0.03);
    }

    [Fact]
    public void A_mixture_of_two_Gaussians_far_apart_is_found_whole()
    {
        using var scope = torch.NewDisposeScope();
        // 0.3 · N(-3, 0.5²) + 0.7 · N(3, 0.5²) in each of two columns, of which the second follows the first; times e².
        var center = torch.tensor(new[] { 3.0, -3 });
        var model = new Density(2, v => -2 - torch.stack([At(v, center, 0.7), At(v, -center, 0.3)], 1).logsumexp(1));
        using var generator = new Generator(1);
        var side = torch.rand(400, 1, ScalarType.Float64, generator: generator).lt(0.7).to(ScalarType.Float64) * 2 - 1;
        var data = side * center + 0.5 * torch.randn(400, 2, ScalarType.Float64, generator: generator);

        var bracket = AnnealedImportanceSampling.Bracket(model, data, Fine);

        bracket.Warning.Should().BeNull();
        AnnealingChecks.ShouldBeNear(bracket.Forward, 2, 0.1);
        AnnealingChecks.ShouldBeNear(bracket.Reverse, 2, 0.1);

        static Tensor At(Tensor v, Tensor center, double weight)
            => (v - center).square().sum(1) / -0.5 + (Math.Log(weight) - LogTwoPi - 2 * Math.Log(0.5));
    }

    [Theory]
    [InlineData("gaussian")]
    [InlineData("relu")]
    [InlineData("both")]
    public void A_machine_known_by_its_free_energy_alone_has_its_log_partition(string kind)
    {
        using var scope = torch.NewDisposeScope();
        var units = kind == "both" ? new CompositeUnits(Make.Units("gaussian", 2), Make.Units("relu", 2, 2)) : Make.Units(kind, 4);
        using var rbm = new Rbm(units, Make.Units("bernoulli", 3, 7), WeightInitialization.Normal(0.4), seed: 2);
        _ = rbm.to(ScalarType.Float64);
        var exact = ExactEnumeration.LogPartition(rbm);
        using var generator = new Generator(1);
        var samples = ExactEnumeration.Sample(rbm, Coarse.Chains, generator);
        foreach (var data in new[] { null, samples.narrow(0, 0, 200) })
        {
            AnnealingChecks.ShouldBeNear(AnnealedImportanceSampling.Forward(new Wrapped(rbm), data, Coarse), exact, 0.05);
            AnnealingChecks.ShouldBeNear(AnnealedImportanceSampling.Reverse(new Wrapped(rbm), samples, data, Coarse), exact, 0.05);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_network_has_the_integral_of_its_density(int columns)
    {
        using var scope = torch.NewDisposeScope();
        // Grows without bound, as softplus does in the directions of its weights, both ways.
        using var model = new NeuralEnergyModel(new Bowl(columns), columns);
        var exact = Integral(model, columns, -12, 12);
        var bracket = AnnealedImportanceSampling.Bracket(model, options: Fine);
        bracket.Warning.Should().BeNull();
        AnnealingChecks.ShouldBeNear(bracket.Forward, exact, 0.05);
        AnnealingChecks.ShouldBeNear(bracket.Reverse, exact, 0.05);
        // The Gaussian at which annealing begins has another integral.
        Math.Abs(exact - (columns / 2.0 * LogTwoPi) + Enumeration.Read(model.FreeEnergy(torch.zeros(1, columns)).detach().to(ScalarType.Float64))[0]).Should().BeGreaterThan(0.1);
    }

    [Theory]
    [Trait("Category", "Slow")]
    [InlineData(-0.3, 0.4)]
    [InlineData(double.NegativeInfinity, 0.1)]
    public void Bounds_of_the_chains_bound_the_integral(double lower, double upper)
    {
        using var scope = torch.NewDisposeScope();
        using var model = new NeuralEnergyModel(new Bowl(2), 2, new Langevin { Lower = lower, Upper = upper });
        var exact = Integral(model, 2, Math.Max(lower, -12), upper);
        using var generator = new Generator(2);
        var data = torch.rand(100, 2, generator: generator) - 0.6f;
        // Without data, annealing begins at a Gaussian that is cut, or as good as uniform.
        foreach (var rows in new[] { null, data })
        {
            var bracket = AnnealedImportanceSampling.Bracket(model, rows, Fine);
            bracket.Warning.Should().BeNull();
            AnnealingChecks.ShouldBeNear(bracket.Forward, exact, 0.05);
            AnnealingChecks.ShouldBeNear(bracket.Reverse, exact, 0.05);
        }

        (Integral(model, 2, -12, 12) - exact).Should().BeGreaterThan(0.2, "bounds far out would prove little");
    }

    [Fact]
    public void A_density_that_does_not_vary_has_the_volume_of_its_box()
    {
        using var scope = torch.NewDisposeScope();
        var model = new Density(3, v => v.sum(1) * 0, UnitSupport.Interval("box", 10, 30));
        // The third column of the data does not vary either.
        var data = torch.tensor(new[,] { { 11.0, 25, 10 }, { 17, 30, 10 } });
        foreach (var rows in new[] { null, data })
            AnnealingChecks.ShouldBeNear(AnnealedImportanceSampling.Forward(model, rows, Fine), 3 * Math.Log(20), 0.05);
    }

    [Fact]
    public void A_step_is_neither_too_long_nor_too_short_whatever_the_scale_and_the_number_of_columns()
    {
        using var scope = torch.NewDisposeScope();
        // Without steps of the right length, chains of 100 columns stay where they begin, and a few have all the weight.
        var deviations = torch.logspace(-3, 3, 100, dtype: ScalarType.Float64);
        var model = new Density(100, v => (v / deviations).square().sum(1) / 2);
        var exact = 50 * LogTwoPi + Enumeration.Read(deviations.log().sum())[0];
        using var generator = new Generator(3);
        var data = 0.8 * deviations * torch.randn(100, 100, ScalarType.Float64, generator: generator);
        var estimate = AnnealedImportanceSampling.Forward(model, data, Fine);
        estimate.Warning.Should().BeNull();
        AnnealingChecks.ShouldBeNear(estimate, exact, 0.3);
    }

    [Fact]
    public void Few_temperatures_and_a_density_far_away_give_a_warning()
    {
        using var scope = torch.NewDisposeScope();
        var model = new Density(20, v => (v - 6).square().sum(1) * 50);
        var estimate = AnnealedImportanceSampling.Forward(model, options: new() { Schedule = AnnealingSchedule.Uniform(3) });
        estimate.IsReliable.Should().BeFalse();
        estimate.Warning.Should().Contain("chains are effective");
    }

    [Fact]
    public void A_free_energy_that_autograd_cannot_follow_is_refused()
    {
        using var scope = torch.NewDisposeScope();
        var model = new Density(2, v => v.detach().square().sum(1));
        var estimate = () => AnnealedImportanceSampling.Forward(model, options: Fine);
        estimate.Should().Throw<ArgumentException>().WithMessage("*autograd can follow*without a graph*");

        // A graph that leads to a parameter alone.
        var parameter = torch.ones(2, ScalarType.Float64, requires_grad: true);
        model = new Density(2, v => (v.detach() * parameter).square().sum(1));
        estimate.Should().Throw<ArgumentException>().WithMessage("*autograd can follow*without a graph*");
        (parameter.grad is null).Should().BeTrue();
    }

    [Fact]
    public void Rows_that_the_chains_of_a_model_cannot_reach_have_no_density()
    {
        using var scope = torch.NewDisposeScope();
        using var model = new NeuralEnergyModel(new Bowl(1), 1, new Langevin { Lower = -1, Upper = 1 });
        var rows = torch.tensor(new[,] { { 0.5f }, { 1.5f } });
        var bracket = AnnealedImportanceSampling.Bracket(model, options: Fine with { Schedule = AnnealingSchedule.Uniform(10) });
        var likelihood = () => LogLikelihood.Evaluate(model, rows, bracket);
        likelihood.Should().Throw<ArgumentException>().WithMessage("*bounded*1.5*");
        var reverse = () => AnnealedImportanceSampling.Reverse(model, rows);
        reverse.Should().Throw<ArgumentException>().WithMessage("*bounded*1.5*");
    }

    [Fact]
    public void A_callers_inference_mode_and_gradients_change_nothing()
    {
        using var scope = torch.NewDisposeScope();
        using var model = new NeuralEnergyModel(new Bowl(2), 2);
        var options = Fine with { Schedule = AnnealingSchedule.Uniform(10) };
        var outside = AnnealedImportanceSampling.Bracket(model, options: options);
        model.parameters().Should().AllSatisfy(parameter => (parameter.grad is null).Should().BeTrue());
        using var mode = torch.inference_mode();
        var inside = AnnealedImportanceSampling.Bracket(model, options: options);
        inside.Forward.LogWeights.Should().Equal(outside.Forward.LogWeights);
        inside.Reverse.LogWeights.Should().Equal(outside.Reverse.LogWeights);
    }

    [Fact]
    public void The_seed_decides()
    {
        using var scope = torch.NewDisposeScope();
        using var model = new NeuralEnergyModel(new Bowl(2), 2);
        LogPartitionBracket Run(long seed) => AnnealedImportanceSampling.Bracket(model, options: new() { Schedule = AnnealingSchedule.Uniform(10), SampleSteps = 5, Seed = seed });
        var (one, again, other) = (Run(1), Run(1), Run(2));
        again.Forward.LogWeights.Should().Equal(one.Forward.LogWeights);
        again.Reverse.LogWeights.Should().Equal(one.Reverse.LogWeights);
        other.Lower.Should().NotBe(one.Lower);
    }

    [Fact]
    public void Progress_counts_the_steps_of_preparation_and_a_run_can_be_cancelled()
    {
        using var scope = torch.NewDisposeScope();
        var model = new Density(2, v => v.square().sum(1));
        var seen = new List<AnnealingProgress>();
        using var source = new CancellationTokenSource();
        var options = new AnnealingOptions { Schedule = AnnealingSchedule.Uniform(30), SampleSteps = 7, Chains = 2 };
        _ = AnnealedImportanceSampling.Bracket(model, null, options, new Reports(seen.Add));
        seen[^1].Should().Match<AnnealingProgress>(p => p.Step == 267 && p.Steps == 267);
        var cancelled = () => AnnealedImportanceSampling.Forward(model, null, options with { Schedule = AnnealingSchedule.Uniform(2_000_000) }, new Reports(_ => source.Cancel()), source.Token);
        cancelled.Should().Throw<OperationCanceledException>();
    }

    /// <summary>A quadratic energy of full covariance around (0.5, -1, 0.2), its log Z, and samples.</summary>
    private static (IEnergyModel Model, double LogPartition, Tensor Samples) Gaussian(int count)
    {
        var root = torch.tensor(new[,] { { 1, 0, 0 }, { 0.6, 0.7, 0 }, { -0.4, 0.3, 1.2 } });
        var center = torch.tensor(new[] { 0.5, -1, 0.2 });
        var precision = torch.linalg.inv(root.mm(root.t()));
        var model = new Density(3, v => ((v - center).mm(precision) * (v - center)).sum(1) / 2);
        using var generator = new Generator(9);
        var samples = center + torch.randn(count, 3, ScalarType.Float64, generator: generator).mm(root.t());
        // The determinant of the root is 1 · 0.7 · 1.2.
        return (model, 1.5 * LogTwoPi + Math.Log(0.84), samples);
    }

    /// <summary>log ∫ exp(-F) over a square, by the midpoint rule.</summary>
    private static double Integral(NeuralEnergyModel model, int columns, double from, double to)
    {
        using var scope = torch.NewDisposeScope();
        const int Points = 600;
        var width = (to - from) / Points;
        var line = (torch.arange(Points, ScalarType.Float64) + 0.5) * width + from;
        var places = columns == 1 ? line.unsqueeze(1) : torch.cartesian_prod(line, line);
        using var noGrad = torch.no_grad();
        var logs = places.to(ScalarType.Float32).split(100_000).Select(rows => model.FreeEnergy(rows).to(ScalarType.Float64).neg().logsumexp(0)).ToArray();
        return torch.stack(logs).logsumexp(0).ToDouble() + columns * Math.Log(width);
    }

    /// <summary>Σ softplus of random projections of a row, and of their opposites, less a bump.</summary>
    private sealed class Bowl : torch.nn.Module<Tensor, Tensor>
    {
        private readonly torch.nn.Module<Tensor, Tensor> projections;

        public Bowl(long columns)
            : base(nameof(Bowl))
        {
            projections = torch.nn.Linear(columns, 12);
            RegisterComponents();
            Make.Randomise(this, 5, 0.4);
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = torch.NewDisposeScope();
            var at = projections.call(input);
            return (torch.nn.functional.softplus(2 * at) / 2 + torch.nn.functional.softplus(-at) - 2 * torch.exp(-(at * at))).sum(1).MoveToOuterDisposeScope();
        }
    }

    private sealed class Reports(Action<AnnealingProgress> action) : IProgress<AnnealingProgress>
    {
        public void Report(AnnealingProgress value) => action(value);
    }
}
