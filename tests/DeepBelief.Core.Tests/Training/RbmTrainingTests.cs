using DeepBelief.Data;
using DeepBelief.Sampling;
using DeepBelief.Tests.Oracles;
using DeepBelief.Tests.Support;
using DeepBelief.Training;
using DeepBelief.Units;

namespace DeepBelief.Tests.Training;

public sealed class RbmTrainingTests
{
    public static TheoryData<NegativePhase> Phases => [new ContrastiveDivergence(1), .. NegativePhases.All(5, 200)];

    [Theory]
    [Trait("Category", "Slow")]
    [MemberData(nameof(Phases))]
    public void Training_learns_a_small_distribution(NegativePhase phase)
    {
        using var scope = torch.NewDisposeScope();
        // Three bits with an even number of ones: no bit and no pair of bits says anything; only the hidden units can.
        var data = torch.tensor(new float[,] { { 0, 0, 0 }, { 1, 1, 0 }, { 1, 0, 1 }, { 0, 1, 1 } }).repeat(100, 1);
        using var rbm = Rbm.Bernoulli(3, 8, WeightInitialization.Normal(0.5), seed: 3);
        var untrained = LogLikelihood();

        _ = rbm.Fit(data, new()
        {
            Epochs = 600,
            BatchSize = 100,
            LearningRate = Schedule.Linear(0.1, 0.01),
            Optimizer = new SgdSettings { Momentum = 0.9, WeightDecay = 0 },
            NegativePhase = phase,
        });

        // The entropy of the data is log 4 = 1.386; independent bits reach log 8 = 2.079.
        untrained.Should().BeLessThan(-2);
        LogLikelihood().Should().BeInRange(-1.6, -Math.Log(4));

        double LogLikelihood()
        {
            using var copy = Rbm.Bernoulli(3, 8, dtype: ScalarType.Float64);
            foreach (var (target, source) in copy.parameters().Zip(rbm.parameters()))
            {
                using var noGrad = torch.no_grad();
                _ = target.copy_(source);
            }

            var p = Enumeration.VisibleProbabilities(copy);
            return new[] { 0, 3, 5, 6 }.Average(s => Math.Log(p[s]));
        }
    }

    [Fact]
    public void A_gaussian_machine_learns_means_variances_and_two_clusters()
    {
        using var scope = torch.NewDisposeScope();
        using var generator = new Generator(1);
        var centers = torch.tensor(new[,] { { 2f, 2f }, { -2f, -2f } }).repeat(500, 1);
        var data = centers + (0.5 * torch.randn(new long[] { 1000, 2 }, generator: generator));
        using var rbm = Rbm.Gaussian(2, 6, seed: 2);

        _ = rbm.Fit(data, new()
        {
            Epochs = 150,
            LearningRate = 0.01,
            NegativePhase = new PersistentContrastiveDivergence(5, 200),
            Optimizer = new SgdSettings { Momentum = 0.5, WeightDecay = 0 },
        });

        using var chain = new Generator(5);
        var samples = MarkovChain.Run(rbm, data, 50, chain);
        // Correlated as the data (0.94), with its spread (2.06), though the conditional noise is near the clusters' own.
        var product = samples.select(1, 0) * samples.select(1, 1);
        product.mean().ToDouble().Should().BeInRange(3, 5);
        samples.square().mean().ToDouble().Should().BeInRange(3.4, 5.2);
        Enumeration.Read(((GaussianUnits)rbm.Visible).LogVariance.exp()).Should().OnlyContain(v => v < 1.2);
    }

    [Fact]
    public void Same_seed_same_bits_and_another_seed_other_bits()
    {
        using var scope = torch.NewDisposeScope();
        var data = TrialDataset.Create(seed: 1);
        var (one, same, other) = (Train(3), Train(3), Train(4));
        Near.SameBits(one, same).Should().BeTrue();
        Near.SameBits(one, other).Should().BeFalse();

        Tensor Train(long seed)
        {
            using var rbm = Rbm.Bernoulli(10, 20, seed: 9);
            _ = rbm.Fit(data, new() { Epochs = 2, Seed = seed, NegativePhase = new PersistentContrastiveDivergence(1, 50) });
            return rbm.Weight.detach().clone();
        }
    }

