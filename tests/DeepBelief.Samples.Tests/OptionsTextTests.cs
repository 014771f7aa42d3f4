using System.Reflection;
using DeepBelief.Evaluation;
using DeepBelief.Experiments.Tables;
using DeepBelief.Samples.Reporting.Runs;
using DeepBelief.Sampling;
using DeepBelief.Tensors;
using DeepBelief.Training;
using TorchSharp;

namespace DeepBelief.Samples.Tests;

public sealed class OptionsTextTests
{
    // Another value than the default's, for each option that has a say in what is learned.
    private static readonly Dictionary<string, object> Others = new()
    {
        [nameof(OptimizationOptions.Epochs)] = 77,
        [nameof(OptimizationOptions.BatchSize)] = 13,
        [nameof(OptimizationOptions.LearningRate)] = Schedule.Linear(0.3, 0.02),
        [nameof(OptimizationOptions.Optimizer)] = new SgdSettings { Momentum = 0.75, WeightDecay = 0.0123 },
        [nameof(OptimizationOptions.Group)] = new TwoRanks(),
        [nameof(OptimizationOptions.L1Penalty)] = 0.003,
        [nameof(OptimizationOptions.MaxGradientNorm)] = 2.5,
        [nameof(OptimizationOptions.MaxWeightNorm)] = 3.5,
        [nameof(OptimizationOptions.Averaging)] = 0.35,
        [nameof(OptimizationOptions.Patience)] = 9,
        [nameof(TrainingOptions.NegativePhase)] = new PersistentContrastiveDivergence(2, 50),
        [nameof(TrainingOptions.Centering)] = new CenteringOptions { SlidingFactor = 0.02 },
        [nameof(TrainingOptions.Sparsity)] = new SparsityOptions { Target = 0.07 },
        [nameof(TrainingOptions.MissingValues)] = MissingValues.Draw,
        [nameof(TrainingOptions.ProductPrecision)] = ProductPrecision.BFloat16,
        [nameof(TrainingOptions.InitializeFromData)] = false,
        [nameof(TrainingOptions.Monitor)] = TrainingMonitor.PseudoLogLikelihood,
        [nameof(TrainingOptions.EvaluationRows)] = 345,
        [nameof(ClassifierTrainingOptions.AdversarialDistance)] = 1.5,
        [nameof(ClassifierTrainingOptions.VirtualAdversarial)] = new VirtualAdversarialOptions(),
        [nameof(ClassifierTrainingOptions.ClassWeights)] = ClassWeights.Balanced,
        [nameof(DbmTrainingOptions.MeanField)] = new MeanField { MostSweeps = 11 },
        [nameof(ClassificationRbmOptions.DiscriminativeWeight)] = 0.25,
        [nameof(ClassificationRbmOptions.GenerativeWeight)] = 0.35,
        [nameof(UpDownOptions.Dropout)] = new DropoutRates(0.1, 0.2),
        [nameof(AutoencoderTrainingOptions.Loss)] = ReconstructionLoss.SquaredError,
    };

