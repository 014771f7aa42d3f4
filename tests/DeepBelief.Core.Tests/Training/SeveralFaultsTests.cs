using DeepBelief.Data;
using DeepBelief.Evaluation;
using DeepBelief.Sampling;
using DeepBelief.Training;
using DeepBelief.Units;

namespace DeepBelief.Tests.Training;

/// <summary>Where several options are wrong, one message names them all, each on a line.</summary>
public sealed class SeveralFaultsTests
{
    [Fact]
    public void All_that_is_wrong_is_named_also_in_options_within_options()
    {
        var options = new ClassificationDbnOptions
        {
            Epochs = 0,
            LearningRate = Schedule.Linear(0.1, -1),
            Optimizer = new SgdSettings { Momentum = 1, WeightDecay = -1 },
            MaxWeightNorm = 0,
            Checkpoint = new() { Path = " ", Interval = 0 },
            Centering = new() { SlidingFactor = 2 },
            Sparsity = new() { Target = 0, Cost = 0 },
            Layers = [new() { BatchSize = 0, Optimizer = new AdamSettings { Beta1 = 2 } }, new() { Epochs = -1 }],
            Top = new() { GenerativeWeight = -1 },
        };
        Lines(options.Validate).Should().Equal(
            "Epochs: expected 1 or more, found 0.",
            "LearningRate: expected 0 or more, and more than 0 in the first epoch, found linear from 0.1 to -1.",
            "Momentum: expected a value in [0, 1), found 1.",
            "WeightDecay: expected 0 or more, found -1.",
            "MaxWeightNorm: expected more than 0, or null, found 0.",
            "Path: expected the path of a file, found  .",
            "Interval: expected 1 or more, found 0.",
            "Centering.SlidingFactor: expected a value in [0, 1], found 2.",
            "Sparsity.Target: expected a value in (0, 1), found 0.",
            "Sparsity.Cost: expected more than 0, found 0.",
            "Layers[0]: BatchSize: expected 1 or more, or null, found 0.",
            "Layers[0]: Beta1: expected a value in [0, 1), found 2.",
            "Layers[1]: Epochs: expected 1 or more, found -1.",
            "Top: GenerativeWeight: expected 0 or more, found -1.");
    }

    [Fact]
    public void Every_record_of_options_names_all_that_is_wrong()
    {
        Names(new TrainingOptions { BatchSize = 0, Monitor = (TrainingMonitor)9, ProductPrecision = (ProductPrecision)2 }.Validate, "BatchSize", "Monitor", "ProductPrecision");
        Names(new DbnTrainingOptions { Patience = 0, Inputs = null! }.Validate, "Patience", "Value cannot be null. (Parameter 'Inputs')");
        Names(new DbmTrainingOptions { MeanField = new() { MostSweeps = 0, Tolerance = -1 } }.Validate, "MeanField.MostSweeps", "MeanField.Tolerance");
        Names(new ClassificationRbmOptions { DiscriminativeWeight = double.NaN, GenerativeWeight = -1 }.Validate, "DiscriminativeWeight", "GenerativeWeight");
        Names(new ClassificationDbnOptions { EvaluationRows = 0, Top = null! }.Validate, "EvaluationRows", "Value cannot be null. (Parameter 'Top')");
        Names(new UpDownOptions { L1Penalty = 0, Centering = new() { SlidingFactor = -1 } }.Validate, "L1Penalty", "Centering.SlidingFactor");
        Names(new NetworkTrainingOptions { MaxGradientNorm = 0, AdversarialDistance = 0 }.Validate, "MaxGradientNorm", "AdversarialDistance");
        Names(new ClassifierTrainingOptions { BatchSize = 0, VirtualAdversarial = new() { Weight = 0, BatchSize = 0 } }.Validate, "BatchSize", "VirtualAdversarial: Weight", "VirtualAdversarial: BatchSize");
        // All of it within one option.
        Names(new ClassifierTrainingOptions { VirtualAdversarial = new() { Weight = 0, BatchSize = 0 } }.Validate, "VirtualAdversarial: Weight", "VirtualAdversarial: BatchSize");
        Names(new DbnTrainingOptions { Layers = [new(), new() { Epochs = 0, BatchSize = 0 }] }.Validate, "Layers[1]: Epochs", "Layers[1]: BatchSize");
        Names(new VirtualAdversarialOptions { PowerIterations = 0, EntropyWeight = -1 }.Validate, "PowerIterations", "EntropyWeight");
        Names(new SgdSettings { Momentum = null!, WeightDecay = -1 }.Validate, "Value cannot be null. (Parameter 'Momentum')", "WeightDecay");
        Names(new AdamSettings { Beta2 = 1, Epsilon = 0, WeightDecay = double.NaN }.Validate, "Beta2", "Epsilon", "WeightDecay");
        Names(new CheckpointOptions { Path = string.Empty, Interval = 0 }.Validate, "Path", "Interval");
        Names(new SparsityOptions { Target = 2, Decay = 1 }.Validate, "Sparsity.Target", "Sparsity.Decay");
        Names(new DropoutRates(1, -1).Validate, "Input", "Hidden");
        Names(new Langevin { Steps = 0, Lower = 2, Upper = 1 }.Validate, "Steps", "Lower");
        Names(new AnnealingOptions { Schedule = null!, Chains = 0 }.Validate, "Schedule", "Chains");
        Names(new TableEncoderOptions { MissingMarkers = null!, MostCategories = 0, MostOddTexts = 1 }.Validate, "Value cannot be null. (Parameter 'MissingMarkers')", "MostCategories", "MostOddTexts");

        static void Names(Action validate, params string[] options)
            => Lines(validate).Select(line => line.Split(": expected")[0]).Should().Equal(options);
    }

