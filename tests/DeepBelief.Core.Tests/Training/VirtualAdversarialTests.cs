using DeepBelief.Tensors;
using DeepBelief.Tests.Oracles;
using DeepBelief.Tests.Support;
using DeepBelief.Training;

namespace DeepBelief.Tests.Training;

public sealed class VirtualAdversarialTests
{
    [Fact]
    public void The_move_has_the_distance_and_the_direction_of_the_greatest_divergence()
    {
        using var scope = torch.NewDisposeScope();
        using var net = Net(inputs: 2);
        var x = Make.Normal(2, 1, 5, 2);
        using var generator = new Generator(1UL);
        using var own = DefaultGenerator.Replace(generator);
        // At a small distance the divergence is a quadratic form, whose greatest direction the power method finds.
        const double Distance = 0.01;
        var moved = new VirtualAdversary(net, new() { Distance = Distance, DifferenceStep = 1e-4, PowerIterations = 30 }).Moved(x);
        (moved - x).norm(1).ShouldBeNear(torch.full(5, Distance, ScalarType.Float64), 1e-12);

        var found = Divergences(net, x, moved);
        var (best, least) = (new double[5], Enumerable.Repeat(double.MaxValue, 5).ToArray());
        for (var angle = 0; angle < 360; angle++)
        {
            var step = torch.tensor(new[] { Math.Cos(angle * Math.PI / 180), Math.Sin(angle * Math.PI / 180) }, ScalarType.Float64).mul(Distance);
            foreach (var (i, divergence) in Divergences(net, x, x + step).Index())
                (best[i], least[i]) = (Math.Max(best[i], divergence), Math.Min(least[i], divergence));
        }

        for (var i = 0; i < 5; i++)
        {
            // Of degree 3, the divergence differs by 1 % between a direction and the opposite one.
            found[i].Should().BeGreaterThan(0.98 * best[i]);
            best[i].Should().BeGreaterThan(1.5 * least[i]);
        }
    }

    [Fact]
    public void One_iteration_does_better_than_a_random_direction()
    {
        using var scope = torch.NewDisposeScope();
        using var net = Net(inputs: 10);
        var x = Make.Normal(2, 1, 200, 10);
        using var generator = new Generator(1UL);
        using var own = DefaultGenerator.Replace(generator);
        var moved = new VirtualAdversary(net, new() { Distance = 0.5 }).Moved(x);
        var random = Make.Normal(3, 1, 200, 10);
        var elsewhere = x + (random / random.norm(1).unsqueeze(1)).mul(0.5);
        Divergences(net, x, moved).Average().Should().BeGreaterThan(2 * Divergences(net, x, elsewhere).Average());
    }

    [Theory]
    [InlineData(true, 0, 0)]
    [InlineData(false, 0, 0)]
    [InlineData(true, 0.6, 0)]
    [InlineData(true, 0, 0.8)]
    [InlineData(false, 0.6, 0.8)]
    public void A_step_is_along_the_gradient_of_the_written_out_loss(bool isBesideUnlabelled, double entropyWeight, double balanceWeight)
    {
        using var scope = torch.NewDisposeScope();
        using var net = Net(inputs: 3);
        var (x, y) = (Make.Normal(2, 1, 6, 3), torch.tensor(new long[] { 0, 1, 2, 0, 1, 2 }));
        var rows = isBesideUnlabelled ? Make.Normal(3, 1, 8, 3) : x;
        var options = new VirtualAdversarialOptions { Distance = 0.7, Weight = 1.5, PowerIterations = 2, BatchSize = 8, EntropyWeight = entropyWeight, BalanceWeight = balanceWeight };
        using var fixedNet = net.Clone();

        // The run's order of the rows decides which random direction a row gets.
        Tensor moved, ordered;
        using (var order = new InMemoryBatches(
            new(rows), new ClassifierTrainingOptions { BatchSize = 8 }, stream: isBesideUnlabelled ? Randomness.UnlabelledOrder : Randomness.Order))
        using (var generator = Randomness.Generator(0, Randomness.Epochs + 1))
        using (DefaultGenerator.Replace(generator))
        {
            order.BeginEpoch(1);
            ordered = order.Read(1).Rows;
            moved = new VirtualAdversary(fixedNet, options).Moved(ordered);
        }

        var before = Enumeration.Read(net);
        var expected = CentralDifferences.Of(fixedNet, () =>
        {
            var entropy = Enumeration.Matrix(fixedNet.forward(x)).Select((row, i) => Enumeration.LogSumExp(row) - row[y[i].item<long>()]).Average();
            var (there, here) = (Logs(fixedNet, moved), Logs(net, ordered));
            var near = Logs(fixedNet, ordered);
            var sureness = near.Select(p => p.Sum(a => Math.Exp(a) * a)).Average();
            var mean = Enumerable.Range(0, 3).Select(k => near.Average(p => Math.Exp(p[k])));
            return entropy - (entropyWeight * sureness) + (balanceWeight * mean.Sum(p => p * Math.Log(p))) + (1.5 * here.Zip(there, (p, q) => p.Zip(q, (a, b) => Math.Exp(a) * (a - b)).Sum()).Average());
        });
        _ = net.FitClassifier(
            x,
            y,
            new() { Epochs = 1, BatchSize = 8, LearningRate = 1, Optimizer = new SgdSettings { Momentum = 0 }, VirtualAdversarial = options },
            unlabelled: isBesideUnlabelled ? rows : null);
        before.Zip(Enumeration.Read(net), (old, now) => old - now).ToArray().ShouldBeNear(expected, 1e-6);
    }

