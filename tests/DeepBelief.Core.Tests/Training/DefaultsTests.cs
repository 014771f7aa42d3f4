using DeepBelief.Evaluation;
using DeepBelief.Sampling;
using DeepBelief.Tests.Oracles;
using DeepBelief.Tests.Support;
using DeepBelief.Training;
using DeepBelief.Units;

namespace DeepBelief.Tests.Training;

/// <summary>What the options learn that a newcomer leaves alone, beside what the best model of the data would reach.</summary>
public sealed class DefaultsTests
{
    public static TheoryData<string> Kinds => new([.. UnitCases.Names]);

    [Theory]
    [Trait("Category", "Slow")]
    [InlineData("bars 3x3", -2.75)]
    [InlineData("bars 4x4", -3.6)]
    [InlineData("halves", -0.75)]
    [InlineData("two clusters", 1.3)]
    [InlineData("far from zero", -6.6)]
    public void The_likelihood_comes_close_to_the_best(string name, double least)
    {
        var set = SmallSets.Get(name);
        var median = Median(seed => LogLikelihoodOf(set, new() { Epochs = set.Epochs, Seed = seed }));
        median.Should().BeGreaterThan(least);
        // The rows of a sample are a little likelier than its source's entropy has it.
        median.Should().BeLessThan(set.Best!.Value + 0.1);
    }

    [Theory]
    [InlineData("bernoulli", 20)]
    [InlineData("bernoulli", 256)]
    [InlineData("bernoulli", 1000)]
    [InlineData("gaussian", 20)]
    [InlineData("gaussian", 256)]
    [InlineData("gaussian", 1000)]
    [InlineData("relu", 20)]
    [InlineData("relu", 256)]
    [InlineData("relu", 1000)]
    public void Columns_that_go_together_are_learned_by_any_number_of_hidden_units(string kind, int hidden)
    {
        using var scope = torch.NewDisposeScope();
        using var generator = new Generator(1);
        foreach (var (columns, factors) in new[] { (12, 1), (100, 2) })
        {
            var data = torch.randn(1000, factors, generator: generator).mm(torch.randn(factors, columns, generator: generator)) * 10 + torch.randn(1000, columns, generator: generator);
            using var rbm = new Rbm(new GaussianUnits(columns), kind switch { "gaussian" => new GaussianUnits(hidden), "relu" => new ReluUnits(hidden), _ => new BernoulliUnits(hidden) });
            var history = rbm.Fit(data);
            var variance = data.var(0).mean().item<float>();
            history.Epochs.Should().OnlyContain(epoch => epoch.ReconstructionError < variance);
            history.Last.ReconstructionError.Should().BeLessThan(0.5 * variance);
        }
    }

    [Theory]
    [Trait("Category", "Slow")]
    [InlineData("bars 3x3", -2.7)]
    [InlineData("bars 4x4", -3.48)]
    [InlineData("halves", -0.7)]
    public void The_preset_for_the_best_likelihood_comes_closer(string name, double least)
    {
        var set = SmallSets.Get(name);
        Median(seed => LogLikelihoodOf(set, TrainingOptions.BestLikelihood with { Epochs = set.Epochs, Seed = seed })).Should().BeGreaterThan(least);
    }

    [Theory]
    [Trait("Category", "Slow")]
    [InlineData("bars 3x3")]
    [InlineData("halves")]
    [InlineData("shifter")]
    [InlineData("prototypes")]
    [InlineData("rare pairs")]
    [InlineData("twenty rows")]
    [InlineData("skewed classes")]
    [InlineData("spins")]
    [InlineData("counts")]
    [InlineData("categories")]
    [InlineData("two clusters")]
    [InlineData("two scales")]
    [InlineData("mixed")]
    public void Centering_persistent_chains_and_tempering_are_no_worse_than_contrastive_divergence(string name)
    {
        var set = SmallSets.Get(name);
        var plain = Values(new() { NegativePhase = new ContrastiveDivergence(), Centering = null });
        var centered = Values(new() { NegativePhase = new ContrastiveDivergence() });
        centered[1].Should().BeGreaterThan(plain[1] - Math.Max(0.001, plain[^1] - plain[0]));
        foreach (var phase in new NegativePhase[] { new PersistentContrastiveDivergence(), new ParallelTempering() })
            Values(new() { NegativePhase = phase })[1].Should().BeGreaterThan(centered[1] - Math.Max(0.01, centered[^1] - centered[0]));

        double[] Values(TrainingOptions options) => [.. Enumerable.Range(0, 3).Select(seed => LogLikelihoodOf(set, options with { Epochs = set.Epochs, Seed = seed })).Order()];
    }