    [Theory]
    [InlineData(typeof(TrainingOptions))]
    [InlineData(typeof(DbmTrainingOptions))]
    [InlineData(typeof(ClassifierTrainingOptions))]
    [InlineData(typeof(ClassificationRbmOptions))]
    [InlineData(typeof(AutoencoderTrainingOptions))]
    [InlineData(typeof(UpDownOptions))]
    public void Every_option_but_the_seed_and_the_checkpoint_is_in_the_text(Type type)
    {
        string[] unnamed = [nameof(OptimizationOptions.Seed), nameof(OptimizationOptions.Checkpoint)];
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite && !unnamed.Contains(property.Name)))
        {
            // The monitor matters for early stopping alone.
            OptimizationOptions Create() => property.Name == nameof(TrainingOptions.Monitor)
                ? new TrainingOptions { Patience = 5 }
                : (OptimizationOptions)Activator.CreateInstance(type)!;
            var changed = Create();
            property.SetValue(changed, Others[property.Name]);

            Text(changed).Should().NotBe(Text(Create()), "{0} is another", property.Name);
        }

        static string Text(OptimizationOptions options) => string.Join("; ", OptionsText.Of(options));
    }

    [Fact]
    public void Constants_of_optimizers_and_phases_are_in_the_text()
    {
        Text(new TrainingOptions { Optimizer = new SgdSettings() }).Should().Contain("SGD, momentum 0.5, weight decay 0; negative phase by default;");
        Text(new TrainingOptions { Optimizer = new AdamSettings { Beta1 = 0.8, WeightDecay = 0.1 }, NegativePhase = new PersistentContrastiveDivergence(3, 20) })
            .Should().Contain("Adam, beta 0.8 and 0.999, epsilon 1E-08, weight decay 0.1; PCD-3 with 20 chains;");
        Text(new ClassificationRbmOptions { GenerativeWeight = 0.5, NegativePhase = new ParallelTempering(5, 30) })
            .Should().Contain("discriminative part 1, generative part 0.5; parallel tempering, 30 chains at each of 5 temperatures, 1 steps;");

        static string Text(OptimizationOptions options) => string.Join("; ", OptionsText.Of(options));
    }

    [Fact]
    public void Every_option_of_virtual_adversarial_training_is_in_the_text()
    {
        string Text(VirtualAdversarialOptions options) => string.Join("; ", OptionsText.Of(new ClassifierTrainingOptions { VirtualAdversarial = options }));
        foreach (var property in typeof(VirtualAdversarialOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite))
        {
            var changed = new VirtualAdversarialOptions();
            property.SetValue(changed, property.PropertyType == typeof(double) ? (object)0.123 : 7);

            Text(changed).Should().NotBe(Text(new()), "{0} is another", property.Name);
        }
    }

    [Fact]
    public void Pre_training_is_named_layer_by_layer()
    {
        using var images = torch.zeros(7, 784);
        var plan = new PretrainingPlan("net", "net", [784, 512, 128, 64], WeightInitialization.Original, TablesExperiment.Paper(seed: 0).Dbn, images);

        StageSettings[] layers = [.. StageSettings.Of("net: pre-training", plan)];

        layers.Select(layer => layer.Name).Should().Equal(
            "net: pre-training, layer 1, 784-512", "net: pre-training, layer 2, 512-128", "net: pre-training, layer 3, 128-64");
        layers[1].Text.Should().Be(
            $"7 images; weights drawn from N(0, s²), s = {4 * Math.Sqrt(6.0 / 640)}; learns from the mean of 5 samples of the layer below; "
            + "100 epochs, batches of 128; learning rate 0.0005; Adam, beta 0.9 and 0.999, epsilon 1E-08, weight decay 0; CD-10; "
            + "biases begin at 0; ends after 10 epochs without a better reconstruction error; evaluated on at most 1000 images");
    }

    [Fact]
    public void Layers_that_begin_as_the_one_below_say_so()
    {
        using var images = torch.zeros(7, 24);
        var plan = new PretrainingPlan("net", "net", [24, 12, 30], WeightInitialization.Original, new() { TiedStart = true }, images);

        StageSettings.Of("net", plan).Select(layer => layer.Text.Contains("begins as the layer below, turned over")).Should().Equal(false, true);
    }

    [Fact]
    public void The_copies_that_pre_train_a_deep_machine_are_in_the_text()
        => OptionsText.Of(new DbmPretrainingOptions { UpperCopies = 4 }).Should().Contain("copies for the layers above 4");

    [Fact]
    public void A_network_is_named_with_its_dropout()
    {
        using var network = Classifier.Random([24, 16, 12], 10, dropout: new DropoutRates(0.2, 0.4));

        StageSettings.Of("a", network, new ClassifierTrainingOptions(), 1_200, "large weights").Text
            .Should().StartWith("1,200 images; 24, dropout 0.2 → 16, dropout 0.4 → 12, dropout 0.4 → 10; large weights; 10 epochs");
    }

    private sealed class TwoRanks : IProcessGroup
    {
        public int Rank => 0;

        public int Size => 2;

        public void AllReduce(torch.Tensor tensor) => throw new NotSupportedException();

        public void Broadcast(torch.Tensor tensor, int root = 0) => throw new NotSupportedException();

        public void Barrier() => throw new NotSupportedException();
    }
}
