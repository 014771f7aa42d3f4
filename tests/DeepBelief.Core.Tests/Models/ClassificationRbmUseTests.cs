using DeepBelief.Tests.Oracles;
using DeepBelief.Tests.Support;
using DeepBelief.Units;

namespace DeepBelief.Tests.Models;

/// <summary>Features, samples and networks of a machine with labels, against all its states one after the other.</summary>
public sealed class ClassificationRbmUseTests
{
    private const int Visible = 4;
    private const int Hidden = 3;
    private const int Classes = 2;
    private const int Chains = 40_000;

    [Theory]
    [InlineData("bernoulli")]
    [InlineData("spin")]
    [InlineData("softmax")]
    public void Features_are_the_means_of_hidden_units_given_the_row_alone(string hidden)
    {
        using var scope = torch.NewDisposeScope();
        using var model = Small(hidden);
        var rows = Enumeration.States(Visible);
        var states = Enumeration.Matrix(Enumeration.States(model.Joint.Hidden));

        var expected = Enumerable.Range(0, 16).SelectMany(row =>
        {
            // p(h, y | v), of all labels and hidden states.
            var pairs = Enumerable.Range(0, Classes).SelectMany(y => states.Select((h, i) => (h, Log: LogJoint(model, rows.narrow(0, row, 1), y)[i]))).ToList();
            var logSum = Enumeration.LogSumExp(pairs.Select(pair => pair.Log));
            return Enumerable.Range(0, states[0].Length).Select(j => pairs.Sum(pair => Math.Exp(pair.Log - logSum) * pair.h[j]));
        }).ToArray();

        model.Transform(rows).ShouldBeNear(expected, 1e-12);
        model.Transform(rows).requires_grad.Should().BeFalse();
        // The label matters, so that features given one of them are others.
        var given = Enumeration.Read(model.Joint.Transform(model.Join(rows, torch.zeros(16, ScalarType.Int64))));
        given.Zip(expected, (a, b) => Math.Abs(a - b)).Max().Should().BeGreaterThan(0.05);
    }

