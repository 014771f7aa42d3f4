using DeepBelief.Distributed.Tests.Support;
using DeepBelief.Sampling;
using DeepBelief.Tensors;
using DeepBelief.Training;

namespace DeepBelief.Distributed.Tests;

/// <summary>Several ranks with a share of each batch compute what one process does with all of it.</summary>
public sealed class EqualityTests
{
    private const double Tolerance = 1e-6;

    // What the options do with a gradient, where nothing is drawn.
    public static TheoryData<string, TrainingOptions> Changes => new()
    {
        { "the gradient alone", new() { Optimizer = new SgdSettings { Momentum = 0 }, Centering = null, LearningRate = 0.1 } },
        { "momentum and weight decay", new() { Optimizer = new SgdSettings { Momentum = 0.9, WeightDecay = 0.01 }, Centering = null, LearningRate = 0.1 } },
        { "defaults", new() },
        { "Adam", new() { Optimizer = new AdamSettings { WeightDecay = 0.01 } } },
        { "sparsity", new() { Sparsity = new SparsityOptions { Target = 0.2, Cost = 0.5 } } },
        { "sparsity without centering", new() { Sparsity = new SparsityOptions { Target = 0.2, Cost = 0.5 }, Centering = null } },
        { "clipping and an L1 penalty", new() { MaxGradientNorm = 0.05, L1Penalty = 0.01 } },
        { "a bound of the weights", new() { MaxWeightNorm = 0.2 } },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void The_positive_phase(string name, TrainingOptions options) => Compare(name, options with { NegativePhase = new GivenChains() });

    [Theory]
    [MemberData(nameof(Changes))]
    public void Contrastive_divergence_with_given_noise(string name, TrainingOptions options) => Compare(name, options with { NegativePhase = new GivenNoise() });

    // 5 rows in the last batch of 3 ranks, and 1 in that of 21 rows, of which some ranks have none.
    [Theory]
    [InlineData(45, 3)]
    [InlineData(21, 3)]
    [InlineData(41, 4)]
    public void Batches_that_do_not_divide(int rows, int ranks)
    {
        using var data = Trained.Bits(rows, 9, ScalarType.Float64);
        Trained.CompareWithAlone(ranks, group => Fit(data, new() { Epochs = 3, BatchSize = 10, NegativePhase = new GivenNoise(), Group = group }), Tolerance);
    }

    [Fact]
    public void Rows_with_weights()
    {
        using var data = Trained.Bits(40, 9, ScalarType.Float64);
        using var weights = torch.arange(1, 41, dtype: ScalarType.Float64);
        Trained.CompareWithAlone(2, group => Fit(data, new() { Epochs = 3, BatchSize = 10, Centering = null, NegativePhase = new GivenChains(), Group = group }, weights), Tolerance);
    }

    [Fact]
    public void Rows_of_a_source()
    {
        using var data = Trained.Bits(45, 9, ScalarType.Float64);
        Trained.CompareWithAlone(
            2,
            group =>
            {
                var rbm = Rbm.Bernoulli(9, 6, dtype: ScalarType.Float64);
                _ = rbm.Fit(new Slices(data), new() { Epochs = 3, NegativePhase = new GivenNoise(), Group = group });
                return rbm;
            },
            Tolerance);
    }

    [Fact]
    public void Sparse_rows()
    {
        using var data = Trained.Bits(45, 9, ScalarType.Float64);
        Trained.CompareWithAlone(
            2,
            group =>
            {
                using var sparse = data.to_sparse();
                return Fit(sparse, new() { Epochs = 3, BatchSize = 10, NegativePhase = new GivenNoise(), Group = group });
            },
            Tolerance);
    }

    [Fact]
    public void Real_numbers_whose_variances_learn()
    {
        using var generator = new Generator(3);
        using var data = torch.randn([40, 4], ScalarType.Float64, generator: generator);
        Trained.CompareWithAlone(
            2,
            group =>
            {
                var rbm = Rbm.Gaussian(4, 3, dtype: ScalarType.Float64);
                _ = rbm.Fit(data, new() { Epochs = 5, BatchSize = 10, LearningRate = 0.01, NegativePhase = new GivenChains(), Group = group });
                return rbm;
            },
            Tolerance);
    }

    [Fact]
    public void A_model_by_autograd()
    {
        using var data = Trained.Bits(40, 5, ScalarType.Float64);
        Trained.CompareWithAlone(
            2,
            group =>
            {
                var model = new NeuralEnergyModel(torch.nn.Linear(5, 1, dtype: ScalarType.Float64), visible: 5);
                foreach (var parameter in model.parameters())
                    Parameters.Assign(parameter, torch.linspace(-0.5, 0.5, parameter.numel(), ScalarType.Float64).view_as(parameter));
                _ = model.Fit(data, new() { Epochs = 3, BatchSize = 10, NegativePhase = new GivenChains(), Group = group });
                return model;
            },
            Tolerance);
    }

    [Fact]
    public void A_group_of_one_trains_to_the_same_bits()
    {
        using var data = Trained.Bits(60, 9);
        var alone = Trained.Parameters(Fit(data, new() { Epochs = 4, BatchSize = 10 }, dtype: ScalarType.Float32));
        var together = ThreadGroup.Run(1, group => Trained.Parameters(Fit(data, new() { Epochs = 4, BatchSize = 10, Group = group }, dtype: ScalarType.Float32)));
        Trained.AreSame(together[0], alone).Should().BeTrue();
    }

    [Theory]
    [InlineData(ProductPrecision.Float32)]
    [InlineData(ProductPrecision.BFloat16)]
    public void Ranks_with_chains_of_their_own_have_the_same_parameters(ProductPrecision precision)
    {
        AppContext.SetSwitch("DeepBelief.AllowSlowBFloat16", true);
        using var data = Trained.Bits(110, 30);
        foreach (var phase in new NegativePhase[] { new ContrastiveDivergence(), new PersistentContrastiveDivergence(1, 20) })
        {
            var options = new TrainingOptions { Epochs = 4, BatchSize = 20, NegativePhase = phase, ProductPrecision = precision };
            var together = ThreadGroup.Run(3, group =>
            {
                // Each begins with weights of its own; those of rank 0 count.
                var rbm = Rbm.Bernoulli(30, 20, seed: group.Rank);
                _ = rbm.Fit(data, options with { Group = group });
                return Trained.Parameters(rbm);
            });
            Trained.BeSameBits(together);
            var alone = Trained.Parameters(Fit(data, options, hidden: 20, dtype: ScalarType.Float32));
            // Other noise, the same data.
            Trained.AreSame(together[0], alone).Should().BeFalse();
        }
    }

    [Fact]
    public void Ranks_draw_numbers_of_their_own_and_the_first_those_of_a_process_alone()
    {
        using var data = Trained.Bits(40, 9);
        float[] alone = [];
        Fit(data, new() { Epochs = 1, NegativePhase = new TellsNumbers(numbers => alone = numbers) }, dtype: ScalarType.Float32).Dispose();
        var drawn = ThreadGroup.Run(3, group =>
        {
            float[] own = [];
            Fit(data, new() { Epochs = 1, Group = group, NegativePhase = new TellsNumbers(numbers => own = numbers) }, dtype: ScalarType.Float32).Dispose();
            return own;
        });
        drawn[0].Should().Equal(alone);
        drawn[1].Should().NotBeEquivalentTo(alone).And.NotBeEquivalentTo(drawn[2]);
    }

    private static void Compare(string name, TrainingOptions options)
    {
        name.Should().NotBeEmpty();
        using var data = Trained.Bits(40, 9, ScalarType.Float64);
        Trained.CompareWithAlone(2, group => Fit(data, options with { Epochs = 4, BatchSize = 20, Group = group }), Tolerance);
    }

    private static Rbm Fit(Tensor data, TrainingOptions options, Tensor? weights = null, int hidden = 6, ScalarType dtype = ScalarType.Float64)
    {
        var rbm = Rbm.Bernoulli(data.shape[1], hidden, dtype: dtype);
        _ = rbm.Fit(data, options, weights: weights);
        return rbm;
    }

    private sealed class Slices(Tensor data) : Data.IBatchSource
    {
        public int Batches => 5;

        public Tensor Read(int epoch, int batch) => data.narrow(0, (batch - 1) * 9, 9);
    }
}
