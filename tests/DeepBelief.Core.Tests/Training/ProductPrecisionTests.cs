using DeepBelief.Evaluation;
using DeepBelief.Sampling;
using DeepBelief.Tensors;
using DeepBelief.Tests.Support;
using DeepBelief.Training;
using DeepBelief.Units;

namespace DeepBelief.Tests.Training;

/// <summary>Training whose matrix products are in bfloat16: what it learns, what it rounds, and who does not get it.</summary>
public sealed class ProductPrecisionTests
{
    // Of a number that is rounded to the nearest: 8 significant bits.
    private const double Rounding = 1.0 / 256;

    public static TheoryData<string, TrainingOptions> WaysToLearn => new()
    {
        { "prototypes", new() },
        { "bars 4x4", new() { Epochs = 100 } },
        { "prototypes", new() { Centering = null, NegativePhase = new ContrastiveDivergence(2) } },
        { "prototypes", new() { Centering = null, NegativePhase = new PersistentContrastiveDivergence(2) { Jumps = false }, Optimizer = new AdamSettings() } },
    };

    public static TheoryData<TrainingOptions, string> Refused => new()
    {
        { new() { MissingValues = MissingValues.Draw }, "ProductPrecision: expected Float32, as MissingValues is Draw, *found BFloat16.*" },
        { new() { MissingValues = MissingValues.LeaveOut }, "ProductPrecision: expected Float32, as MissingValues is LeaveOut, *found BFloat16.*" },
        { new() { NegativePhase = new ParallelTempering() }, "ProductPrecision: expected Float32, as the negative phase is ParallelTempering: *found BFloat16.*" },
        { new() { NegativePhase = new ReplayBuffer() }, "ProductPrecision: expected Float32, as the negative phase is ReplayBuffer: *found BFloat16.*" },
    };

    [Theory]
    [Trait("Category", "Slow")]
    [MemberData(nameof(WaysToLearn))]
    public void It_does_not_cost_likelihood(string name, TrainingOptions options)
    {
        using var scope = torch.NewDisposeScope();
        var set = SmallSets.Get(name) with { Hidden = 16 };
        // The rows of bars repeat: there, those that are left out are known.
        var (rows, test) = Split(set.Rows());
        var rounded = Median(InBFloat16.Of(options));
        var exact = Median(options);
        rounded.Should().BeGreaterThan(exact - 0.2);
        // A model of units that know nothing of each other is far below.
        using var untrained = set.NewRbm(rows.shape[1], 0);
        untrained.InitializeFromData(rows);
        exact.Should().BeGreaterThan(Likelihood(untrained) + 2);

        double Median(TrainingOptions own) => new[] { 0, 1, 2 }.Select(seed =>
        {
            using var rbm = set.NewRbm(rows.shape[1], seed);
            _ = rbm.Fit(rows, own with { Epochs = Math.Min(own.Epochs == 10 ? set.Epochs : own.Epochs, set.Epochs), Seed = seed });
            return Likelihood(rbm);
        }).Order().ElementAt(1);

        double Likelihood(Rbm rbm) => LogLikelihood.Evaluate(rbm, test, ExactEnumeration.LogPartition(rbm)).Mean;
    }

    [Theory]
    [InlineData(33, 21, false)]
    [InlineData(64, 32, false)]
    [InlineData(33, 21, true)]
    public void The_gradient_is_that_of_float32_but_for_what_is_rounded(int visible, int hidden, bool isWeighted)
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm("bernoulli", visible, "bernoulli", hidden, weights: 0.2);
        _ = rbm.to(ScalarType.Float32);
        var (data, model) = (Make.Bits(1, 48, visible, 0.4).to(ScalarType.Float32), Make.Bits(2, 30, visible, 0.6).to(ScalarType.Float32));
        var weights = torch.arange(48).remainder(3).to(ScalarType.Float32);
        var expected = Compute(null);
        using var rounded = new RoundedWeights(rbm.Weight);
        var actual = Compute(rounded);

        // An input is a sum of rounded weights, rounded; a mean moves by at most a quarter of that, and is rounded.
        var size = rbm.Weight.abs().sum(dim: 1).max().ToDouble();
        var ofMean = (2 * size / 4 * Rounding) + Rounding;
        foreach (var (name, gradient) in expected)
        {
            // Bits are exact, so that the gradient of visible biases is rounded nowhere.
            var bound = name == "visible.bias" ? 1e-6 : 2 * ofMean;
            // Of the weights, the means of the model are rounded again when they are scaled, and so is the sum; weighted, so is each mean.
            if (name == "weight")
                bound += (2 + gradient.abs().max().ToDouble()) * Rounding;
            var error = (actual[name] - gradient).abs();
            error.max().ToDouble().Should().BeLessThan(bound, name);
            // They go to both sides, and a sum over many rows has much less of them.
            error.square().mean().sqrt().ToDouble().Should().BeLessThan(bound / 10, name);
        }

