using DeepBelief.Tests.Oracles;
using DeepBelief.Tests.Support;
using DeepBelief.Training;
using DeepBelief.Units;

namespace DeepBelief.Tests.Models;

public sealed class ClassifierTests
{
    [Fact]
    public void Weights_count_rows_as_often_as_they_say()
    {
        using var scope = torch.NewDisposeScope();
        using var net = Classifier.Random([3, 4], 2, dtype: ScalarType.Float64);
        // More rows than one block has.
        var (rows, labels) = (Make.Normal(1, 1, 2100, 3), Make.Bits(2, 2100, 1).squeeze(1).to(ScalarType.Int64));
        var weights = torch.arange(2100, ScalarType.Int64).remainder(3);
        var expected = net.Score(rows.repeat_interleave(weights, 0), labels.repeat_interleave(weights, 0));
        var score = net.Score(rows, labels, weights.to(ScalarType.Float32));
        score.Loss.Should().BeApproximately(expected.Loss, 1e-12);
        score.Accuracy.Should().BeApproximately(expected.Accuracy, 1e-12);
        score.Should().NotBe(net.Score(rows, labels));

        using var joint = ClassificationRbm.Bernoulli(3, 4, 2);
        var (bits, few, counts) = (Make.Bits(3, 5, 3).to(ScalarType.Float32), labels.narrow(0, 0, 5), torch.tensor(new long[] { 1, 0, 2, 0, 4 }));
        joint.Score(bits, few, counts).Loss.Should().BeApproximately(joint.Score(bits.repeat_interleave(counts, 0), few.repeat_interleave(counts, 0)).Loss, 1e-6);
        net.Invoking(n => n.Score(rows, labels, torch.ones(3))).Should().Throw<ArgumentException>().WithMessage("*[2100]*[3]*");
    }

    [Fact]
    public void A_machine_makes_the_classifier_of_a_network_of_one_layer()
    {
        using var scope = torch.NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var rbm = Make.Rbm("gaussian", 5, "spin", 4);
        using var dbn = new Dbn(Make.Rbm("gaussian", 5, "spin", 4));
        var dropout = new DropoutRates(Input: 0.1, Hidden: 0.3);
        using var net = rbm.ToClassifier(3, seed: 2, dropout);
        using var expected = dbn.ToClassifier(3, seed: 2, dropout);
        net.eval();
        expected.eval();
        var v = Make.Normal(1, 1, 6, 5);

        net.state_dict().Keys.Should().Equal(expected.state_dict().Keys);
        net.forward(v).ShouldBeNear(expected.forward(v), 0);

        net.Save(folder.File("net.pt"));
        using var again = Classifier.Load(folder.File("net.pt"));
        again.eval();
        again.forward(v).ShouldBeNear(expected.forward(v), 0);
        // With weights of its own.
        using (torch.no_grad())
            rbm.Weight.zero_();
        net.forward(v).ShouldBeNear(expected.forward(v), 0);
    }

