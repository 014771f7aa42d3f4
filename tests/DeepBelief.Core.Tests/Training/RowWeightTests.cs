using DeepBelief.Data;
using DeepBelief.Evaluation;
using DeepBelief.Sampling;
using DeepBelief.Tests.Oracles;
using DeepBelief.Tests.Support;
using DeepBelief.Training;
using DeepBelief.Units;

namespace DeepBelief.Tests.Training;

public sealed class RowWeightTests
{
    public static TheoryData<string, bool> Kinds
    {
        get
        {
            var data = new TheoryData<string, bool>();
            foreach (var kind in UnitCases.Names)
            {
                data.Add(kind, true);
                data.Add(kind, false);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_weight_of_two_is_a_second_copy_of_the_row(string kind, bool arePaired)
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm(kind, 5, kind, 5, weights: 0.2);
        using var generator = new Generator(1);
        var (data, model) = (Rows(3), Rows(3));
        // Weights 2, 0 and 1 have a mean of 1.
        var weights = torch.tensor([2.0, 0, 1]);
        using (var gradient = new RbmGradient(rbm))
        {
            gradient.Phases.Begin(3, 3);
            _ = gradient.Phases.Data.Visible.copy_(data);
            _ = gradient.Phases.Model.Visible.copy_(model);
            gradient.Phases.Weigh(weights, arePaired);
            gradient.Replace();
        }

        var actual = rbm.named_parameters().ToDictionary(p => p.name, p => p.parameter.grad!.clone());
        foreach (var parameter in rbm.parameters())
            parameter.grad = null;

        var copies = torch.tensor([0L, 0, 2]);
        rbm.AccumulateGradient(data.index_select(0, copies), arePaired ? model.index_select(0, copies) : model);
        foreach (var (name, parameter) in rbm.named_parameters())
            actual[name].ShouldBeNear(parameter.grad!, 1e-9);

        Tensor Rows(long count) => rbm.SampleVisible(rbm.Hidden.Sample(torch.zeros(count, 5, ScalarType.Float64), generator), generator);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_row_that_its_chain_does_not_leave_teaches_nothing_whatever_its_weight(bool byTheInterface)
    {
        using var scope = torch.NewDisposeScope();
        // Each hidden unit is what its visible unit was, and the other way round.
        using var rbm = Rbm.Bernoulli(2, 2);
        using (torch.no_grad())
        {
            _ = rbm.Weight.copy_(60 * torch.eye(2));
            _ = ((BernoulliUnits)rbm.Visible).Bias.fill_(-30);
            _ = ((BernoulliUnits)rbm.Hidden).Bias.fill_(-30);
        }

        var before = rbm.parameters().Select(parameter => parameter.detach().clone()).ToList();
        IEnergyModel model = byTheInterface ? new Wrapped(rbm) : rbm;
        var rows = torch.tensor(new float[,] { { 0, 0 }, { 1, 1 }, { 0, 1 } });
        var options = new TrainingOptions { Epochs = 3, LearningRate = 1, NegativePhase = new ContrastiveDivergence(), Optimizer = new SgdSettings { WeightDecay = 0 }, Centering = null, InitializeFromData = false };
        _ = model.Fit(rows, options, weights: torch.tensor([3f, 9, 1]));
        foreach (var (parameter, old) in rbm.parameters().Zip(before))
            parameter.ShouldBeNear(old, 1e-4);
    }

    [Theory]
    [InlineData(MissingValues.Reject)]
    [InlineData(MissingValues.LeaveOut)]
    public void Rows_are_measured_by_their_weights_after_an_epoch(MissingValues missing)
    {
        using var scope = torch.NewDisposeScope();
        var rows = Make.Bits(1, 30, 4).to(ScalarType.Float32);
        if (missing == MissingValues.LeaveOut)
            rows = rows.masked_fill(Make.Bits(2, 30, 4, 0.3).to(ScalarType.Bool), float.NaN);
        var weights = torch.arange(30).remainder(3);
        // A rate of almost 0 leaves the weights, so that both measure the same machine.
        var options = new TrainingOptions { Epochs = 1, LearningRate = 1e-12, Averaging = 0, InitializeFromData = false, EvaluationRows = 30, MissingValues = missing };
        Error(rows, weights).Should().BeApproximately(Error(rows.repeat_interleave(weights, 0)), 1e-6);
        Math.Abs(Error(rows, weights) - Error(rows)).Should().BeGreaterThan(1e-4);

        double Error(Tensor data, Tensor? weights = null)
        {
            using var rbm = new Rbm(new BernoulliUnits(4), new BernoulliUnits(3), WeightInitialization.Normal(2), seed: 1);
            return rbm.Fit(data, options, weights: weights).Last.ReconstructionError;
        }
    }

    [Fact]
    public void Rows_that_do_not_count_are_not_measured()
    {
        using var scope = torch.NewDisposeScope();
        var counts = torch.arange(300).lt(3).to(ScalarType.Float32);
        using var rbm = new Rbm(new BernoulliUnits(4), new BernoulliUnits(3), WeightInitialization.Normal(2), seed: 1);
        // Of rows of ones and rows of zeros only the former count. A rate of almost 0 leaves the machine as it is.
        var options = new TrainingOptions { Epochs = 1, LearningRate = 1e-12, Averaging = 0, InitializeFromData = false, EvaluationRows = 2 };
        var history = rbm.Fit(counts.unsqueeze(1).expand(300, 4).contiguous(), options, weights: counts);
        history.Last.ReconstructionError.Should().BeApproximately(DeepBelief.Evaluation.ModelEvaluation.ReconstructionError(rbm, torch.ones(1, 4)), 1e-6);
    }

    [Fact]
    public void Weights_reach_every_layer_of_a_network()
    {
        using var scope = torch.NewDisposeScope();
        var rows = Make.Bits(1, 60, 4).to(ScalarType.Float32);
        var weights = torch.arange(60).remainder(3);
        using var dbn = new Dbn(Rbm.Bernoulli(4, 3, seed: 1), Rbm.Bernoulli(3, 2, seed: 2));
        // So that the second layer is trained on what a machine gives that is known.
        foreach (var parameter in dbn.Layers[0].parameters())
            parameter.requires_grad = false;
        using var alone = Rbm.Bernoulli(3, 2, seed: 2);
        _ = dbn.Fit(rows, new() { Epochs = 2 }, weights: weights);
        _ = alone.Fit(dbn.Layers[0].HiddenMean(rows), new() { Epochs = 2 }, weights: weights);
        Near.SameBits(dbn.Layers[1].Weight, alone.Weight).Should().BeTrue();
    }

    [Fact]
    public void Automatic_differentiation_weighs_rows_alike()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm("bernoulli", 4, "bernoulli", 3);
        var (data, model) = (Make.Bits(1, 3, 4), Make.Bits(2, 3, 4));
        var weights = torch.tensor([2.0, 0, 1]);
        var copies = torch.tensor([0L, 0, 2]);
        AutogradGradient.Accumulate(rbm, data, model, weights, weights);
        AutogradGradient.Accumulate(rbm, data, model, weights, weights.mean());
        var actual = rbm.Weight.grad!.clone();
        rbm.Weight.grad = null;
        rbm.AccumulateGradient(data.index_select(0, copies), model.index_select(0, copies));
        rbm.AccumulateGradient(data.index_select(0, copies), model);
        actual.ShouldBeNear(rbm.Weight.grad!, 1e-12);
    }

    [Theory]
    [Trait("Category", "Slow")]
    [InlineData("tempering")]
    [InlineData("contrastive divergence")]
    [InlineData("another model")]
    public void A_machine_learns_the_weighted_distribution(string phase)
    {
        using var scope = torch.NewDisposeScope();
        // Both rows as often, but one counts three times as much.
        var rows = torch.tensor(new float[,] { { 0, 0 }, { 1, 1 } }).repeat(50, 1);
        var weights = torch.tensor(new float[] { 3, 9 }).repeat(50);
        using var rbm = Rbm.Bernoulli(2, 2, seed: 1);
        IEnergyModel model = phase == "another model" ? new Wrapped(rbm) : rbm;
        NegativePhase? negative = phase == "tempering" ? null : new ContrastiveDivergence(20);
        _ = model.Fit(rows, new() { Epochs = 400, NegativePhase = negative, LearningRate = phase == "another model" ? Schedule.Linear(0.3, 0.01) : null }, weights: weights);
        var probabilities = Enumeration.VisibleProbabilities(rbm.to(ScalarType.Float64));
        probabilities[0].Should().BeApproximately(0.25, 0.04);
        probabilities[3].Should().BeApproximately(0.75, 0.04);
    }

    [Fact]
    public void Initial_parameters_come_from_the_weighted_rows()
    {
        using var scope = torch.NewDisposeScope();
        var rows = torch.tensor(new float[,] { { 0 }, { 1 }, { 1 }, { 1 } });
        using var rbm = Rbm.Bernoulli(1, 1);
        _ = rbm.Fit(rows, new() { Epochs = 1, LearningRate = 1e-12 }, weights: torch.tensor([9f, 1, 0, 0]));
        ((BernoulliUnits)rbm.Visible).Bias.sigmoid().item<float>().Should().BeApproximately(0.1f, 1e-4f);
    }

    [Fact]
    public void Initial_parameters_of_units_of_a_user_s_own_come_from_values_within_their_range()
    {
        using var scope = torch.NewDisposeScope();
        // Ratings of 1 to 3, of which nine in ten are 1: a deviation below the mean there is none.
        var rows = torch.tensor(new float[,] { { 1 }, { 3 } });
        using var rbm = new Rbm(UnitCases.Get("example.rating").Create(1), new BernoulliUnits(1), WeightInitialization.Normal(0));
        _ = rbm.Fit(rows, new() { Epochs = 1, LearningRate = 1e-12 }, weights: torch.tensor([9f, 1]));
        rbm.Visible.Mean(torch.zeros(1, 1)).item<float>().Should().BeApproximately(1.2f, 0.02f);
    }

    [Fact]
    public void All_rows_of_one_weight_teach_what_they_teach_without()
    {
        using var scope = torch.NewDisposeScope();
        var set = SmallSets.Get("halves");
        using var rows = set.Rows();
        using var plain = set.NewRbm(4, 1);
        using var weighted = set.NewRbm(4, 1);
        _ = plain.Fit(rows, new() { Epochs = 3 });
        _ = weighted.Fit(rows, new() { Epochs = 3 }, weights: torch.full(rows.shape[0], 7));
        // Sums in another order, and so other bits.
        weighted.Weight.ShouldBeNear(plain.Weight, 1e-4);
    }

    [Fact]
    public void A_classifier_learns_a_row_of_weight_two_as_two_rows()
    {
        using var scope = torch.NewDisposeScope();
        var inputs = Make.Normal(1, 1, 4, 3).to(ScalarType.Float32);
        var labels = torch.tensor([0L, 1, 1, 0]);
        var copies = torch.tensor([0L, 0, 2, 3]);
        var options = new ClassifierTrainingOptions { Epochs = 1, BatchSize = 4, LearningRate = 0.5, Optimizer = new SgdSettings { Momentum = 0 } };
        using var weighted = Rbm.Bernoulli(3, 2).ToClassifier(2);
        using var copied = Rbm.Bernoulli(3, 2).ToClassifier(2);
        var history = weighted.FitClassifier(inputs, labels, options, weights: torch.tensor([2f, 0, 1, 1]));
        var expected = copied.FitClassifier(inputs.index_select(0, copies), labels.index_select(0, copies), options);
        foreach (var (a, b) in weighted.parameters().Zip(copied.parameters()))
            a.ShouldBeNear(b, 1e-6);
        history.Last.Train.Loss.Should().BeApproximately(expected.Last.Train.Loss, 1e-6);
    }

    [Fact]
    public void Balanced_classes_find_a_rare_one()
    {
        using var scope = torch.NewDisposeScope();
        // Two in a hundred rows are of class 1, too near the others to be likelier than not.
        var inputs = Make.Normal(2, 1, 1000, 1).to(ScalarType.Float32);
        var labels = torch.arange(1000).lt(20).to(ScalarType.Int64);
        _ = inputs.narrow(0, 0, 20).add_(1.5);

        Recall(null).Should().BeLessThan(0.1);
        Recall(ClassWeights.Balanced).Should().BeGreaterThan(0.6);
        Recall(ClassWeights.Of(1, 49)).Should().BeApproximately(Recall(ClassWeights.Balanced), 1e-9);

        double Recall(ClassWeights? weights)
        {
            using var net = Rbm.Gaussian(1, 4, seed: 1).ToClassifier(2, seed: 1);
            _ = net.FitClassifier(inputs, labels, new() { Epochs = 20, ClassWeights = weights });
            using var classes = net.Predict(inputs.narrow(0, 0, 20));
            return classes.to(ScalarType.Float64).mean().item<double>();
        }
    }

    [Theory]
    [InlineData(1, 9)]
    [InlineData(10, 90)]
    public void Class_weights_are_weights_of_the_rows_of_a_class(double first, double second)
    {
        using var scope = torch.NewDisposeScope();
        var inputs = Make.Normal(3, 1, 40, 2).to(ScalarType.Float32);
        var labels = torch.arange(40).lt(12).to(ScalarType.Int64);
        var ofRows = labels * 8 + 1;
        // An optimizer that does not divide by the size of gradients.
        var options = new ClassifierTrainingOptions { Epochs = 2, BatchSize = 10, LearningRate = 0.1, Optimizer = new SgdSettings { Momentum = 0 }, EvaluationRows = 40 };
        using var byClass = Rbm.Gaussian(2, 3).ToClassifier(2);
        using var byRow = Rbm.Gaussian(2, 3).ToClassifier(2);
        var history = byClass.FitClassifier(inputs, labels, options with { ClassWeights = ClassWeights.Of(first, second) }, validation: (inputs, labels));
        _ = byRow.FitClassifier(inputs, labels, options, weights: ofRows);
        foreach (var (a, b) in byClass.parameters().Zip(byRow.parameters()))
            a.ShouldBeNear(b, 1e-6);
        var score = byClass.Score(inputs, labels, ofRows);
        foreach (var measured in new[] { history.Last.Train, history.Last.Validation! })
        {
            measured.Loss.Should().BeApproximately(score.Loss, 1e-6);
            measured.Accuracy.Should().BeApproximately(score.Accuracy, 1e-6);
        }

        score.Loss.Should().NotBeApproximately(byClass.Score(inputs, labels).Loss, 1e-3);
    }

    [Fact]
    public void Measured_rows_that_are_all_of_a_class_that_does_not_count_are_measured_alike()
    {
        using var scope = torch.NewDisposeScope();
        var inputs = Make.Normal(3, 1, 200, 2).to(ScalarType.Float32);
        var labels = torch.arange(200).eq(0).to(ScalarType.Int64);
        using var net = Rbm.Gaussian(2, 3).ToClassifier(2);
        // The one measured row is of class 0, as all but one are.
        var history = net.FitClassifier(inputs, labels, new() { Epochs = 1, EvaluationRows = 1, ClassWeights = ClassWeights.Of(0, 1) });
        history.Last.Train.Loss.Should().BeInRange(1e-6, 10);
    }

    [Fact]
    public void Class_weights_hold_for_sources_too()
    {
        using var scope = torch.NewDisposeScope();
        var inputs = Make.Normal(3, 1, 40, 2).to(ScalarType.Float32);
        var labels = torch.arange(40).lt(4).to(ScalarType.Int64);
        var options = new ClassifierTrainingOptions { Epochs = 2, BatchSize = 10, ClassWeights = ClassWeights.Of(1, 9), EvaluationRows = 40 };
        using var ofTensor = Rbm.Gaussian(2, 3).ToClassifier(2);
        using var ofSource = Rbm.Gaussian(2, 3).ToClassifier(2);
        _ = ofTensor.FitClassifier(inputs, labels, options);
        _ = ofSource.FitClassifier(new ShuffledLabelledSource(inputs, labels, options), options);
        foreach (var (a, b) in ofTensor.parameters().Zip(ofSource.parameters()))
            a.ShouldBeNear(b, 1e-6);
    }

    [Fact]
    public void Balanced_classes_count_alike_by_the_weights_of_their_rows()
    {
        using var scope = torch.NewDisposeScope();
        var inputs = Make.Normal(1, 1, 4, 3).to(ScalarType.Float32);
        var labels = torch.tensor([0L, 1, 1, 0]);
        var copies = torch.tensor([0L, 0, 2, 3]);
        var options = new ClassifierTrainingOptions { Epochs = 1, BatchSize = 4, LearningRate = 0.5, Optimizer = new SgdSettings { Momentum = 0 }, ClassWeights = ClassWeights.Balanced };
        using var weighted = Rbm.Bernoulli(3, 2).ToClassifier(2);
        using var copied = Rbm.Bernoulli(3, 2).ToClassifier(2);
        _ = weighted.FitClassifier(inputs, labels, options, weights: torch.tensor([2f, 0, 1, 1]));
        _ = copied.FitClassifier(inputs.index_select(0, copies), labels.index_select(0, copies), options);
        foreach (var (a, b) in weighted.parameters().Zip(copied.parameters()))
            a.ShouldBeNear(b, 1e-6);
    }

    [Fact]
    public void Balanced_classes_that_the_first_rows_of_a_source_lack_are_learned()
    {
        using var scope = torch.NewDisposeScope();
        // The third class comes after the rows that are read before the run.
        var labels = torch.cat([torch.arange(1000).remainder(2), torch.full(500, 2, ScalarType.Int64)]);
        var inputs = torch.nn.functional.one_hot(labels, 3).to(ScalarType.Float32);
        using var net = Rbm.Bernoulli(3, 4, seed: 1).ToClassifier(3, seed: 1);
        _ = net.FitClassifier(new InOrder(inputs, labels), new() { Epochs = 20, ClassWeights = ClassWeights.Balanced });
        net.Score(inputs, labels).Accuracy.Should().Be(1);
    }

    [Fact]
    public void The_free_energy_gap_of_an_epoch_weighs_the_training_rows()
    {
        using var scope = torch.NewDisposeScope();
        var (rows, unseen) = (Make.Bits(1, 30, 4, 0.3).to(ScalarType.Float32), Make.Bits(2, 30, 4).to(ScalarType.Float32));
        var weights = rows.select(1, 0) * 10 + 1;
        using var rbm = Rbm.Bernoulli(4, 2);
        var history = rbm.Fit(rows, new() { Epochs = 3, EvaluationRows = 30 }, unseen, weights: weights);
        history.Last.FreeEnergyGap.Should().BeApproximately(ModelEvaluation.FreeEnergyGap(rbm, rows, unseen, weights), 1e-6);
    }

    [Fact]
    public void Values_of_weight_zero_do_not_count_even_if_they_are_infinite()
    {
        using var scope = torch.NewDisposeScope();
        var weights = torch.tensor([1f, 3, 0]);
        RowWeights.Mean(torch.tensor([2.0, 6, double.NaN]), weights).Should().Be(5);
        var estimate = new LogLikelihoodEstimate([-2, -6, double.NegativeInfinity]).Weighted(weights);
        (estimate.Mean, estimate.RowError).Should().Be((-5, new LogLikelihoodEstimate([-2, -6]).Weighted(torch.tensor([1f, 3])).RowError));
    }

    [Fact]
    public void Weights_that_do_not_fit_are_refused()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Rbm.Bernoulli(2, 1);
        using var net = Rbm.Bernoulli(2, 1).ToClassifier(2);
        var rows = torch.zeros(3, 2);
        foreach (var wrong in new[] { torch.ones(2), torch.ones(3, 1), torch.tensor([1f, -1, 1]), torch.zeros(3), torch.tensor([1, float.NaN, 1]) })
        {
            var fit = () => rbm.Fit(rows, weights: wrong);
            fit.Should().Throw<ArgumentException>().WithMessage("*weight*").WithParameterName("weights");
        }

        var classes = () => net.FitClassifier(rows, torch.zeros(3, ScalarType.Int64), new() { ClassWeights = ClassWeights.Of(1, 2, 3) });
        classes.Should().Throw<ArgumentException>().WithMessage("*2 classes*found 3*");
        var none = () => net.FitClassifier(rows, torch.zeros(3, ScalarType.Int64), new() { ClassWeights = ClassWeights.Of(0, 1) });
        none.Should().Throw<ArgumentException>().WithMessage("*rows that count*ClassWeights of 0*");
        var negative = () => ClassWeights.Of(1, -1);
        negative.Should().Throw<ArgumentException>().WithMessage("*0 or more*");
    }

    /// <summary>Batches of 100 rows in their order.</summary>
    private sealed class InOrder(Tensor inputs, Tensor labels) : ILabelledBatchSource
    {
        public int Batches => (int)(inputs.shape[0] / 100);

        public (Tensor Inputs, Tensor Labels) Read(int epoch, int batch)
            => (inputs.narrow(0, 100 * (batch - 1), 100), labels.narrow(0, 100 * (batch - 1), 100));
    }
}
