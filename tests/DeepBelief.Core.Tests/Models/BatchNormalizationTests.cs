using DeepBelief.Tensors;
using DeepBelief.Tests.Support;
using DeepBelief.Training;
using TorchSharp.Modules;

namespace DeepBelief.Tests.Models;

public sealed class BatchNormalizationTests
{
    [Fact]
    public void A_copy_computes_what_the_network_does_until_it_is_trained()
    {
        using var scope = torch.NewDisposeScope();
        using var dbn = Dbn.Bernoulli([6, 5, 4], WeightInitialization.Normal(1), seed: 1, dtype: ScalarType.Float64);
        using var dbm = Dbm.Bernoulli([6, 5, 4], WeightInitialization.Normal(1), seed: 1, dtype: ScalarType.Float64);
        var dropout = new DropoutRates(0.2, 0.3);
        var (rows, others) = (Make.Bits(1, 40, 6), Make.Bits(2, 30, 6));
        foreach (var (plain, net) in new (FeedForwardNetwork, FeedForwardNetwork)[]
        {
            Pair(dbn.ToClassifier(3, dropout: dropout), net => net.WithBatchNormalization(rows)),
            Pair(dbm.ToClassifier(3), net => net.WithBatchNormalization(rows)),
            Pair(dbn.ToRegressor(2), net => net.WithBatchNormalization(rows)),
            Pair(dbn.ToMultiLabelClassifier(2), net => net.WithBatchNormalization(rows)),
            Pair(Classifier.Random([6, 5, 4], 3, dtype: ScalarType.Float64), net => net.WithBatchNormalization(rows)),
        })
        {
            plain.eval();
            net.eval();
            net.forward(others).ShouldBeNear(plain.forward(others), 1e-12);
            // One after each hidden linear module, and none after the output.
            net.Modules.Index().Where(module => module.Item is BatchNorm1d).Select(module => net.Modules[module.Index - 1]).Should().AllBeOfType<Linear>().And.HaveCount(2);
            net.Modules.OfType<Dropout>().Select(module => module.p).Should().Equal(plain.Modules.OfType<Dropout>().Select(module => module.p));
            net.Modules[^1].Should().BeOfType<Linear>();

            var before = net.forward(others);
            using (torch.no_grad())
                _ = plain.parameters().First().fill_(0);
            Near.SameBits(net.forward(others), before).Should().BeTrue();
        }

        static (FeedForwardNetwork, FeedForwardNetwork) Pair<TNetwork>(TNetwork plain, Func<TNetwork, TNetwork> normalize)
            where TNetwork : FeedForwardNetwork
            => (plain, normalize(plain));
    }

    [Fact]
    public void In_training_a_batch_is_normalized_by_itself_and_moves_the_means()
    {
        using var scope = torch.NewDisposeScope();
        using var plain = Classifier.Random([4, 3], 2, seed: 1, dtype: ScalarType.Float64);
        using var net = plain.WithBatchNormalization(Make.Normal(1, 1, 50, 4));
        var norm = (BatchNorm1d)net.Modules[1];
        var (mean, variance) = (norm.running_mean!.clone(), norm.running_var!.clone());
        var rows = Make.Normal(2, 3, 7, 4);
        var inputs = ((Linear)net.Modules[0]).call(rows);
        var (ofBatch, spread) = (inputs.mean([0L]), inputs.var(0, unbiased: false));
        var states = (((inputs - ofBatch) / spread.add(norm.eps).sqrt() * norm.weight!) + norm.bias!).sigmoid();

        net.train();
        net.forward(rows).ShouldBeNear(((Linear)net.Modules[^1]).call(states), 1e-12);
        norm.running_mean!.ShouldBeNear(mean.mul(0.9) + ofBatch.mul(0.1), 1e-12);
        norm.running_var!.ShouldBeNear(variance.mul(0.9) + inputs.var(0, unbiased: true).mul(0.1), 1e-12);

        // A single row has no variance.
        var (kept, alone) = (norm.running_var!.clone(), net.forward(rows.narrow(0, 0, 1)));
        net.eval();
        alone.ShouldBeNear(net.forward(rows.narrow(0, 0, 1)), 1e-12);
        Near.SameBits(norm.running_var!, kept).Should().BeTrue();
    }

    [Fact]
    public void Of_many_rows_some_do_as_well()
    {
        using var scope = torch.NewDisposeScope();
        using var plain = Classifier.Random([3, 4], 2, seed: 1, dtype: ScalarType.Float64);
        var rows = Make.Normal(1, 1, 25_000, 3);
        using var net = plain.WithBatchNormalization(rows);
        var inputs = ((Linear)net.Modules[0]).call(rows);
        var norm = (BatchNorm1d)net.Modules[1];
        // 8,334 rows: five standard errors.
        norm.running_mean!.ShouldBeNear(inputs.mean([0L]), 5 * inputs.std().ToDouble() / Math.Sqrt(8334));
        norm.running_var!.ShouldBeNear(inputs.var(0), 5 * Math.Sqrt(2) * inputs.var().ToDouble() / Math.Sqrt(8334));
    }

    [Fact]
    public void Frozen_weights_stay_frozen_and_what_is_normalized_stays_so()
    {
        using var scope = torch.NewDisposeScope();
        using var plain = Classifier.Random([3, 4], 2);
        plain.parameters().First().requires_grad = false;
        var rows = Make.Normal(1, 1, 20, 3).to(ScalarType.Float32);
        using var net = plain.WithBatchNormalization(rows);
        net.parameters().Select(parameter => parameter.requires_grad).Should().Equal(false, true, true, true, true, true);
        _ = net.FitClassifier(rows, rows.select(1, 0).gt(0).to(ScalarType.Int64), new() { Epochs = 2 });
        using var again = net.WithBatchNormalization(rows);
        again.state_dict().Keys.Should().Equal(net.state_dict().Keys);
        again.state_dict().Should().OnlyContain(tensor => Near.SameBits(tensor.Value, net.state_dict()[tensor.Key]));
    }

