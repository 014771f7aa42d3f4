using DeepBelief.Distributed.Tests.Support;
using DeepBelief.Tensors;
using DeepBelief.Training;

namespace DeepBelief.Distributed.Tests;

/// <summary>Networks of several layers, and those with labels, on several ranks.</summary>
public sealed class DeepModelTests
{
    private const double Tolerance = 1e-6;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_belief_network(bool options)
    {
        using var data = Trained.Bits(45, 12, ScalarType.Float64);
        var own = new TrainingOptions { Epochs = 3, BatchSize = 10, NegativePhase = new GivenNoise() };
        Trained.CompareWithAlone(
            2,
            group =>
            {
                var dbn = Dbn.Bernoulli([12, 8, 5], dtype: ScalarType.Float64);
                _ = dbn.Fit(data, options
                    ? new() { Layers = [own, own with { Epochs = 2 }], Inputs = LayerInputs.Samples, Group = group }
                    : new() { Epochs = 3, BatchSize = 10, NegativePhase = new GivenNoise(), Group = group });
                return dbn;
            },
            Tolerance);
    }

    [Fact]
    public void A_belief_network_of_a_source()
    {
        using var data = Trained.Bits(45, 12, ScalarType.Float64);
        Trained.CompareWithAlone(
            2,
            group =>
            {
                var dbn = Dbn.Bernoulli([12, 8, 5], dtype: ScalarType.Float64);
                _ = dbn.Fit(new Slices(data), new() { Epochs = 2, NegativePhase = new GivenNoise(), Group = group });
                return dbn;
            },
            Tolerance);
    }

