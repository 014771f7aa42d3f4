using DeepBelief.Tests.Oracles;
using DeepBelief.Tests.Support;

namespace DeepBelief.Tests.Models;

public sealed class HeadTests
{
    [Fact]
    public void A_network_gives_its_hidden_layers_to_every_head()
    {
        using var scope = torch.NewDisposeScope();
        using var dbn = Dbn.Bernoulli([4, 3, 2], WeightInitialization.Normal(1));
        using var classifier = dbn.ToClassifier(3, seed: 2, new(0.1, 0.2));
        using var regressor = dbn.ToRegressor(3, seed: 2, new(0.1, 0.2));
        using var labels = dbn.ToMultiLabelClassifier(3, seed: 2, new(0.1, 0.2));
        var expected = classifier.state_dict();
        foreach (var head in new FeedForwardNetwork[] { regressor, labels })
        {
            head.state_dict().Keys.Should().Equal(expected.Keys);
            head.state_dict().Should().OnlyContain(tensor => Near.SameBits(tensor.Value, expected[tensor.Key]));
            head.eval();
        }

        (regressor.Targets, labels.Labels, regressor.InputSize).Should().Be((3L, 3L, 4L));
        dbn.Invoking(d => d.ToRegressor(0)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("targets");
        dbn.Invoking(d => d.ToMultiLabelClassifier(0)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("labels");
    }

    [Fact]
    public void Scores_of_a_regressor_are_written_out_sums()
    {
        using var scope = torch.NewDisposeScope();
        using var net = Regressor.Random([3, 4], 2, dtype: ScalarType.Float64);
        // More rows than one block has; the second target does not vary.
        var (x, y) = (Make.Normal(1, 1, 2100, 3), Make.Normal(2, 1, 2100, 2));
        y.select(1, 1).fill_(0.25);
        var weights = torch.arange(2100, ScalarType.Int64).remainder(3).to(ScalarType.Float64);
        var (outputs, targets, w) = (Enumeration.Matrix(net.Predict(x)), Enumeration.Matrix(y), Enumeration.Read(weights));
        var mean = targets.Zip(w, (row, weight) => row[0] * weight).Sum() / w.Sum();
        var error = Enumerable.Range(0, 2100).Sum(i => w[i] * Math.Pow(outputs[i][0] - targets[i][0], 2)) / w.Sum();
        var variance = Enumerable.Range(0, 2100).Sum(i => w[i] * Math.Pow(targets[i][0] - mean, 2)) / w.Sum();

        var score = net.Score(x, y, weights);
        score.RootMeanSquaredError[0].Should().BeApproximately(Math.Sqrt(error), 1e-10);
        score.R2[0].Should().BeApproximately(1 - (error / variance), 1e-10);
        score.R2[1].Should().Be(double.NaN);
        score.Should().Be(net.Score(x, y, weights)).And.NotBe(net.Score(x, y));
        net.Predict(x).ShouldBeNear(net.forward(x), 1e-12);
    }

    [Fact]
    public void Rows_that_a_module_of_any_kind_does_not_accept_are_refused_with_their_own_shape()
    {
        using var scope = torch.NewDisposeScope();
        using var linear = torch.nn.Linear(3, 2);
        var score = () => ClassifierEvaluation.Score(linear, torch.zeros(5, 4), torch.zeros(5, ScalarType.Int64));
        var message = score.Should().Throw<ArgumentException>().WithParameterName("inputs").Which.Message;
        message.Should().Contain("[5, 4]").And.NotContain("1x4");
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(1_000_000.1)]
    public void A_target_that_does_not_vary_has_no_R2_whatever_its_value(double value)
    {
        using var scope = torch.NewDisposeScope();
        using var net = Regressor.Random([3], 1, dtype: ScalarType.Float64);
        foreach (var rows in new[] { 3, 49, 1000 })
        {
            var (x, y) = (Make.Normal(1, 1, rows, 3), torch.full([rows, 1], value, ScalarType.Float64));
            net.Score(x, y).R2[0].Should().Be(double.NaN);
            // Rows of weight 0 may differ.
            var weights = Make.Normal(2, 1, rows).abs();
            y[0, 0] = 7;
            weights[0] = 0;
            net.Score(x, y, weights).R2[0].Should().Be(double.NaN);
        }
    }

    [Fact]
    public void Scores_of_labels_are_those_of_counts()
    {
        using var scope = torch.NewDisposeScope();
        using var net = MultiLabelClassifier.Random([3, 4], 3, dtype: ScalarType.Float64);
        Make.Randomise(net, 3, 2);
        // Nothing has or gets the last label.
        using (torch.no_grad())
            net.get_parameter("2.bias")![2] = torch.tensor(-50.0, ScalarType.Float64);
        var (x, y) = (Make.Normal(1, 1, 400, 3), Make.Bits(2, 400, 3));
        y.select(1, 2).fill_(0);
        var logits = Enumeration.Matrix(net.forward(x));
        var labels = Enumeration.Matrix(y);
        var cells = from i in Enumerable.Range(0, 400) from j in Enumerable.Range(0, 3) select (Row: i, Label: j, Found: logits[i][j] >= 0, There: labels[i][j] == 1);

        var score = net.Score(x, y);
        score.Accuracy.Should().Equal(Enumerable.Range(0, 3).Select(j => cells.Where(c => c.Label == j).Average(c => c.Found == c.There ? 1.0 : 0)), (a, b) => Math.Abs(a - b) < 1e-12);
        score.F1.Should().Equal([F1(cells.Where(c => c.Label == 0)), F1(cells.Where(c => c.Label == 1)), 0], (a, b) => Math.Abs(a - b) < 1e-12);
        score.MacroF1.Should().BeApproximately(score.F1.Average(), 1e-12);
        score.MicroF1.Should().BeApproximately(F1(cells), 1e-12);
        score.ExactMatch.Should().BeApproximately(cells.GroupBy(c => c.Row).Average(row => row.All(c => c.Found == c.There) ? 1.0 : 0), 1e-12);
        score.Loss.Should().BeApproximately(cells.Average(c => Math.Log(1 + Math.Exp(c.There ? -logits[c.Row][c.Label] : logits[c.Row][c.Label]))), 1e-10);
        Enumeration.Read(net.Predict(x).to(ScalarType.Float64)).Should().Equal(cells.Select(c => c.Found ? 1.0 : 0));

        static double F1(IEnumerable<(int Row, int Label, bool Found, bool There)> cells)
        {
            var (hits, found, there) = (cells.Count(c => c.Found && c.There), cells.Count(c => c.Found), cells.Count(c => c.There));
            return 2.0 * hits / (found + there);
        }
    }

    [Fact]
    public void Heads_learn_their_loss_as_a_loss_of_your_own_does()
    {
        using var scope = torch.NewDisposeScope();
        var x = Make.Normal(1, 1, 60, 3).to(ScalarType.Float32);
        var y = x.pow(2).matmul(torch.ones(3, 2));
        var weights = torch.arange(60, ScalarType.Int64).remainder(3).to(ScalarType.Float32);
        var options = new NetworkTrainingOptions { Epochs = 3, BatchSize = 10, EvaluationRows = 60, MaxWeightNorm = 2, AdversarialDistance = 0.1 };

        using var regressor = Regressor.Random([3, 8], 2, seed: 1, dropout: new(Hidden: 0.2));
        using var same = Regressor.Random([3, 8], 2, seed: 1, dropout: new(Hidden: 0.2));
        var history = regressor.Fit(x, y, options, (x, y), weights: weights);
        var own = NetworkTraining.Fit(same, x, y, (output, target) => (output - target).pow(2).mean([1L]), options, (x, y), weights: weights);
        regressor.parameters().Zip(same.parameters(), Near.SameBits).Should().OnlyContain(isSame => isSame);
        history.Last.Validation.Should().Be(own.Last.Validation);
        history.Last.Validation.Should().BeApproximately(regressor.Score(x, y).RootMeanSquaredError.Average(e => e * e), 1e-6);

        var bits = y.gt(3).to(ScalarType.Float32);
        using var labels = MultiLabelClassifier.Random([3, 8], 2, seed: 1);
        using var alike = MultiLabelClassifier.Random([3, 8], 2, seed: 1);
        history = labels.Fit(x, bits, options, (x, bits));
        _ = NetworkTraining.Fit(alike, x, bits, (output, target) => torch.nn.functional.binary_cross_entropy_with_logits(output, target, reduction: torch.nn.Reduction.None).mean([1L]), options);
        labels.parameters().Zip(alike.parameters(), (a, b) => (a - b).abs().max().ToDouble()).Max().Should().BeLessThan(1e-5, "both compute in float32");
        history.Last.Validation.Should().BeApproximately(labels.Score(x, bits).Loss, 1e-6);
    }

    [Fact]
    public void A_regressor_and_a_classifier_of_labels_learn_what_no_linear_model_can()
    {
        using var scope = torch.NewDisposeScope();
        var x = Make.Normal(1, 1, 500, 2).to(ScalarType.Float32);
        var y = torch.stack([x.prod(1), x.select(1, 0).abs()], 1);
        var (other, theirs) = (x.narrow(0, 400, 100), y.narrow(0, 400, 100));
        (x, y) = (x.narrow(0, 0, 400), y.narrow(0, 0, 400));
        using var regressor = Regressor.Random([2, 40], 2, seed: 1);
        var history = regressor.Fit(x, y, new() { Epochs = 300, LearningRate = 0.02, Patience = 60 }, (other, theirs));
        regressor.Score(other, theirs).R2.Should().OnlyContain(r2 => r2 > 0.9);
        history.Best.Validation.Should().Be(history.Epochs.Min(epoch => epoch.Validation));

        using var labels = MultiLabelClassifier.Random([2, 40], 2, seed: 1);
        _ = labels.Fit(x, y.gt(0.5).to(ScalarType.Float32), new() { Epochs = 150, LearningRate = 0.02 });
        labels.Score(other, theirs.gt(0.5).to(ScalarType.Float32)).F1.Should().OnlyContain(f1 => f1 > 0.85);
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        using var scope = torch.NewDisposeScope();
        var x = torch.zeros(4, 3);
        using var regressor = Regressor.Random([3], 2);
        regressor.Invoking(r => r.Fit(x, torch.zeros(4, 1))).Should().Throw<ArgumentException>().WithParameterName("targets").WithMessage("*[batch, 2]*[4, 1]*");
        regressor.Invoking(r => r.Fit(x, torch.zeros(3, 2))).Should().Throw<ArgumentException>().WithMessage("*[4, 2]*[3, 2]*");
        regressor.Invoking(r => r.Fit(x, torch.zeros(4, 2), validation: (x, torch.full(4, 2, float.NaN)))).Should().Throw<ArgumentException>().WithParameterName("validation").WithMessage("*finite*");
        using var labels = MultiLabelClassifier.Random([3], 2);
        labels.Invoking(l => l.Fit(x, torch.full(4, 2, 2f))).Should().Throw<ArgumentException>().WithParameterName("labels").WithMessage("*Binary*");
        labels.Invoking(l => l.Score(x, torch.full(4, 2, 0.5f))).Should().Throw<ArgumentException>();
        var mean = () => NetworkTraining.Fit(regressor, x, torch.zeros(4, 2), (output, target) => (output - target).pow(2).mean());
        mean.Should().Throw<ArgumentException>().WithMessage("*a loss for each row, shape [4]*");
        var rows = () => NetworkTraining.Fit(regressor, x, torch.zeros(3), (output, target) => output.sum(1));
        rows.Should().Throw<ArgumentException>().WithParameterName("targets").WithMessage("*each of the 4 rows*[3]*");
    }

    [Fact]
    public void Training_does_not_differentiate_what_targets_were_computed_from()
    {
        using var scope = torch.NewDisposeScope();
        using var net = Regressor.Random([3], 2);
        using var plain = net.Clone();
        var x = Make.Bits(1, 60, 3).to(ScalarType.Float32);
        var source = torch.arange(120f).reshape(60, 2).requires_grad_();
        var targets = source.div(100);
        // Several batches: a graph can be differentiated once.
        var options = new NetworkTrainingOptions { Epochs = 2, BatchSize = 20 };
        _ = net.Fit(x, targets, options, validation: (x, targets));
        _ = plain.Fit(x, targets.detach(), options);
        source.grad.Should().BeNull();
        net.get_parameter("0.weight")!.ShouldBeNear(plain.get_parameter("0.weight")!, 0);
    }

    [Fact]
    public void A_loss_that_training_cannot_lower_is_refused_by_what_it_is()
    {
        using var scope = torch.NewDisposeScope();
        using var net = Regressor.Random([3], 2);
        var before = net.get_parameter("0.weight")!.detach().clone();
        Refused((output, target) => null!, "*found null*");
        Refused((output, target) => output.argmax(1), "*floating-point type, found Int64*");
        Refused((output, target) => output.sum(1).gt(0), "*floating-point type, found Bool*");
        Refused((output, target) => (output.detach() - target).square().sum(1), "*do not depend on the network's parameters*");
        net.get_parameter("0.weight")!.ShouldBeNear(before, 0);

        void Refused(Func<Tensor, Tensor, Tensor> loss, string message)
        {
            var fit = () => NetworkTraining.Fit(net, torch.ones(4, 3), torch.zeros(4, 2), loss);
            fit.Should().Throw<ArgumentException>().WithParameterName(nameof(loss)).WithMessage(message);
        }
    }
}