    [Fact]
    public void Rows_that_do_not_fit_are_refused()
    {
        using var scope = torch.NewDisposeScope();
        using var net = Classifier.Random([3, 4], 2);
        var normalize = (Tensor rows) => net.Invoking(n => n.WithBatchNormalization(rows)).Should().Throw<ArgumentException>().WithParameterName(nameof(rows)).Which.Message;
        normalize(torch.zeros(1, 3)).Should().Contain("two or more rows").And.Contain("[1, 3]");
        normalize(torch.zeros(5, 4)).Should().Contain("[batch, 3]").And.Contain("[5, 4]");
        normalize(torch.zeros(5, 3, ScalarType.Float64)).Should().Contain("Float32").And.Contain("Float64");
        normalize(torch.full(new[] { 5L, 3 }, float.NaN)).Should().Contain("NaN");
    }

    [Fact]
    public void What_training_keeps_is_what_it_has_measured()
    {
        using var scope = torch.NewDisposeScope();
        var rows = Make.Normal(1, 1, 60, 3).to(ScalarType.Float32);
        var labels = rows.select(1, 0).gt(0).to(ScalarType.Int64);
        var (unseen, theirs) = (Make.Normal(2, 1, 40, 3).to(ScalarType.Float32), Make.Bits(3, 40, 1).squeeze(1).to(ScalarType.Int64));
        foreach (var net in new torch.nn.Module<Tensor, Tensor>[]
        {
            Classifier.Random([3, 8], 2, seed: 1).WithBatchNormalization(rows),
            torch.nn.Sequential(torch.nn.Linear(3, 8), torch.nn.BatchNorm1d(8), torch.nn.Sigmoid(), torch.nn.Linear(8, 2)),
        })
        {
            // The labels of the validation rows are chance, so it gets worse early.
            var history = ClassifierTraining.FitClassifier(net, rows, labels, new() { Epochs = 20, BatchSize = 10, LearningRate = 0.05, Patience = 5 }, (unseen, theirs));
            history.BestEpoch.Should().BeLessThan(history.Epochs.Count);
            ClassifierEvaluation.Score(net, unseen, theirs).Loss.Should().BeApproximately(history.Epochs[history.BestEpoch - 1].Validation!.Loss, 1e-6);
        }
    }

    [Fact]
    public void Averaged_parameters_have_averaged_means()
    {
        using var scope = torch.NewDisposeScope();
        var rows = (Make.Normal(1, 1, 40, 3) + 3).to(ScalarType.Float32);
        var labels = rows.select(1, 0).gt(3).to(ScalarType.Int64);
        using var net = Classifier.Random([3, 8], 2, seed: 1).WithBatchNormalization(rows);
        var norm = (BatchNorm1d)net.Modules[1];
        // The weights move far, so those at the end have other inputs than those in the mean.
        var options = new ClassifierTrainingOptions { Epochs = 400, BatchSize = 40, LearningRate = 0.02, Averaging = 0.5 };
        _ = net.FitClassifier(rows, labels, options);
        var inputs = ((Linear)net.Modules[0]).call(rows);
        var off = (norm.running_mean! - inputs.mean([0L])).abs().mean().ToDouble() / norm.running_var!.sqrt().mean().ToDouble();
        off.Should().BeLessThan(0.1);
    }

    [Fact]
    public void Virtual_adversarial_training_collects_nothing()
    {
        using var scope = torch.NewDisposeScope();
        var rows = Make.Normal(1, 1, 30, 3).to(ScalarType.Float32);
        var labels = rows.select(1, 0).gt(0).to(ScalarType.Int64);
        var states = new VirtualAdversarialOptions?[] { null, new() }.Select(smoothness =>
        {
            using var net = Classifier.Random([3, 8], 2, seed: 1).WithBatchNormalization(rows);
            // At so small a rate, the means of the batches are all that changes.
            _ = net.FitClassifier(rows, labels, new() { Epochs = 2, BatchSize = 10, LearningRate = 1e-30, VirtualAdversarial = smoothness });
            net.Modules.OfType<BatchNorm1d>().Single().momentum.Should().Be(0.1);
            return CheckpointScenario.Bytes(net);
        }).ToArray();
        states[1].Should().BeEquivalentTo(states[0]);
    }

    [Fact]
    public void Virtual_adversarial_training_normalizes_by_the_batch()
    {
        using var scope = torch.NewDisposeScope();
        var rows = Make.Normal(1, 1, 12, 3);
        using var plain = Classifier.Random([3, 8], 2, seed: 1, dtype: ScalarType.Float64);
        using var net = plain.WithBatchNormalization(rows);
        using var other = plain.WithBatchNormalization(Make.Normal(2, 5, 50, 3) + 3);
        using (torch.no_grad())
        {
            foreach (var (own, its) in other.parameters().Zip(net.parameters()))
                _ = own.copy_(its);
        }

        // Networks that differ in nothing but collected means are the same to it.
        Loss(other).Should().BeApproximately(Loss(net), 1e-12);
        using (torch.no_grad())
            _ = ((BatchNorm1d)net.Modules[1]).weight!.mul_(2);
        Loss(net).Should().NotBeApproximately(Loss(other), 1e-3);

        double Loss(Classifier network)
        {
            using var generator = new Generator(1UL);
            using var own = DefaultGenerator.Replace(generator);
            return new VirtualAdversary(network, new() { Distance = 1 }).Loss(rows, null).ToDouble();
        }
    }
}