        (actual["weight"] - expected["weight"]).abs().max().ToDouble().Should().BeGreaterThan(0);

        Dictionary<string, Tensor> Compute(RoundedWeights? products)
        {
            using var gradient = new RbmGradient(rbm, products);
            Begin();
            gradient.Replace();
            var replaced = rbm.named_parameters().ToDictionary(p => p.name, p => p.parameter.grad!.clone());
            Begin();
            gradient.Add();
            foreach (var (name, parameter) in rbm.named_parameters())
                parameter.grad!.ShouldBeNear(replaced[name] * 2, 1e-6);
            return replaced;

            void Begin()
            {
                gradient.Phases.Begin(48, 30);
                _ = gradient.Phases.Data.Visible.copy_(data);
                _ = gradient.Phases.Model.Visible.copy_(model);
                if (isWeighted)
                    gradient.Phases.Weigh(weights, arePaired: false);
            }
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_bits_and_another_path_to_the_step_the_same_run()
    {
        using var scope = torch.NewDisposeScope();
        var data = Make.Bits(1, 50, 33).to(ScalarType.Float32);
        foreach (var optimizer in new OptimizerSettings[] { new SgdSettings { Momentum = Schedule.Switch(0.3, 2, 0.6), WeightDecay = 0.01 }, new AdamSettings() })
        {
            foreach (var phase in new NegativePhase[] { new ContrastiveDivergence(3), new PersistentContrastiveDivergence(2, 12), new PersistentContrastiveDivergence(1, 9) { Jumps = false, WarmUp = 2 } })
            {
                var options = InBFloat16.Of(new() { Epochs = 3, BatchSize = 12, Centering = null, Averaging = 0, Optimizer = optimizer, NegativePhase = phase, LearningRate = 0.05 });
                var once = Trained(options);
                Near.SameBits(Trained(options), once).Should().BeTrue();
                Near.SameBits(Trained(options with { Seed = 1 }), once).Should().BeFalse();
                // A penalty of nothing takes the gradient and the weights the longer way.
                (Trained(options with { L1Penalty = 1e-30 }) - once).abs().max().ToDouble().Should().BeLessThan(1e-7);
                (Trained(options with { ProductPrecision = ProductPrecision.Float32 }) - once).abs().max().ToDouble().Should().BeGreaterThan(1e-7);
            }
        }

        Tensor Trained(TrainingOptions own)
        {
            using var rbm = Rbm.Bernoulli(33, 21, seed: 3);
            using var trainer = rbm.StartTraining(data, own);
            _ = trainer.Train(epochs: 2);
            // Weights that are assigned between are what training goes on from.
            using (torch.no_grad())
                _ = rbm.Weight.mul_(torch.linspace(-1, 1, 21).unsqueeze(1));
            _ = trainer.Train();
            rbm.parameters().Should().OnlyContain(parameter => parameter.dtype == ScalarType.Float32);
            return rbm.Weight.detach().clone();
        }
    }

    [Fact]
    public void Sparse_rows_and_those_of_a_source_train_the_same_bits()
    {
        using var scope = torch.NewDisposeScope();
        var dense = Make.Bits(1, 230, 12, 0.2).to(ScalarType.Float32);
        var options = InBFloat16.Of(new() { Epochs = 3, BatchSize = 24, InitializeFromData = false, Centering = null, NegativePhase = new ContrastiveDivergence() });
        var ofDense = Trained(rbm => rbm.Fit(dense, options));
        Near.SameBits(Trained(rbm => rbm.Fit(dense.to_sparse(), options)), ofDense).Should().BeTrue();
        Near.SameBits(Trained(rbm => rbm.Fit(new ShuffledSource(dense, options), options)), ofDense).Should().BeTrue();
        Near.SameBits(Trained(_ => { }), ofDense).Should().BeFalse();

        static Tensor Trained(Action<Rbm> fit)
        {
            using var rbm = Rbm.Bernoulli(12, 5, seed: 2);
            fit(rbm);
            return rbm.Weight.detach().clone();
        }
    }

    [Fact]
    public void Layers_of_a_network_choose_for_themselves_and_files_are_float32()
    {
        using var scope = torch.NewDisposeScope();
        var data = Make.Bits(1, 60, 16).to(ScalarType.Float32);
        var rounded = InBFloat16.Of(new() { Epochs = 2, BatchSize = 20, Sparsity = new(), MaxWeightNorm = 2 });
        var exact = rounded with { ProductPrecision = ProductPrecision.Float32 };
        using var both = Trained(rounded, rounded);
        using var upper = Trained(exact, rounded);
        using var none = Trained(exact, exact);
        Near.SameBits(upper.Layers[0].Weight, none.Layers[0].Weight).Should().BeTrue();
        Near.SameBits(upper.Layers[1].Weight, none.Layers[1].Weight).Should().BeFalse();
        Near.SameBits(both.Layers[0].Weight, none.Layers[0].Weight).Should().BeFalse();
        (both.Layers[0].Weight - none.Layers[0].Weight).abs().mean().ToDouble().Should().BeLessThan(0.2 * none.Layers[0].Weight.abs().mean().ToDouble());

        using var file = new MemoryStream();
        both.Save(file);
        file.Position = 0;
        using var read = Dbn.Load(file);
        foreach (var (saved, kept) in read.parameters().Zip(both.parameters()))
        {
            saved.dtype.Should().Be(ScalarType.Float32);
            Near.SameBits(saved, kept).Should().BeTrue();
        }

        Dbn Trained(TrainingOptions lower, TrainingOptions higher)
        {
            var dbn = Dbn.Bernoulli([16, 9, 6], seed: 1);
            _ = dbn.Fit(data, new() { Layers = [lower, higher] });
            return dbn;
        }
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void Options_that_it_does_not_serve_are_refused(TrainingOptions options, string message)
    {
        using var rbm = Rbm.Bernoulli(4, 3);
        Refuses(rbm, InBFloat16.Of(options), message);
    }

    [Fact]
    public void Models_that_it_does_not_serve_are_refused()
    {
        var options = InBFloat16.Of(new());
        using var gaussian = Rbm.Gaussian(4, 3);
        Refuses(gaussian, options, "ProductPrecision: expected Float32, as the visible units are gaussian, *found BFloat16.*");
        using var spins = new Rbm(new BernoulliUnits(4), new SpinUnits(3));
        Refuses(spins, options, "ProductPrecision: expected Float32, as the hidden units are spin, *found BFloat16.*");
        using var doubles = Rbm.Bernoulli(4, 3, dtype: ScalarType.Float64);
        Refuses(doubles, options, "ProductPrecision: expected Float32, as the model is Float64 on CPU, *found BFloat16.*");
        using var other = Rbm.Bernoulli(4, 3);
        Refuses(new Wrapped(other), options, "ProductPrecision: expected Float32, as the model is not an Rbm, found BFloat16.*");
        using var deep = Dbm.Bernoulli(4, 3, 2);
        using var rows = torch.zeros(5, 4);
        var fit = () => deep.Fit(rows, new() { ProductPrecision = ProductPrecision.BFloat16 });
        fit.Should().Throw<ArgumentOutOfRangeException>().WithMessage("ProductPrecision: expected Float32 for a Dbm, found BFloat16.*");
        var pretrain = () => deep.Pretrain(rows, new() { ProductPrecision = ProductPrecision.BFloat16 });
        pretrain.Should().Throw<ArgumentOutOfRangeException>().WithMessage("ProductPrecision: expected Float32: *found BFloat16.*");
    }

    [Fact]
    public void A_processor_without_such_products_is_told_from_one_with_them()
    {
        using var rbm = Rbm.Bernoulli(4, 3);
        var options = InBFloat16.Of(new());
        var check = (bool isServed) => RoundedProducts.Check(rbm, options, isServed);
        check.Invoking(c => c(true)).Should().NotThrow();
        check.Invoking(c => c(false)).Should().Throw<ArgumentOutOfRangeException>()
            .WithMessage("ProductPrecision: expected Float32, as the processor has neither AMX-BF16 nor AVX512-BF16, *DeepBelief.AllowSlowBFloat16*found BFloat16.*");
        // Linux lists what the processor says of itself.
        if (File.Exists("/proc/cpuinfo"))
            BFloat16Processor.IsFast.Should().Be(File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("flags", StringComparison.Ordinal))?.Split(' ').Any(flag => flag is "amx_bf16" or "avx512_bf16") ?? false);
    }

    private static void Refuses(IEnergyModel model, TrainingOptions options, string message)
    {
        using var scope = torch.NewDisposeScope();
        var before = model.parameters().Select(parameter => parameter.detach().clone()).ToArray();
        var fit = () => model.Fit(torch.zeros(5, 4), options);
        fit.Should().Throw<ArgumentOutOfRangeException>().WithMessage(message);
        model.parameters().Zip(before).Should().OnlyContain(pair => Near.SameBits(pair.First, pair.Second));
    }

    // Every fifth row is left out, after a shuffle that is always the same.
    private static (Tensor Rows, Tensor Test) Split(Tensor all)
    {
        using var generator = new Generator(1);
        var order = torch.randperm(all.shape[0], ScalarType.Int64, torch.CPU, generator: generator);
        var test = all.shape[0] / 5;
        return (all.index_select(0, order.narrow(0, test, all.shape[0] - test)), all.index_select(0, order.narrow(0, 0, test)));
    }
}