    [Theory]
    [Trait("Category", "Slow")]
    [InlineData(1)]
    [InlineData(2)]
    public void Two_narrow_clusters_become_two_modes(int hidden)
    {
        using var scope = torch.NewDisposeScope();
        var set = SmallSets.Get("two clusters");
        var rows = set.Rows();
        foreach (var seed in new[] { 0, 1, 2 })
        {
            using var rbm = (set with { Hidden = hidden }).NewRbm(1, seed);
            _ = rbm.Fit(rows, new() { Epochs = set.Epochs, Seed = seed });
            var (weights, means, deviation) = Mixture(rbm);
            deviation[0].Should().BeApproximately(0.03, 0.2 * 0.03);
            var left = weights.Zip(means, (weight, mean) => mean[0] < 0 ? weight : 0).Sum();
            left.Should().BeInRange(0.35, 0.65);
            weights.Zip(means, (weight, mean) => Math.Abs(Math.Abs(mean[0]) - 0.225) < 0.03 ? weight : 0).Sum().Should().BeGreaterThan(0.95, "all of the mass is in the two modes");
        }
    }

    [Fact]
    public void Columns_of_any_scale_are_learned_at_the_same_rate()
    {
        using var scope = torch.NewDisposeScope();
        var set = SmallSets.Get("two scales");
        foreach (var seed in new[] { 0, 1, 2 })
        {
            using var rbm = set.NewRbm(2, seed);
            _ = rbm.Fit(set.Rows(), new() { Epochs = set.Epochs, Seed = seed });
            var (weights, means, deviations) = Mixture(rbm);
            for (var i = 0; i < 2; i++)
            {
                var mean = weights.Zip(means, (weight, m) => weight * m[i]).Sum();
                var variance = weights.Zip(means, (weight, m) => weight * ((m[i] - mean) * (m[i] - mean))).Sum() + (deviations[i] * deviations[i]);
                Math.Sqrt(variance).Should().BeApproximately(i == 0 ? 1 : 1000, i == 0 ? 0.1 : 100);
            }
        }
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(0.001)]
    public void The_unit_of_measurement_makes_no_difference(double unit)
    {
        using var scope = torch.NewDisposeScope();
        var rows = SmallSets.Get("mixed").Rows().to(ScalarType.Float64);
        var scale = torch.tensor(new[] { unit, 1, 1, 1, 1, 1, 1, 1 });
        using var one = Trained(rows, new SgdSettings());
        using var other = Trained(rows * scale, new SgdSettings());
        (other.Weight * scale).ShouldBeNear(one.Weight, 1e-8);
        using var adam = Trained(rows, new AdamSettings());
        using var otherAdam = Trained(rows * scale, new AdamSettings());
        (otherAdam.Weight * scale).ShouldBeNear(adam.Weight, 1e-6);

        static Rbm Trained(Tensor rows, OptimizerSettings optimizer)
        {
            var rbm = SmallSets.Get("mixed").NewRbm(8, 0).to(ScalarType.Float64);
            _ = rbm.Fit(rows, new() { Epochs = 3, Optimizer = optimizer });
            return rbm;
        }
    }

    [Fact]
    public void A_rare_class_is_found()
    {
        using var scope = torch.NewDisposeScope();
        var rows = SmallSets.Get("reals of rare classes").Rows();
        var labels = torch.cat([torch.ones(30, ScalarType.Int64), torch.zeros(970, ScalarType.Int64)]);
        var recalls = new double[3];
        for (var seed = 0; seed < 3; seed++)
        {
            using var dbn = Dbn.Gaussian([20, 50, 20], seed: seed);
            _ = dbn.Fit(rows, new() { Epochs = 20, Seed = seed });
            dbn.Transform(rows).std(0, unbiased: false).mean().ToDouble().Should().BeGreaterThan(0.03, "features vary over rows");
            using var net = dbn.ToClassifier(2, seed: seed);
            _ = net.FitClassifier(rows, labels, new() { Epochs = 20, Seed = seed });
            recalls[seed] = net.Predict(rows).narrow(0, 0, 30).to(ScalarType.Float64).mean().ToDouble();
        }

        recalls.Order().ElementAt(1).Should().BeGreaterThan(0.5);
    }

