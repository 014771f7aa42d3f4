using System.Globalization;
using DeepBelief.Sampling;
using DeepBelief.Tests.Support;
using DeepBelief.Training;
using DeepBelief.Units;

namespace DeepBelief.Tests.Training;

public sealed class OptionsTests
{
    public static TheoryData<TrainingOptions, string, double> OutOfRange => new()
    {
        { new() { Epochs = 0 }, "Epochs", 0 },
        { new() { BatchSize = -1 }, "BatchSize", -1 },
        { new() { LearningRate = 0 }, "LearningRate", 0 },
        { new() { LearningRate = double.NaN }, "LearningRate", double.NaN },
        { new() { LearningRate = Schedule.Linear(0.1, -1) }, "LearningRate", -1 },
        { new() { Patience = 0 }, "Patience", 0 },
        { new() { L1Penalty = 0 }, "L1Penalty", 0 },
        { new() { MaxGradientNorm = -1 }, "MaxGradientNorm", -1 },
        { new() { MaxWeightNorm = double.NaN }, "MaxWeightNorm", double.NaN },
        { new() { Centering = new() { SlidingFactor = 1.5 } }, "Centering.SlidingFactor", 1.5 },
        { new() { Sparsity = new() { Target = 1 } }, "Sparsity.Target", 1 },
        { new() { Sparsity = new() { Cost = 0 } }, "Sparsity.Cost", 0 },
        { new() { Sparsity = new() { Decay = 1 } }, "Sparsity.Decay", 1 },
        { new() { EvaluationRows = 0 }, "EvaluationRows", 0 },
        { new() { Optimizer = new SgdSettings { Momentum = 1 } }, "Momentum", 1 },
        { new() { Optimizer = new SgdSettings { WeightDecay = -2 } }, "WeightDecay", -2 },
        { new() { Optimizer = new AdamSettings { Beta1 = 1.5 } }, "Beta1", 1.5 },
        { new() { Optimizer = new AdamSettings { Beta2 = -0.5 } }, "Beta2", -0.5 },
        { new() { Optimizer = new AdamSettings { Epsilon = 0 } }, "Epsilon", 0 },
        { new() { Checkpoint = new() { Path = "run.pt", Interval = 0 } }, "Interval", 0 },
    };