    [Fact]
    public void Features_of_single_precision_and_of_sparse_rows_are_the_same()
    {
        using var scope = torch.NewDisposeScope();
        using var model = Small("bernoulli");
        var rows = Make.Bits(1, 30, Visible);
        var expected = model.Transform(rows);
        model.Transform(rows.to_sparse()).ShouldBeNear(expected, 1e-12);
        _ = model.to(ScalarType.Float32);
        model.Transform(rows.to(ScalarType.Float32)).ShouldBeNear(Enumeration.Read(expected), 1e-6);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Rows_of_a_class_are_drawn_from_their_distribution(bool fromRows)
    {
        using var scope = torch.NewDisposeScope();
        using var model = Small("bernoulli");
        var start = fromRows ? torch.ones(1, Visible, ScalarType.Float64) : null;
        using var generator = new Generator(6);
        // Both classes, one row after the other.
        var labels = torch.arange(2 * Chains, dtype: ScalarType.Int64).remainder(Classes);

        var drawn = model.Sample(labels, steps: 40, start, generator);

        for (var y = 0; y < Classes; y++)
            ShouldBeDrawn(drawn.index_select(0, torch.arange(y, 2 * Chains, Classes)), OfClass(model, y));
        OfClass(model, 0).Zip(OfClass(model, 1), (a, b) => Math.Abs(a - b)).Max().Should().BeGreaterThan(0.05, "classes alike would prove little");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Rows_of_all_classes_are_drawn_from_their_distribution(bool fromRows)
    {
        using var scope = torch.NewDisposeScope();
        using var model = Small("bernoulli");
        var start = fromRows ? torch.ones(1, Visible, ScalarType.Float64) : null;
        using var generator = new Generator(7);
        var drawn = model.Sample(Chains, steps: 40, start, generator);
        ShouldBeDrawn(drawn, Enumeration.Read(model.FreeEnergy(Enumeration.States(Visible)).detach().neg().softmax(0)));
    }

    [Fact]
    public void Chains_begin_where_they_are_told_to()
    {
        using var scope = torch.NewDisposeScope();
        using var model = Small("bernoulli");
        // Weights so large that a step leaves each row as it is.
        using (torch.no_grad())
        {
            _ = model.Joint.Weight.zero_();
            _ = model.Joint.Weight.narrow(1, 0, Hidden).copy_(torch.eye(Hidden, dtype: ScalarType.Float64) * 80);
            foreach (var (name, bias) in model.named_parameters().Where(p => p.name.EndsWith("bias")))
                _ = bias.fill_(name.StartsWith("joint.visible.1") ? 0 : -40);
        }

        var rows = Make.Bits(2, 9, Visible);
        _ = rows.narrow(1, Hidden, 1).zero_();
        model.Sample(9, steps: 3, rows).ShouldBeNear(rows, 0);
        model.Sample(torch.zeros(9, ScalarType.Int64), steps: 3, rows).ShouldBeNear(rows, 0);
    }

    [Fact]
    public void The_output_module_of_the_network_has_the_classes_probabilities_given_hidden_states()
    {
        using var scope = torch.NewDisposeScope();
        using var model = Small("bernoulli");
        using var net = model.ToClassifier();
        var states = Enumeration.States(model.Joint.Hidden);
        var rows = Enumeration.States(Visible);
        // p(y | h) of the joint distribution, which is the same for every row.
        var expected = Enumerable.Range(0, 8).SelectMany(h =>
        {
            var logs = Enumerable.Range(0, Classes).Select(y => Enumeration.LogSumExp(Enumerable.Range(0, 16).Select(v => LogJoint(model, rows.narrow(0, v, 1), y)[h]))).ToArray();
            return logs.Select(log => log - Enumeration.LogSumExp(logs));
        }).ToArray();

        net.Modules[^1].call(states).log_softmax(1).ShouldBeNear(expected, 1e-12);
        (net.InputSize, net.Classes, net.Modules.Count).Should().Be((Visible, Classes, 3));
    }

    [Theory]
    [InlineData("bernoulli")]
    [InlineData("spin")]
    [InlineData("gaussian")]
    [InlineData("softmax")]
    public void The_network_begins_at_the_classes_probabilities_to_first_order(string hidden)
    {
        using var scope = torch.NewDisposeScope();
        // Of two classes, terms of second order are the same for both.
        using var model = Small(hidden, classes: 3);
        var ofClasses = model.Joint.Weight.narrow(1, Visible, 3);
        var rows = Enumeration.States(Visible);
        // A part that all classes have in common is of zeroth order.
        using (torch.no_grad())
            _ = ofClasses.mul_(0.05).add_(torch.linspace(-1, 1, model.Joint.HiddenSize, ScalarType.Float64).unsqueeze(1));
        var (far, near) = (Error(), Halved());
        far.Should().BeInRange(1e-5, 0.02);
        // What is left is of second order, a quarter at half the distance.
        near.Should().BeInRange(0.2 * far, 0.3 * far);
        // Far beyond the error: the probabilities are not all alike.
        model.forward(rows).std(0).max().ToDouble().Should().BeGreaterThan(5 * far);

        double Error()
        {
            using var net = model.ToClassifier();
            return (net.call(rows).log_softmax(1) - model.forward(rows)).abs().max().ToDouble();
        }

        double Halved()
        {
            using (torch.no_grad())
            {
                var mean = ofClasses.mean([1], keepdim: true);
                _ = ofClasses.copy_(mean + ((ofClasses - mean) / 2));
            }

            return Error();
        }
    }

    [Fact]
    public void The_network_of_a_trained_machine_knows_the_classes_at_once_and_can_be_tuned()
    {
        using var scope = torch.NewDisposeScope();
        var labels = torch.arange(400, dtype: ScalarType.Int64).remainder(4);
        var rows = (torch.eye(4).index_select(0, labels).repeat(1, 3) - Make.Bits(3, 400, 12, 0.1).to(ScalarType.Float32)).abs();
        using var model = ClassificationRbm.Bernoulli(12, 20, 4, seed: 1);
        _ = model.Fit(rows, labels, new() { Epochs = 20 });
        using var net = model.ToClassifier(new DropoutRates(Input: 0.1, Hidden: 0.1));
        net.eval();
        net.Score(rows, labels).Accuracy.Should().BeGreaterThan(0.9).And.BeGreaterThan(model.Score(rows, labels).Accuracy - 0.03);
        using var random = model.Joint.ToClassifier(4);
        random.Score(model.Join(rows, labels), labels).Accuracy.Should().BeLessThan(0.6, "an output module of random weights knows nothing yet");
        var before = net.Score(rows, labels).Loss;
        _ = net.FitClassifier(rows, labels, new() { Epochs = 10 });
        net.Score(rows, labels).Loss.Should().BeLessThan(before);
        model.Joint.Weight.grad.Should().BeNull("the network has copies");
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        using var scope = torch.NewDisposeScope();
        using var model = ClassificationRbm.Bernoulli(2, 3, 2);
        var labels = torch.zeros(3, ScalarType.Int64);
        Refused(() => model.Transform(torch.zeros(3, 4)), "visible", "*[batch, 2], found [3, 4]*");
        Refused(() => model.Sample(torch.tensor(new[] { 2L })), "labels", "*[0, 1]*");
        Refused(() => model.Sample(torch.zeros(0, ScalarType.Int64)), "labels", "*one or more*");
        Refused(() => model.Sample(labels, start: torch.zeros(2, 2)), "start", "*1 or 3 rows, found [2, 2]*");
        Refused(() => model.Sample(labels, steps: 0), "steps", "*");
        Refused(() => model.Sample(3, start: torch.zeros(2, 2)), "start", "*1 or 3 rows, found [2, 2]*");
        Refused(() => model.Sample(3, start: torch.zeros(3, 4)), "start", "*[batch, 2]*");
        Refused(() => model.Sample(0), "count", "*");
        using var one = ClassificationRbm.Bernoulli(2, 3, 1);
        one.Invoking(m => m.ToClassifier()).Should().Throw<InvalidOperationException>().WithMessage("*two or more classes, found 1*");
        using var counts = new ClassificationRbm(new Rbm(new CompositeUnits(new BernoulliUnits(2), new SoftmaxUnits(1, 2)), new BinomialUnits(3, 4)));
        counts.Invoking(m => m.ToClassifier()).Should().Throw<NotSupportedException>();

        static void Refused(Func<object> call, string name, string message)
            => call.Should().Throw<ArgumentException>().WithParameterName(name).WithMessage(message);
    }

    private static ClassificationRbm Small(string hidden, int classes = Classes)
    {
        var units = new CompositeUnits(new BernoulliUnits(Visible), new SoftmaxUnits(1, classes));
        var model = new ClassificationRbm(new Rbm(units, Make.NewUnits(hidden, Hidden)));
        _ = model.to(ScalarType.Float64);
        Make.Randomise(model, 3, 1.2);
        return model;
    }

    /// <summary>-E of a row with a label and each of the hidden states.</summary>
    private static double[] LogJoint(ClassificationRbm model, Tensor row, int label)
    {
        var states = Enumeration.States(model.Joint.Hidden);
        var joined = model.Join(row, torch.full(1, label, ScalarType.Int64)).expand(states.shape[0], -1);
        return Enumeration.Read(model.Joint.Energy(joined, states).detach().neg());
    }

    private static double[] OfClass(ClassificationRbm model, int label)
    {
        var joined = model.Join(Enumeration.States(Visible), torch.full(16, label, ScalarType.Int64));
        return Enumeration.Read(model.Joint.FreeEnergy(joined).detach().neg().softmax(0));
    }

    private static void ShouldBeDrawn(Tensor drawn, double[] exact)
    {
        drawn.shape.Should().Equal(Chains, Visible);
        var numbers = drawn.mv(torch.tensor(new[] { 1.0, 2, 4, 8 })).to(ScalarType.Int64);
        var counts = Enumeration.Read(torch.bincount(numbers, minlength: 16));
        for (var s = 0; s < 16; s++)
            (counts[s] / Chains).Should().BeApproximately(exact[s], 5 * Math.Sqrt(exact[s] * (1 - exact[s]) / Chains));
    }
}