    [Fact]
    public void Options_say_what_they_leave_to_the_run()
    {
        using var rbm = Rbm.Bernoulli(9, 4);
        using var real = Rbm.Gaussian(9, 4);
        var options = new TrainingOptions().Resolve(rbm, rows: 600);
        options.BatchSize.Should().Be(30);
        options.NegativePhase.Should().Be(new PersistentContrastiveDivergence(steps: 1, chains: 100));
        options.Averaging.Should().Be(0.2);
        options.Centering.Should().NotBeNull();
        // 4 / sqrt(1 + u / 200), less the momentum of a half, with 20 updates an epoch.
        options.LearningRate!.At(1, 100).Should().BeApproximately(2, 1e-12);
        options.LearningRate.At(31, 100).Should().BeApproximately(1, 1e-12);
        // With gradients that are noisier or larger, half of it.
        Rate(rbm, new() { Centering = null }).Should().BeApproximately(1, 1e-12);
        Rate(rbm, new() { MissingValues = MissingValues.Draw }).Should().BeApproximately(1, 1e-12);
        Rate(rbm, new() { NegativePhase = new PersistentContrastiveDivergence { Jumps = false } }).Should().BeApproximately(1, 1e-12);
        // Small models learn at up to twice the rate, those of more than 100 units at one that falls with the root of their number.
        new[] { 25L, 40, 50, 100, 400 }.Select(width =>
        {
            using var model = Rbm.Bernoulli(width, 4);
            return Rate(model, new());
        }).Should().Equal(2, 1.25, 1, 1, 0.5);
        new TrainingOptions().Resolve(real, rows: 600).NegativePhase.Should().Be(new ContrastiveDivergence());
        (new TrainingOptions() with { BatchSize = 7, LearningRate = 0.3, Patience = 3, Centering = null }).Resolve(rbm, 10)
            .Should().BeEquivalentTo(new { BatchSize = 7, Averaging = 0.0, Centering = (CenteringOptions?)null });
        new[] { 1L, 399, 400, 1000, 2000, 60_000 }.Select(rows => new TrainingOptions().Resolve(rbm, rows).BatchSize).Should().Equal(20, 20, 20, 50, 100, 100);
        new[] { 1L, 399, 420, 1000, 19_999, 60_000 }.Select(rows => new TrainingOptions().Resolve(rbm, rows).EvaluationRows).Should().Equal(20, 20, 21, 50, 999, 1000);
        (new TrainingOptions { Patience = 1 }.Resolve(rbm, 10).EvaluationRows, new TrainingOptions { EvaluationRows = 7 }.Resolve(rbm, 600).EvaluationRows).Should().Be((1000, 7));
        using var narrow = torch.zeros(5, 8);
        var wrong = () => new TrainingOptions().Resolve(rbm, 600, narrow);
        wrong.Should().Throw<ArgumentException>().WithMessage("*[batch, 9], found [5, 8]*").WithParameterName("sample");

        static double Rate(Rbm rbm, TrainingOptions options) => options.Resolve(rbm, rows: 600).LearningRate!.At(1, 100);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Phase_and_rate_of_every_kind_follow_from_its_states_and_variance(string kind)
    {
        using var rbm = new Rbm(Make.NewUnits(kind, 6), new BernoulliUnits(2));
        var (isDiscrete, spread) = (UnitCases.Get(kind).States is not null, UnitCases.Get(kind).Spread);
        var options = new TrainingOptions().Resolve(rbm, rows: 600);
        options.NegativePhase.Should().Be(isDiscrete ? new PersistentContrastiveDivergence(steps: 1, chains: 100) : new ContrastiveDivergence());
        // Less the momentum of a half; twice as much for units that can be centered.
        options.LearningRate!.At(1, 100).Should().BeApproximately((isDiscrete ? 1 : 0.25) * (options.Centering is null ? 1 : 2) / spread, 1e-12);
        if (!isDiscrete)
            return;
        // Under no input is a variance, of a bit at most a quarter, beyond the bound, which is not far off.
        using var scope = torch.NewDisposeScope();
        using var units = Make.Units(kind, 6);
        (4 * units.Variance(Make.Normal(5, 3, 1000, 6)).max().ToDouble()).Should().BeInRange(spread / 2, spread);
    }

    [Fact]
    public void Bits_that_are_rarely_on_begin_with_larger_weights_and_learn_at_a_higher_rate()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Rbm.Bernoulli(1600, 2);
        var rows = torch.zeros(100, 1600);
        _ = rows[0].fill_(1);
        // Each bit is on in a row of a hundred. A variance of 1/16 counts whole.
        var width = 1600 * 16 * 0.01 * 0.99;
        var usual = rbm.Weight.detach().clone();
        // 2 * 10 / sqrt(N), less the momentum of a half; N is the number of bits, or halfway to the width.
        new TrainingOptions().Resolve(rbm, rows: 600).LearningRate!.At(1, 100).Should().BeApproximately(10 / Math.Sqrt(1600), 1e-12);
        new TrainingOptions().Resolve(rbm, rows: 600, rows).LearningRate!.At(1, 100).Should().BeApproximately(10 / Math.Sqrt(Math.Sqrt(1600 * width)), 1e-6);
        rbm.InitializeFromData(rows);
        rbm.Weight.ShouldBeNear(usual * Math.Sqrt(1600 / width), 1e-6);
    }