    [Theory]
    [MemberData(nameof(OutOfRange))]
    public void An_option_out_of_range_is_refused_with_its_name_its_value_and_the_range(TrainingOptions options, string name, double value)
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Rbm.Bernoulli(2, 2);
        var fit = () => rbm.Fit(torch.zeros(3, 2), options);
        fit.Should().Throw<ArgumentOutOfRangeException>().WithParameterName(name)
            .WithMessage($"{name}: expected *found *{value.ToString(CultureInfo.InvariantCulture)}*");
    }

    [Fact]
    public void Options_of_classifiers_out_of_range_are_refused()
    {
        Refused(new() { AdversarialDistance = 0 }, "AdversarialDistance", "more than 0, or null");
        Refused(new() { AdversarialDistance = double.PositiveInfinity }, "AdversarialDistance", "more than 0, or null");
        Refused(new() { EvaluationRows = 0 }, "EvaluationRows", "1 or more, or null");

        static void Refused(ClassifierTrainingOptions options, string name, string range)
        {
            var validate = options.Validate;
            validate.Should().Throw<ArgumentOutOfRangeException>().WithParameterName(name).WithMessage($"{name}: expected {range}, found *");
        }
    }

    [Fact]
    public void A_checkpoint_needs_a_path_and_layers_have_none_of_their_own()
    {
        var blank = () => new TrainingOptions { Checkpoint = new() { Path = " " } }.Validate();
        blank.Should().Throw<ArgumentOutOfRangeException>().WithParameterName("Path").WithMessage("Path: expected the path of a file*");
        var layer = () => new DbnTrainingOptions { Layers = [new() { Checkpoint = new() { Path = "run.pt" } }] }.Validate();
        layer.Should().Throw<ArgumentOutOfRangeException>().WithParameterName("Layers.Checkpoint").WithMessage("*one checkpoint for all layers*run.pt*");
    }

    [Fact]
    public void A_monitor_that_cannot_be_measured_is_refused()
    {
        using var scope = torch.NewDisposeScope();
        using var reals = Rbm.Gaussian(2, 2);
        var noBits = () => reals.Fit(torch.zeros(3, 2), new() { Monitor = TrainingMonitor.PseudoLogLikelihood });
        noBits.Should().Throw<ArgumentOutOfRangeException>().WithMessage("*binary*");
    }

    [Fact]
    public void What_a_model_cannot_honour_is_refused_before_anything_changes()
    {
        using var scope = torch.NewDisposeScope();
        var data = Make.Bits(1, 10, 3).to(ScalarType.Float32);
        using var other = new CountingModel(3);
        Refused(other, new() { Centering = new() }, "Centering*not an Rbm*");
        Refused(other, new() { Sparsity = new() }, "Sparsity*not an Rbm*");
        Refused(other, new() { NegativePhase = new ParallelTempering() }, "ParallelTempering*expected an Rbm*CountingModel*");
        other.Batches.Should().BeEmpty();

        using var reals = new Rbm(new BernoulliUnits(3), new GaussianUnits(2));
        Refused(reals, new() { Sparsity = new() }, "Sparsity*not binary*");
        using var fixedBias = Rbm.Bernoulli(3, 2);
        ((BernoulliUnits)fixedBias.Hidden).Bias.requires_grad = false;
        Refused(fixedBias, new() { Centering = new() }, "Centering*bias*trained*");
        Refused(fixedBias, new() { Sparsity = new() }, "Sparsity*bias*trained*");
        using var fixedWeight = Rbm.Bernoulli(3, 2);
        fixedWeight.Weight.requires_grad = false;
        Refused(fixedWeight, new() { Centering = new() }, "Centering*weights are frozen*");
        ((BernoulliUnits)fixedWeight.Visible).Bias.detach().ShouldBeNear([0, 0, 0], 0);

        // All layers of a network, before the first is trained.
        using var dbn = new Dbn(Rbm.Bernoulli(3, 2), new Rbm(new BernoulliUnits(2), new GaussianUnits(2)));
        var fit = () => dbn.Fit(data, new() { Sparsity = new() });
        fit.Should().Throw<ArgumentException>().WithMessage("Sparsity*");
        ((BernoulliUnits)dbn.Layers[0].Visible).Bias.detach().ShouldBeNear([0, 0, 0], 0);

        void Refused(IEnergyModel model, TrainingOptions options, string message)
        {
            var fit = () => model.Fit(data, options);
            fit.Should().Throw<ArgumentException>().WithMessage(message);
        }
    }

    [Fact]
    public void A_model_without_free_parameters_is_refused()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Rbm.Bernoulli(2, 2);
        foreach (var parameter in rbm.parameters())
            parameter.requires_grad = false;
        var fit = () => rbm.Fit(torch.zeros(3, 2));
        fit.Should().Throw<ArgumentException>().WithMessage("*at least one parameter*requires_grad*");
    }

    [Fact]
    public void More_epochs_than_ever_run_cost_nothing()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Rbm.Bernoulli(2, 2);
        var history = rbm.Fit(torch.zeros(3, 2), new() { Epochs = int.MaxValue, Patience = 1, LearningRate = 1e-30 });
        history.StoppedEarly.Should().BeTrue();
    }

    [Fact]
    public void Data_that_does_not_fit_is_refused_before_anything_changes()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Rbm.Bernoulli(2, 2, WeightInitialization.Normal(1));
        var before = rbm.Weight.detach().clone();

        Refused(torch.zeros(3, 5), "*[batch, 2]*[3, 5]*");
        Refused(torch.zeros(0, 2), "*at least one row*[0, 2]*");
        Refused(torch.zeros(3, 2, ScalarType.Float64), "*Float32*Float64*");
        Refused(torch.full(3, 2, float.NaN), "*finite*");
        Refused(torch.full(3, 2, float.PositiveInfinity), "*finite*");
        Refused(torch.full(3, 2, 1.5f), "*[0, 1]*[1.5, 1.5]*Scale*");
        Refused(torch.full(3, 2, -0.25f), "*[0, 1]*[-0.25, -0.25]*");
        Near.SameBits(rbm.Weight, before).Should().BeTrue();

        using var reals = Rbm.Gaussian(2, 2);
        _ = reals.Fit(torch.full(3, 2, 1.5f), new() { Epochs = 1, LearningRate = 1e-3 });

        void Refused(Tensor data, string message)
        {
            var fit = () => rbm.Fit(data, new() { Epochs = 1 });
            fit.Should().Throw<ArgumentException>().WithParameterName(nameof(data)).WithMessage(message);
            var validate = () => rbm.Fit(torch.zeros(3, 2), new() { Epochs = 1 }, data);
            validate.Should().Throw<ArgumentException>().WithParameterName("validation").WithMessage(message);
        }
    }
}