    [Fact]
    public void An_optimizer_of_a_users_own_is_named_with_the_others()
        => Lines(new TrainingOptions { Optimizer = new Own(), Epochs = 0 }.Validate).Should().Equal("Epochs: expected 1 or more, found 0.", "An odd rate. (Parameter 'rate')");

    [Fact]
    public void Training_names_them_all()
    {
        using var rbm = Rbm.Bernoulli(2, 2);
        using var data = torch.zeros(3, 2);
        Lines(() => rbm.Fit(data, new() { Epochs = 0, BatchSize = 0 })).Should().Equal("Epochs: expected 1 or more, found 0.", "BatchSize: expected 1 or more, or null, found 0.");
    }

    [Fact]
    public void What_a_model_does_not_support_is_named_together()
    {
        using var rbm = new Rbm(new GaussianUnits(2), new GaussianUnits(2), seed: 1);
        using var rows = torch.zeros(3, 2);
        var options = new TrainingOptions
        {
            Monitor = TrainingMonitor.PseudoLogLikelihood,
            MissingValues = MissingValues.LeaveOut,
            NegativePhase = new PersistentContrastiveDivergence(),
            Sparsity = new(),
        };
        Names(() => rbm.Fit(rows, options), "Monitor", "Sparsity", "NegativePhase");

        using var dbm = new Dbm(new GaussianUnits(2), [new GaussianUnits(2), new GaussianUnits(2)], seed: 1);
        ((GaussianUnits)dbm.Visible).Bias.requires_grad = false;
        Names(() => dbm.Fit(rows, new() { Centering = new(), Sparsity = new() }), "Centering", "Sparsity");

        using var own = new NeuralEnergyModel(torch.nn.Linear(2, 1), 2);
        Names(() => own.Fit(rows, options with { Centering = new() }), "Monitor", "Centering", "Sparsity", "MissingValues", "NegativePhase");

        static void Names(Action fit, params string[] names) => Lines(fit).Select(line => line.Split(": expected")[0]).Should().Equal(names);
    }

    [Fact]
    public void One_wrong_option_is_thrown_by_itself()
    {
        One(new DbnTrainingOptions { Layers = [new(), new() { Epochs = -1 }] }.Validate, "Epochs", "Epochs: expected 1 or more, found -1.*", -1);
        One(new TrainingOptions { Optimizer = new SgdSettings { WeightDecay = -2 } }.Validate, "WeightDecay", "WeightDecay: expected 0 or more, found -2.*", -2.0);
        // What is out of every range is out of that of a deep machine as well.
        One(new DbmTrainingOptions { MissingValues = (MissingValues)9 }.Validate, "MissingValues", "MissingValues: expected a value of MissingValues, found 9.*", (MissingValues)9);
        One(new TrainingOptions { Averaging = 5, Patience = 3 }.Validate, "Averaging", "Averaging: expected a value in [0, 1), or null, found 5.*", 5.0);
        // The weights are not both 0, nor is a rate asked for in an epoch that there is none of.
        One(new ClassificationRbmOptions { DiscriminativeWeight = -1, GenerativeWeight = 0 }.Validate, "DiscriminativeWeight", "DiscriminativeWeight: expected 0 or more, found -1.*", -1.0);
        One(new TrainingOptions { Epochs = 0, LearningRate = new Share() }.Validate, "Epochs", "Epochs: expected 1 or more, found 0.*", 0);
        var missing = new TrainingOptions { Optimizer = null! }.Validate;
        missing.Should().ThrowExactly<ArgumentNullException>().WithParameterName("Optimizer");

        static void One(Action validate, string name, string message, object value)
            => validate.Should().ThrowExactly<ArgumentOutOfRangeException>().WithParameterName(name).WithMessage(message).Which.ActualValue.Should().Be(value);
    }

    private static string[] Lines(Action validate)
        => validate.Should().ThrowExactly<ArgumentOutOfRangeException>().Which.Message.Split(Environment.NewLine);

    private sealed record Own : OptimizerSettings
    {
        public override void Validate() => throw new ArgumentException("An odd rate.", "rate");

        public override GradientOptimizer Create(IReadOnlyList<Parameter> parameters) => throw new NotSupportedException();
    }

    private sealed record Share : Schedule
    {
        public override double At(int epoch, int epochs) => 1 / epochs;
    }
}