    [Fact]
    public void Bits_too_many_for_their_states_to_be_counted_are_discrete()
    {
        using var rbm = Rbm.Bernoulli(2000, 2);
        rbm.Visible.StateCount.Should().Be(double.PositiveInfinity);
        new TrainingOptions().Resolve(rbm, rows: 600).NegativePhase.Should().BeOfType<PersistentContrastiveDivergence>();
    }

    [Fact]
    public void Averaging_sets_the_parameters_to_their_mean_over_the_end()
    {
        using var scope = torch.NewDisposeScope();
        using var model = new CountingModel();
        var rows = torch.zeros(5, 1);
        // The parameter falls by one in each of 1,000 updates; over a tenth of them, a mean with weights that fall by e a window.
        _ = model.Fit(rows, new() { Epochs = 1000, BatchSize = 5, LearningRate = 1, Optimizer = new SgdSettings { Momentum = 0 }, Averaging = 0.1 });
        using var last = new CountingModel();
        _ = last.Fit(rows, new() { Epochs = 1000, BatchSize = 5, LearningRate = 1, Optimizer = new SgdSettings { Momentum = 0 }, Averaging = 0 });
        var lag = Math.Abs(Enumeration.Read(model.parameters().First())[0] - Enumeration.Read(last.parameters().First())[0]);
        lag.Should().BeInRange(80, 100);
    }

    private static double Median(Func<int, double> ofSeed) => Enumerable.Range(0, 3).Select(ofSeed).Order().ElementAt(1);

    private static double LogLikelihoodOf(SmallSet set, TrainingOptions options)
    {
        using var scope = torch.NewDisposeScope();
        var rows = set.Rows();
        using var rbm = set.NewRbm(rows.shape[1], options.Seed);
        _ = rbm.Fit(rows, options);
        return LogLikelihood.Evaluate(rbm, rows, ExactEnumeration.LogPartition(rbm)).Mean;
    }

    /// <summary>A Gaussian RBM as the mixture that it is: weights and means of all hidden states, and the deviations of the units.</summary>
    private static (double[] Weights, double[][] Means, double[] Deviations) Mixture(Rbm rbm)
    {
        var hidden = Enumeration.States((int)rbm.HiddenSize).to(ScalarType.Float32);
        var logWeights = Enumeration.Read(rbm.HiddenFreeEnergy(hidden).neg());
        var logSum = Enumeration.LogSumExp(logWeights);
        return (
            [.. logWeights.Select(w => Math.Exp(w - logSum))],
            Enumeration.Matrix(rbm.VisibleMean(hidden)),
            Enumeration.Read(((GaussianUnits)rbm.Visible).LogVariance.exp().sqrt()));
    }
}