    [Theory]
    [InlineData(true, 15)]
    [InlineData(false, 45)]
    public void Layers_below_see_the_rows_of_a_rank_alone_where_nothing_is_drawn(bool mapsByRow, int rows)
    {
        using var data = Trained.Bits(45, 12);
        var mapped = ThreadGroup.Run(3, group =>
        {
            using var scope = torch.NewDisposeScope();
            var count = 0L;
            using var batches = SourceBatches.Of(new Slices(data), (_, _, _) => { }, new TrainingOptions { Group = group }, Double, mapsByRow);
            count = 0;
            batches.BeginEpoch(2);
            for (var batch = 1; batch <= 5; batch++)
                batches.Read(batch).Rows.Equals(data.narrow(0, (9 * (batch - 1)) + (3 * group.Rank), 3) * 2).Should().BeTrue();
            return count;

            Tensor Double(int epoch, int batch, Tensor given)
            {
                count += given.shape[0];
                return given * 2;
            }
        });
        mapped.Should().Equal(rows, rows, rows);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void A_classifier(int ranks)
    {
        using var data = Trained.Bits(45, 12, ScalarType.Float64);
        using var labels = Trained.Labels(data);
        using var weights = torch.arange(1, 46, dtype: ScalarType.Float64);
        Trained.CompareWithAlone(
            ranks,
            group =>
            {
                using var dbn = Dbn.Bernoulli([12, 8, 5], dtype: ScalarType.Float64);
                var net = dbn.ToClassifier(classes: 4);
                _ = net.FitClassifier(
                    data, labels, new() { Epochs = 5, BatchSize = 20, ClassWeights = ClassWeights.Balanced, AdversarialDistance = 0.5, Group = group }, weights: weights);
                return net;
            },
            Tolerance);
    }

    [Fact]
    public void A_classifier_with_batch_normalization_collects_the_means_of_all_ranks()
    {
        using var data = Trained.Bits(40, 12, ScalarType.Float64);
        using var labels = Trained.Labels(data);
        // At so small a rate, the means of the batches are all that changes; those of the ranks' equal parts have the mean of the batch.
        using var alone = Fit(null, 1e-300);
        var ranks = ThreadGroup.Run(2, group => (Still: Fit(group, 1e-300), Trained: Fit(group, 0.01)));
        var expected = alone.state_dict()["1.running_mean"];
        foreach (var (still, _) in ranks)
            (still.state_dict()["1.running_mean"] - expected).abs().max().ToDouble().Should().BeLessThan(1e-12);
        foreach (var (name, tensor) in ranks[0].Trained.state_dict())
            ranks[1].Trained.state_dict()[name].Equals(tensor).Should().BeTrue(name);
        foreach (var (still, trained) in ranks)
        {
            still.Dispose();
            trained.Dispose();
        }

        Classifier Fit(IProcessGroup? group, double rate)
        {
            using var plain = Classifier.Random([12, 8], classes: 4, dtype: ScalarType.Float64);
            var net = plain.WithBatchNormalization(data);
            _ = net.FitClassifier(data, labels, new() { Epochs = 3, BatchSize = 10, LearningRate = rate, Group = group });
            return net;
        }
    }

    [Fact]
    public void A_classifier_with_unlabelled_rows_or_balanced_classes_is_refused()
    {
        using var data = Trained.Bits(80, 12, ScalarType.Float64);
        using var few = data.narrow(0, 0, 40);
        using var labels = Trained.Labels(few);
        _ = ThreadGroup.Run(2, group =>
        {
            using var dbn = Dbn.Bernoulli([12, 8], dtype: ScalarType.Float64);
            using var net = dbn.ToClassifier(classes: 4);
            var unlabelled = () => net.FitClassifier(few, labels, new() { Epochs = 5, Group = group }, unlabelled: data);
            unlabelled.Should().Throw<ArgumentException>().WithMessage("*null with unlabelled rows*");
            var balanced = () => net.FitClassifier(few, labels, new() { Epochs = 5, VirtualAdversarial = new() { BalanceWeight = 1 }, Group = group });
            balanced.Should().Throw<ArgumentException>().WithMessage("*BalanceWeight*0 with a Group*");
            return 0;
        });
    }

    // In some batches all ranks have rows that take the second way, in others some ranks or none: there, its weights have no gradient.
    [Theory]
    [InlineData(0.1)]
    [InlineData(0.9)]
    public void A_module_that_uses_some_parameters_for_some_rows(double momentum)
    {
        using var data = torch.arange(0, 120, dtype: ScalarType.Float64).sin().reshape(40, 3);
        using var firstFew = torch.arange(40).lt(6).to(ScalarType.Float64);
        _ = data.select(1, 0).copy_(firstFew);
        using var targets = data.sum(1, keepdim: true);
        Trained.CompareWithAlone(
            3,
            group =>
            {
                var module = new TwoWays();
                var options = new NetworkTrainingOptions { Epochs = 4, BatchSize = 5, LearningRate = 0.05, Optimizer = new SgdSettings { Momentum = momentum }, Group = group };
                _ = NetworkTraining.Fit(module, data, targets, (outputs, wanted) => (outputs - wanted).square().sum(1), options);
                return module;
            },
            Tolerance);
    }

    [Fact]
    public void A_deep_machine()
    {
        using var data = Trained.Bits(40, 12, ScalarType.Float64);
        var together = ThreadGroup.Run(2, group =>
        {
            var dbm = Dbm.Bernoulli([12, 8, 5], dtype: ScalarType.Float64);
            _ = dbm.Pretrain(data, new() { Epochs = 2, BatchSize = 10, Group = group });
            var history = dbm.Fit(data, new() { Epochs = 10, BatchSize = 10, Sparsity = new SparsityOptions { Target = 0.3 }, Group = group });
            history.Last.ReconstructionError.Should().BeLessThan(history.Epochs[0].ReconstructionError);
            return Trained.Parameters(dbm);
        });
        Trained.BeSameBits(together);
    }

    [Fact]
    public void A_machine_with_labels()
    {
        using var data = Trained.Bits(45, 12, ScalarType.Float64);
        using var labels = Trained.Labels(data);
        Trained.CompareWithAlone(
            2,
            group =>
            {
                var model = ClassificationRbm.Bernoulli(12, 8, classes: 4, dtype: ScalarType.Float64);
                _ = model.Fit(data, labels, new() { Epochs = 5, BatchSize = 10, GenerativeWeight = 0, Group = group });
                return model;
            },
            Tolerance);
    }

    [Fact]
    public void A_network_with_labels_at_its_top()
    {
        using var data = Trained.Bits(40, 12);
        using var labels = Trained.Labels(data);
        var together = ThreadGroup.Run(2, group =>
        {
            var network = ClassificationDbn.Bernoulli([12, 8, 6], classes: 4);
            _ = network.Fit(data, labels, new() { Epochs = 2, BatchSize = 10, Group = group });
            return Trained.Parameters(network);
        });
        Trained.BeSameBits(together);
    }

    [Fact]
    public void Options_of_a_layer_have_no_group_of_their_own()
    {
        using var data = Trained.Bits(40, 12);
        using var dbn = Dbn.Bernoulli(12, 8);
        var run = () => ThreadGroup.Run(1, group => dbn.Fit(data, new() { Layers = [new() { Group = group }] }));
        run.Should().Throw<ArgumentOutOfRangeException>().WithMessage("Layers.Group: *null: the network has one group for all layers*");
    }

    [Fact]
    public void Up_down_fine_tuning_is_for_a_process_alone()
    {
        using var data = Trained.Bits(40, 12);
        using var dbn = Dbn.Bernoulli(12, 8, 5);
        using var untied = dbn.Untie();
        var run = () => ThreadGroup.Run(1, group => untied.Fit(data, options: new UpDownOptions { Group = group }));
        run.Should().Throw<ArgumentOutOfRangeException>().WithMessage("Group: *null: up-down fine-tuning is for a process alone*");
    }

    /// <summary>A map, and another one that is added for the rows that begin with 1.</summary>
    private sealed class TwoWays : torch.nn.Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.Linear first = torch.nn.Linear(3, 1, dtype: ScalarType.Float64);
        private readonly TorchSharp.Modules.Linear second = torch.nn.Linear(3, 1, dtype: ScalarType.Float64);

        public TwoWays()
            : base(nameof(TwoWays))
        {
            RegisterComponents();
            foreach (var parameter in parameters())
                Tensors.Parameters.Assign(parameter, torch.linspace(-0.5, 0.5, parameter.numel(), ScalarType.Float64).view_as(parameter));
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = torch.NewDisposeScope();
            var takes = input.narrow(1, 0, 1);
            var result = first.call(input);
            if (takes.sum().item<double>() > 0)
                result = result + (takes * second.call(input));
            return result.MoveToOuterDisposeScope();
        }
    }

    private sealed class Slices(Tensor data) : Data.IBatchSource
    {
        public int Batches => 5;

        public Tensor Read(int epoch, int batch) => data.narrow(0, (batch - 1) * 9, 9);
    }
}