    [Fact]
    public void A_machine_whose_hidden_units_no_module_computes_makes_no_classifier()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = new Rbm(new BernoulliUnits(3), new BinomialUnits(4, 2));
        var make = () => rbm.ToClassifier(2);
        make.Should().Throw<NotSupportedException>().WithMessage("*4 binomial*");
        using var bits = Rbm.Bernoulli(3, 2);
        var oneClass = () => bits.ToClassifier(1);
        oneClass.Should().Throw<ArgumentOutOfRangeException>().WithParameterName("classes");
    }

    [Fact]
    public void Random_weights_are_uniform_as_those_of_linear_modules_and_follow_the_seed()
    {
        using var scope = torch.NewDisposeScope();
        using var net = Classifier.Random([400, 100], 10, seed: 3);
        using var same = Classifier.Random([400, 100], 10, seed: 3);
        using var other = Classifier.Random([400, 100], 10, seed: 4);
        var (one, two, three) = (net.state_dict(), same.state_dict(), other.state_dict());
        one.Keys.Should().Equal("0.weight", "0.bias", "2.weight", "2.bias");
        one.Keys.Should().OnlyContain(key => Near.SameBits(one[key], two[key]));
        one.Keys.Should().OnlyContain(key => !Near.SameBits(one[key], three[key]));

        // U(-1/20, 1/20) has a standard deviation of 0.05/√3 = 0.02887; 40,000 draws know it to 0.1 %.
        var weight = Enumeration.Read(one["0.weight"]);
        weight.Should().OnlyContain(w => Math.Abs(w) <= 0.05);
        Math.Sqrt(weight.Average(w => w * w)).Should().BeApproximately(0.05 / Math.Sqrt(3), 0.0003);
    }

    [Fact]
    public void Scores_are_cross_entropy_and_accuracy_over_all_batches()
    {
        using var scope = torch.NewDisposeScope();
        using var net = Classifier.Random([3, 5], 4, seed: 1, dtype: ScalarType.Float64);
        Make.Randomise(net, 5, 1);
        // More rows than one evaluation batch holds, with a smaller last one.
        var x = Make.Normal(2, 1, 2345, 3);
        var y = Make.Bits(3, 2345, 2).sum(1).to(ScalarType.Int64);

        var logits = Enumeration.Matrix(net.forward(x));
        var labels = y.data<long>().ToArray();
        var loss = logits.Zip(labels, (row, label) => Enumeration.LogSumExp(row) - row[label]).Average();
        var predicted = logits.Select(row => (long)Array.IndexOf(row, row.Max())).ToArray();
        var accuracy = predicted.Zip(labels, (p, l) => p == l ? 1.0 : 0).Average();

        var score = net.Score(x, y);
        score.Loss.Should().BeApproximately(loss, 1e-10);
        score.Accuracy.Should().Be(accuracy);
        net.Predict(x).data<long>().ToArray().Should().Equal(predicted);
    }

    [Fact]
    public void Fine_tuning_learns_what_no_linear_model_can()
    {
        using var scope = torch.NewDisposeScope();
        var (x, y) = Parity();
        using var net = Classifier.Random([3, 16], 2, seed: 1);
        var history = net.FitClassifier(x, y, new() { Epochs = 100, BatchSize = 20, LearningRate = 0.05, EvaluationRows = 160 }, (x, y));
        history.Last.Train.Accuracy.Should().Be(1);
        history.Last.Train.Loss.Should().BeLessThan(0.1);
        history.Last.Validation.Should().Be(history.Last.Train);
        history.Epochs[0].Train.Loss.Should().BeGreaterThan(0.5);
        net.Score(x, y).Should().Be(history.Last.Train);
    }

    [Fact]
    public void Training_works_where_gradients_are_switched_off()
    {
        using var scope = torch.NewDisposeScope();
        var (x, y) = Parity();
        using var noGrad = torch.no_grad();
        using var net = Classifier.Random([3, 8], 2, seed: 1);
        var history = net.FitClassifier(x, y, new() { Epochs = 20, LearningRate = 0.05, EvaluationRows = 160 });
        history.Last.Train.Loss.Should().BeLessThan(history.Epochs[0].Train.Loss);
    }

    [Fact]
    public void Same_seed_same_bits()
    {
        using var scope = torch.NewDisposeScope();
        var (x, y) = Parity();
        Near.SameBits(Train(1), Train(1)).Should().BeTrue();
        Near.SameBits(Train(1), Train(2)).Should().BeFalse();

        Tensor Train(long seed)
        {
            using var net = Classifier.Random([3, 4], 2);
            _ = net.FitClassifier(x, y, new() { Epochs = 2, BatchSize = 16, Seed = seed });
            return net.state_dict()["0.weight"].detach().clone();
        }
    }

    [Fact]
    public void Any_module_can_be_trained_and_its_mode_is_kept()
    {
        using var scope = torch.NewDisposeScope();
        var (x, y) = Parity();
        using var dropout = torch.nn.Dropout(0.5);
        using var net = torch.nn.Sequential(torch.nn.Linear(3, 8), torch.nn.ReLU(), dropout, torch.nn.Linear(8, 2));
        net.train();
        var history = ClassifierTraining.FitClassifier(net, x, y, new() { Epochs = 2, LearningRate = 0.01, EvaluationRows = 160 });
        net.training.Should().BeTrue();
        // Scores are taken without dropout: they repeat exactly.
        ClassifierEvaluation.Score(net, x, y).Should().Be(history.Last.Train);
        net.eval();
        ClassifierEvaluation.Score(net, x, y).Should().Be(history.Last.Train);
        net.training.Should().BeFalse();

        // A module in another mode than the network's stays in it.
        net.train();
        dropout.eval();
        _ = ClassifierEvaluation.Score(net, x, y);
        (net.training, dropout.training).Should().Be((true, false));
    }

    [Fact]
    public void Dropout_comes_before_the_linear_modules_and_does_nothing_outside_of_training()
    {
        using var scope = torch.NewDisposeScope();
        using var dbn = Dbn.Bernoulli([6, 5, 4], WeightInitialization.Normal(1), seed: 2);
        using var plain = dbn.ToClassifier(3, seed: 1);
        using var net = dbn.ToClassifier(3, seed: 1, new(Input: 0.2, Hidden: 0.4));
        using var random = Classifier.Random([6, 5, 4], 3, seed: 1, dropout: new(Hidden: 0.4));
        Kinds(net).Should().Equal("Dropout", "Linear", "Sigmoid", "Dropout", "Linear", "Sigmoid", "Dropout", "Linear");
        Kinds(random).Should().Equal("Linear", "Sigmoid", "Dropout", "Linear", "Sigmoid", "Dropout", "Linear");
        net.Modules.OfType<TorchSharp.Modules.Dropout>().Select(dropout => dropout.p).Should().Equal(0.2, 0.4, 0.4);

        var x = Make.Normal(3, 1, 7, 6).to(ScalarType.Float32);
        net.eval();
        Near.SameBits(net.forward(x), plain.forward(x)).Should().BeTrue();
        net.train();
        Near.SameBits(net.forward(x), plain.forward(x)).Should().BeFalse();

        using var folder = new TemporaryFolder();
        net.Save(folder.File("net.pt"));
        using var again = Classifier.Load(folder.File("net.pt"));
        again.Modules.OfType<TorchSharp.Modules.Dropout>().Select(dropout => dropout.p).Should().Equal(0.2, 0.4, 0.4);
        again.eval();
        Near.SameBits(again.forward(x), plain.forward(x)).Should().BeTrue();

        static IEnumerable<string> Kinds(Classifier classifier) => classifier.Modules.Select(module => module.GetType().Name);
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void Dropout_scales_what_it_keeps_and_gradients_pass_only_there(ScalarType dtype)
    {
        const int Rows = 20_000;
        using var scope = torch.NewDisposeScope();
        using var net = Classifier.Random([3], 2, seed: 1, dtype: dtype, dropout: new(Input: 0.25));
        var x = torch.ones(Rows, 3, dtype, requires_grad: true);
        net.train();
        var outputs = net.forward(x);
        outputs.sum().backward();

        // The gradient of an input is the sum of its weights, times 4/3 where it was kept.
        var weight = net.state_dict()["1.weight"].detach();
        var factors = x.grad! / weight.sum(dim: 0);
        var found = Enumeration.Read(factors.to(ScalarType.Float64));
        found.Should().OnlyContain(f => Math.Abs(f) < 1e-6 || Math.Abs(f - (4.0 / 3)) < 1e-5);
        found.Count(f => f > 1).Should().BeInRange((int)(0.75 * 3 * Rows) - 600, (int)(0.75 * 3 * Rows) + 600);
        outputs.ShouldBeNear((factors.mm(weight.t()) + net.state_dict()["1.bias"]).detach(), 1e-5);

        // Each time others.
        Near.SameBits(net.forward(x), outputs).Should().BeFalse();
    }

    [Fact]
    public void Dropout_rates_out_of_range_are_refused()
    {
        using var dbn = Dbn.Bernoulli(3, 2);
        Refused(() => dbn.ToClassifier(2, dropout: new(Hidden: 1)), "*Hidden*[0, 1)*1*");
        Refused(() => Classifier.Random([3, 2], 2, dropout: new(Input: -0.1)), "*Input*[0, 1)*-0.1*");
        Refused(() => Classifier.Random([3, 2], 2, dropout: new(double.NaN)), "*Input*[0, 1)*NaN*");

        static void Refused(Func<Classifier> make, string message)
            => make.Should().Throw<ArgumentOutOfRangeException>().WithMessage(message);
    }

    [Fact]
    public void Adversarial_training_takes_the_gradient_of_the_mean_loss_at_the_rows_and_where_they_are_moved()
    {
        using var scope = torch.NewDisposeScope();
        const double Distance = 0.7;
        const double Rate = 0.01;
        var x = Make.Normal(2, 1, 6, 3);
        var y = torch.tensor(new[] { 0L, 1, 2, 0, 1, 2 });
        using var net = Classifier.Random([3, 5], 3, seed: 1, dtype: ScalarType.Float64);
        using var oracle = Classifier.Random([3, 5], 3, seed: 1, dtype: ScalarType.Float64);
        Make.Randomise(net, 5, 1);
        oracle.load_state_dict(net.state_dict());

        // Where a row's loss grows fastest, by finite differences.
        var moved = x.clone();
        for (var row = 0; row < 6; row++)
        {
            var (at, gradient) = (Enumeration.Read(x[row]), new double[3]);
            for (var i = 0; i < 3; i++)
                gradient[i] = (LossAt(row, at, i, 1e-5) - LossAt(row, at, i, -1e-5)) / 2e-5;
            var length = Math.Sqrt(gradient.Sum(g => g * g));
            for (var i = 0; i < 3; i++)
                moved[row, i] = at[i] + (Distance * gradient[i] / length);
        }

        var loss = 0.5 * (torch.nn.functional.cross_entropy(oracle.forward(x), y) + torch.nn.functional.cross_entropy(oracle.forward(moved), y));
        loss.backward();
        var expected = oracle.parameters().Select(p => (p - (Rate * p.grad!)).detach()).ToArray();
        _ = net.FitClassifier(x, y, new()
        {
            Epochs = 1,
            BatchSize = 6,
            LearningRate = Rate,
            Optimizer = new SgdSettings { WeightDecay = 0 },
            AdversarialDistance = Distance,
        });
        foreach (var (found, wanted) in net.parameters().Zip(expected))
            found.detach().ShouldBeNear(wanted, 1e-8);
        x.requires_grad.Should().BeFalse();

        double LossAt(int row, double[] at, int i, double step)
        {
            var there = (double[])at.Clone();
            there[i] += step;
            return torch.nn.functional.cross_entropy(oracle.forward(torch.tensor(there).reshape(1, 3)), y.narrow(0, row, 1)).item<double>();
        }
    }

    [Fact]
    public void Adversarial_training_stands_rows_without_a_gradient()
    {
        using var scope = torch.NewDisposeScope();
        using var net = Classifier.Random([3, 4], 2, seed: 1);
        using (torch.no_grad())
            _ = net.state_dict()["2.weight"].zero_();
        var x = torch.zeros(4, 3);
        var history = net.FitClassifier(x, torch.zeros(4, ScalarType.Int64), new() { Epochs = 2, AdversarialDistance = 1 });
        history.Last.Train.Loss.Should().BeLessThan(history.Epochs[0].Train.Loss);
    }

    [Fact]
    public void Some_training_rows_can_stand_for_all_in_the_scores()
    {
        using var scope = torch.NewDisposeScope();
        var (x, y) = Parity();
        using var net = Classifier.Random([3, 8], 2, seed: 1);
        using var same = Classifier.Random([3, 8], 2, seed: 1);
        var options = new ClassifierTrainingOptions { Epochs = 3, LearningRate = 0.05, EvaluationRows = 1 };
        var some = net.FitClassifier(x, y, options, (x, y));
        var all = same.FitClassifier(x, y, options with { EvaluationRows = 160 }, (x, y));

        // One row is right or wrong; what is learned, and the test scores, are the same.
        some.Epochs.Should().OnlyContain(epoch => epoch.Train.Accuracy == 0 || epoch.Train.Accuracy == 1);
        some.Epochs.Select(epoch => epoch.Validation).Should().Equal(all.Epochs.Select(epoch => epoch.Validation));
        some.Last.Train.Should().NotBe(all.Last.Train);
        using var more = Classifier.Random([3, 8], 2, seed: 1);
        more.FitClassifier(x, y, options with { EvaluationRows = 1_000_000 }).Last.Train.Should().Be(all.Last.Train);
    }

    [Fact]
    public void Inputs_and_labels_that_do_not_fit_are_refused()
    {
        using var scope = torch.NewDisposeScope();
        using var net = Classifier.Random([3, 4], 2);
        var x = torch.zeros(5, 3);
        Refused(x, torch.full(5, 2L), "labels", "*[0, 1]*[2, 2]*");
        Refused(x, torch.full(5, -1L), "labels", "*[0, 1]*[-1, -1]*");
        Refused(x, torch.zeros(4, ScalarType.Int64), "labels", "*[5]*[4]*");
        Refused(x, torch.zeros(5), "labels", "*Int64*Float32*");
        Refused(torch.full(5, 3, float.NaN), torch.zeros(5, ScalarType.Int64), "inputs", "*finite*");
        Refused(torch.zeros(0, 3), torch.zeros(0, ScalarType.Int64), "inputs", "*at least one row*");
        Refused(torch.zeros(5, 3, ScalarType.Float64), torch.zeros(5, ScalarType.Int64), "inputs", "*Float32*Float64*");
        Refused(torch.zeros(5, 7), torch.zeros(5, ScalarType.Int64), "inputs", "*[batch, 3]*[5, 7]*");
        var labels = torch.zeros(5, ScalarType.Int64);
        var before = net.state_dict()["0.weight"].detach().clone();
        TestRefused(torch.zeros(2, 9), torch.zeros(2, ScalarType.Int64), "validation", "*[batch, 3]*[2, 9]*");
        TestRefused(torch.zeros(2, 3, ScalarType.Float64), torch.zeros(2, ScalarType.Int64), "validation", "*Float32*Float64*");
        TestRefused(torch.zeros(2, 3), torch.full(2, 7L), "validation", "*[0, 1]*[7, 7]*");
        TestRefused(null!, labels, "validation", "*");
        Near.SameBits(net.state_dict()["0.weight"], before).Should().BeTrue();
        using var plain = torch.nn.Sequential(torch.nn.Linear(4, 3));
        var score = () => ClassifierEvaluation.Score(plain, torch.zeros(2, 5), torch.zeros(2, ScalarType.Int64));
        score.Should().Throw<ArgumentException>().WithParameterName("inputs").WithMessage("*[2, 5]*");
        var sizes = () => Classifier.Random([], 2);
        sizes.Should().Throw<ArgumentException>().WithMessage("*1 or more sizes*");

        void TestRefused(Tensor testInputs, Tensor testLabels, string name, string message)
        {
            var fit = () => net.FitClassifier(x, labels, new() { Epochs = 1 }, (testInputs, testLabels));
            fit.Should().Throw<ArgumentException>().WithParameterName(name).WithMessage(message);
        }

        void Refused(Tensor inputs, Tensor labels, string name, string message)
        {
            var fit = () => net.FitClassifier(inputs, labels);
            fit.Should().Throw<ArgumentException>().WithParameterName(name).WithMessage(message);
        }
    }

    private static (Tensor X, Tensor Y) Parity()
    {
        var x = Enumeration.States(3).to(ScalarType.Float32).repeat(20, 1);
        return (x, x.sum(1).remainder(2).to(ScalarType.Int64));
    }
}