    [Fact]
    public void Rows_without_weight_count_neither_for_the_move_nor_for_the_entropies()
    {
        using var scope = torch.NewDisposeScope();
        using var net = Net(inputs: 3);
        var x = Make.Normal(2, 1, 4, 3);
        var adversary = new VirtualAdversary(net, new() { Distance = 1e-9, EntropyWeight = 0.6, BalanceWeight = 0.8 });
        using var generator = new Generator(1UL);
        using var own = DefaultGenerator.Replace(generator);
        var some = adversary.Loss(x, torch.tensor(new double[] { 2, 2, 0, 0 }, ScalarType.Float64)).item<double>();
        some.Should().BeApproximately(adversary.Loss(x.narrow(0, 0, 2), null).item<double>(), 1e-12);
        some.Should().NotBeApproximately(adversary.Loss(x, null).item<double>(), 1e-3);
    }

    [Fact]
    public void A_class_that_no_row_is_in_leaves_the_loss_and_its_gradient_finite()
    {
        using var scope = torch.NewDisposeScope();
        using var net = Classifier.Random([2], 3);
        using (torch.no_grad())
            _ = net.parameters().Last().copy_(torch.tensor(new float[] { 0, 0, -500 }));
        var adversary = new VirtualAdversary(net, new() { BalanceWeight = 1, EntropyWeight = 1 });
        using var generator = new Generator(1UL);
        using var own = DefaultGenerator.Replace(generator);
        var loss = adversary.Loss(torch.rand(5, 2), null);
        loss.backward();
        float.IsFinite(loss.item<float>()).Should().BeTrue();
        net.parameters().SelectMany(parameter => parameter.grad!.data<float>()).Should().OnlyContain(value => float.IsFinite(value));
    }

    [Fact]
    public void Unlabelled_rows_carry_a_label_along_a_curve()
    {
        using var scope = torch.NewDisposeScope();
        // Two half moons, and one label for each.
        var angle = torch.linspace(0, Math.PI, 300, ScalarType.Float64);
        var upper = torch.stack([angle.cos(), angle.sin()], 1);
        var lower = torch.stack([angle.cos().neg().add(1), angle.sin().neg().add(0.5)], 1);
        var rows = torch.cat([upper, lower]).to(ScalarType.Float32);
        var labels = torch.cat([torch.zeros(300, ScalarType.Int64), torch.ones(300, ScalarType.Int64)]);
        var (few, their) = (rows.index_select(0, torch.tensor(new long[] { 150, 450 })), torch.tensor(new long[] { 0, 1 }));
        Accuracy(null).Should().BeLessThan(0.95);
        Accuracy(rows).Should().BeGreaterThan(0.97);

        double Accuracy(Tensor? unlabelled)
        {
            torch.manual_seed(1);
            using var net = torch.nn.Sequential(torch.nn.Linear(2, 50), torch.nn.ReLU(), torch.nn.Linear(50, 50), torch.nn.ReLU(), torch.nn.Linear(50, 2));
            _ = ClassifierTraining.FitClassifier(net, few, their, new() { Epochs = unlabelled is null ? 600 : 100, LearningRate = 0.005, VirtualAdversarial = new() { Distance = 0.3, PowerIterations = 2 } }, unlabelled: unlabelled);
            return ClassifierEvaluation.Score(net, rows, labels).Accuracy;
        }
    }