    [Fact]
    public void The_trial_dataset_is_learned_with_the_originals_settings()
    {
        using var scope = torch.NewDisposeScope();
        var data = TrialDataset.Create(seed: 1);
        using var rbm = Rbm.Bernoulli(10, 100);
        var history = rbm.Fit(data, new()
        {
            Epochs = 50,
            BatchSize = 32,
            LearningRate = 0.001,
            Optimizer = new AdamSettings(),
            NegativePhase = new ContrastiveDivergence(3),
            Patience = 10,
        });

        // Independent bits give 10 log 2 = 6.93 nats a row; the mixture that made the data gives its entropy, 6.203.
        var logLikelihood = MeanLogLikelihood(rbm, data);
        logLikelihood.Should().BeInRange(-6.3, -6.15);
        history.Epochs.Should().HaveCountLessThanOrEqualTo(50);
        history.Best.ReconstructionError.Should().BeLessThan(history.Epochs[0].ReconstructionError);
    }

    [Fact]
    public void Metrics_are_those_of_the_model_after_the_epoch()
    {
        using var scope = torch.NewDisposeScope();
        var data = TrialDataset.Create(seed: 1);
        var (training, validation) = (data.narrow(0, 0, 900), data.narrow(0, 900, 700));
        using var rbm = Rbm.Bernoulli(10, 6);
        var history = rbm.Fit(training, new() { Epochs = 3 }, validation);

        history.Last.ReconstructionError.Should().BeApproximately((validation - rbm.Reconstruct(validation)).square().mean().ToDouble(), 1e-6);
        history.Last.FreeEnergyGap.Should().BeApproximately((rbm.FreeEnergy(validation).mean() - rbm.FreeEnergy(training).mean()).ToDouble(), 1e-3);
        history.Last.PseudoLogLikelihood.Should().BeInRange(-7.2, -5);
    }

    [Fact]
    public void The_visible_bias_starts_from_the_data_unless_told_otherwise()
    {
        using var scope = torch.NewDisposeScope();
        var data = torch.tensor(new[,] { { 1f, 0f }, { 1f, 1f }, { 1f, 1f }, { 0f, 1f } }).repeat(5, 1);
        Bias(initialize: true).ShouldBeNear([Math.Log(3), Math.Log(3)], 1e-3);
        Bias(initialize: false).ShouldBeNear([0, 0], 1e-3);

        Tensor Bias(bool initialize)
        {
            using var rbm = Rbm.Bernoulli(2, 2);
            _ = rbm.Fit(data, new() { Epochs = 1, BatchSize = 20, LearningRate = 1e-4, InitializeFromData = initialize });
            return ((BernoulliUnits)rbm.Visible).Bias.detach().clone();
        }
    }

    [Fact]
    public void Training_leaves_no_tensor_behind()
    {
        using var scope = torch.NewDisposeScope();
        var data = TrialDataset.Create(seed: 1);
        using var rbm = Rbm.Bernoulli(10, 6);
        using var dbn = Dbn.Bernoulli(10, 5, 4);
        var options = new TrainingOptions { Epochs = 2, NegativePhase = new PersistentContrastiveDivergence(1, 10), Patience = 1 };
        Run();

        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Run();
        DisposeScopeManager.Statistics.ThreadTotalLiveCount.Should().Be(before);

        void Run()
        {
            _ = rbm.Fit(data, options, data);
            _ = dbn.Fit(data, new() { Epochs = 1, Inputs = LayerInputs.MeanOfSamples(2) });
            rbm.Transition(data).Dispose();
            dbn.Sample(3, 2).Dispose();
            dbn.Reconstruct(data, LayerInputs.Samples).Dispose();
            using var labels = torch.zeros(2000, ScalarType.Int64);
            using var net = dbn.ToClassifier(2);
            _ = net.FitClassifier(data, labels, new() { Epochs = 1 });
            net.Predict(data).Dispose();
        }
    }

    internal static double MeanLogLikelihood(Rbm rbm, Tensor data)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        var logZ = rbm.FreeEnergy(Enumeration.States((int)rbm.VisibleSize).to(ScalarType.Float32)).neg().to(ScalarType.Float64).logsumexp(0);
        return (rbm.FreeEnergy(data).neg().mean() - logZ).ToDouble();
    }
}
