using DeepBelief.Tests.Support;

namespace DeepBelief.Tests.Training;

/// <summary>How many rows are measured after an epoch, and that this is all that the number changes.</summary>
public sealed class EvaluationRowsTests
{
    [Theory]
    [InlineData(10, null, null, null, 10)]
    [InlineData(100, null, null, null, 20)]
    [InlineData(1000, null, null, null, 50)]
    [InlineData(30_000, null, null, null, 1000)]
    [InlineData(1000, 7, null, null, 7)]
    [InlineData(1000, 2000, null, null, 1000)]
    // Rows that stop the run, and those of a validation set, are asked for.
    [InlineData(600, null, 5, null, 600)]
    [InlineData(3000, null, 5, null, 1000)]
    [InlineData(600, null, null, 300, 300)]
    [InlineData(600, null, null, 3000, 1000)]
    [InlineData(600, 7, 5, 300, 7)]
    public void A_twentieth_of_the_rows_is_measured_unless_more_was_asked_for(int rows, int? wanted, int? patience, int? validation, int expected)
    {
        using var scope = torch.NewDisposeScope();
        using var model = new CountingModel();
        var data = torch.arange(rows, ScalarType.Float32).reshape(-1, 1);
        var unseen = validation is { } count ? torch.arange(count, ScalarType.Float32).reshape(-1, 1) - 5000 : null;
        _ = model.Fit(data, new() { Epochs = 2, EvaluationRows = wanted, Patience = patience }, unseen);

        model.Evaluated.Should().HaveCount(2);
        model.Evaluated[0].Should().HaveCount(expected).And.OnlyHaveUniqueItems();
        model.Evaluated[0].Should().OnlyContain(row => validation == null || row < 0);
        // Drawn once.
        model.Evaluated[1].Should().Equal(model.Evaluated[0]);
    }

    [Theory]
    [InlineData(1000, null, null, null, 50)]
    [InlineData(600, null, 5, null, 600)]
    [InlineData(600, null, 5, 30, 60)]
    [InlineData(600, 8, null, 30, 38)]
    public void A_classifier_is_measured_on_as_many_and_on_all_validation_rows(int rows, int? wanted, int? patience, int? validation, int expected)
    {
        using var scope = torch.NewDisposeScope();
        using var network = new CountingNetwork();
        var (inputs, labels) = Labelled(rows);
        (Tensor, Tensor)? unseen = validation is { } count ? Labelled(count) : null;
        _ = ClassifierTraining.FitClassifier(network, inputs, labels, new() { Epochs = 2, EvaluationRows = wanted, Patience = patience }, unseen);
        network.Evaluated.Should().Be(2 * expected);
    }

    [Fact]
    public void A_classification_machine_is_measured_on_a_twentieth_of_its_rows_and_stopped_by_all()
    {
        using var scope = torch.NewDisposeScope();
        var (inputs, labels) = Labelled(600);
        // Labels that the inputs leave open, so that the loss of some rows is not that of all.
        labels = (labels + Make.Bits(2, 600, 1, 0.3).squeeze(1).to(ScalarType.Int64)).remainder(2);
        using var model = ClassificationRbm.Bernoulli(3, 4, 2);
        var options = new ClassificationRbmOptions { Epochs = 2 };
        var all = model.Fit(inputs, labels, options with { Patience = 5 }).Best.Train;
        all.Loss.Should().BeApproximately(model.Score(inputs, labels).Loss, 1e-6);
        var some = model.Fit(inputs, labels, options).Last.Train;
        Math.Abs(some.Loss - model.Score(inputs, labels).Loss).Should().BeGreaterThan(1e-3);
        (30 * some.Accuracy).Should().BeApproximately(Math.Round(30 * some.Accuracy), 1e-9);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_number_changes_nothing_that_is_learned(bool fromSource)
    {
        using var scope = torch.NewDisposeScope();
        var data = Make.Bits(1, 1500, 6).to(ScalarType.Float32);
        var expected = Weights(null);
        Weights(1).Should().Equal(expected);
        Weights(1000).Should().Equal(expected);

        byte[] Weights(int? rows)
        {
            using var rbm = Rbm.Bernoulli(6, 4);
            var options = new TrainingOptions { Epochs = 2, EvaluationRows = rows };
            _ = fromSource ? rbm.Fit(Given.Slices(data, 100), options) : rbm.Fit(data, options);
            return CheckpointScenario.Bytes(rbm)["weight"];
        }
    }

    private static (Tensor Inputs, Tensor Labels) Labelled(int rows)
    {
        var inputs = Make.Bits(1, rows, 3).to(ScalarType.Float32);
        return (inputs, inputs.select(1, 0).to(ScalarType.Int64));
    }

    /// <summary>A linear network that counts the rows it is given outside training.</summary>
    private sealed class CountingNetwork : torch.nn.Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.Linear linear;

        public CountingNetwork()
            : base(nameof(CountingNetwork))
        {
            linear = torch.nn.Linear(3, 2);
            RegisterComponents();
        }

        public long Evaluated { get; private set; }

        public override Tensor forward(Tensor input)
        {
            // Single rows are how a run looks at the outputs' shape.
            if (!training && input.shape[0] > 1)
                Evaluated += input.shape[0];
            return linear.call(input);
        }
    }
}