    [Fact]
    public void An_epoch_is_a_pass_over_the_larger_set()
    {
        using var scope = torch.NewDisposeScope();
        var (x, u) = (Make.Normal(1, 1, 7, 2), Make.Normal(2, 1, 30, 2));
        var options = new ClassifierTrainingOptions { BatchSize = 3 };
        using var both = new SemiSupervisedBatches(new InMemoryBatches(new(x), options), new InMemoryBatches(new(u), options with { BatchSize = 4 }, stream: Randomness.UnlabelledOrder));
        both.Batches.Should().Be(8);
        both.BeginEpoch(1);
        var (labelled, unlabelled) = (new List<double>(), new List<double>());
        for (var batch = 1; batch <= 8; batch++)
        {
            labelled.AddRange(Enumeration.Read(both.Read(batch).Rows.select(1, 0)));
            unlabelled.AddRange(Enumeration.Read(both.ReadUnlabelled(batch).select(1, 0)));
        }

        unlabelled.Should().BeEquivalentTo(Enumeration.Read(u.select(1, 0)));
        var all = Enumeration.Read(x.select(1, 0));
        labelled[..7].Should().BeEquivalentTo(all);
        labelled[7..14].Should().BeEquivalentTo(all).And.NotEqual(labelled[..7]);
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        using var scope = torch.NewDisposeScope();
        using var net = Classifier.Random([3], 2);
        var (x, y) = (torch.zeros(4, 3), torch.zeros(4, ScalarType.Int64));
        net.Invoking(n => n.FitClassifier(x, y, unlabelled: torch.zeros(4, 2))).Should().Throw<ArgumentException>().WithParameterName("unlabelled").WithMessage("*[batch, 3]*");
        net.Invoking(n => n.FitClassifier(x, y, unlabelled: torch.full(4, 3, double.NaN, ScalarType.Float32))).Should().Throw<ArgumentException>().WithMessage("*finite*");
        net.Invoking(n => n.FitClassifier(x, y, new() { VirtualAdversarial = new() { Distance = 0 } })).Should().Throw<ArgumentOutOfRangeException>().WithMessage("*Distance*more than 0*");
        net.Invoking(n => n.FitClassifier(x, y, new() { VirtualAdversarial = new() { EntropyWeight = -1 } })).Should().Throw<ArgumentOutOfRangeException>().WithMessage("*EntropyWeight*0 or more*");
        net.Invoking(n => n.FitClassifier(x, y, new() { VirtualAdversarial = new() { BalanceWeight = double.NaN } })).Should().Throw<ArgumentOutOfRangeException>().WithMessage("*BalanceWeight*0 or more*");
        net.Invoking(n => n.FitClassifier(x, y, new() { VirtualAdversarial = new() { PowerIterations = 0 } })).Should().Throw<ArgumentOutOfRangeException>().WithMessage("*PowerIterations*1 or more*");
    }

    private static Classifier Net(long inputs)
    {
        var net = Classifier.Random([inputs, 8], 3, dtype: ScalarType.Float64);
        Make.Randomise(net, 4, 1);
        return net;
    }

    private static double[] Divergences(Classifier net, Tensor from, Tensor to)
        => [.. Logs(net, from).Zip(Logs(net, to), (p, q) => p.Zip(q, (a, b) => Math.Exp(a) * (a - b)).Sum())];

    private static double[][] Logs(Classifier net, Tensor rows)
        => [.. Enumeration.Matrix(net.forward(rows)).Select(row => row.Select(z => z - Enumeration.LogSumExp(row)).ToArray())];
}
