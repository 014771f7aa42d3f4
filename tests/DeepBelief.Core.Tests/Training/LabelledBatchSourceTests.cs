using DeepBelief.Data;
using DeepBelief.Tests.Support;

namespace DeepBelief.Tests.Training;

public sealed class LabelledBatchSourceTests
{
    [Theory]
    [InlineData(null)]
    [InlineData(0.5)]
    public void A_run_from_a_source_is_that_from_memory_bit_for_bit(double? adversarialDistance)
    {
        using var scope = torch.NewDisposeScope();
        var (inputs, labels) = Data();
        var options = new ClassifierTrainingOptions { Epochs = 3, BatchSize = 16, LearningRate = 0.01, AdversarialDistance = adversarialDistance, EvaluationRows = 50, Seed = 5 };
        using var untrained = Network();
        using var fromMemory = Network();
        using var fromSource = Network();
        var expected = fromMemory.FitClassifier(inputs, labels, options, (inputs, labels));
        var source = new ShuffledLabelledSource(inputs, labels, options);
        var found = fromSource.FitClassifier(source, options, (inputs, labels));

        foreach (var (key, tensor) in fromMemory.state_dict())
        {
            Near.SameBits(fromSource.state_dict()[key], tensor).Should().BeTrue(key);
            Near.SameBits(untrained.state_dict()[key], tensor).Should().BeFalse(key);
        }

        found.Epochs.Select(e => e.Validation).Should().Equal(expected.Epochs.Select(e => e.Validation));
        // The rows are the same in another order, and sums of them the same but for rounding.
        foreach (var (one, other) in found.Epochs.Zip(expected.Epochs))
        {
            one.Train.Loss.Should().BeApproximately(other.Train.Loss, 1e-6);
            one.Train.Accuracy.Should().Be(other.Train.Accuracy);
        }
    }

    [Fact]
    public void Batches_are_asked_for_once_an_epoch_in_order_and_the_first_are_scored()
    {
        using var scope = torch.NewDisposeScope();
        var (inputs, labels) = Data(2500);
        var options = new ClassifierTrainingOptions { Epochs = 2, BatchSize = 600, EvaluationRows = 1200 };
        var source = new ShuffledLabelledSource(inputs, labels, options);
        using var network = Network();
        var history = network.FitClassifier(source, options);

        var epochs = from epoch in new[] { 1, 2 } from batch in Enumerable.Range(1, 5) select (epoch, batch);
        source.Reads.Should().Equal([(1, 1), (1, 1), (1, 2), .. epochs.Skip(2)]);
        var (first, second) = (source.Read(1, 1), source.Read(1, 2));
        history.Last.Train.Should().Be(network.Score(torch.cat([first.Inputs, second.Inputs]), torch.cat([first.Labels, second.Labels])));
        history.Last.Validation.Should().BeNull();
    }

    [Fact]
    public void A_batch_that_the_source_keeps_stays_as_it_is()
    {
        using var scope = torch.NewDisposeScope();
        var (inputs, labels) = Data();
        var kept = inputs.clone();
        using var network = Network();
        _ = network.FitClassifier(new Given(1, (_, _) => (inputs, labels)), new() { Epochs = 3, AdversarialDistance = 0.5 });

        Near.SameBits(inputs, kept).Should().BeTrue();
        inputs.requires_grad.Should().BeFalse();
        inputs.grad.Should().BeNull();

        // Its tensors are the caller's, outside of the run's scopes: they were not freed.
        inputs.IsInvalid.Should().BeFalse();
    }

    [Fact]
    public void A_source_may_keep_its_labels_and_hand_over_its_rows()
    {
        using var network = Classifier.Random([3], 2);
        using var labels = torch.zeros(2, ScalarType.Int64);
        var made = new List<Tensor>();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        _ = network.FitClassifier(new Given(3, (_, _) => (Made(), labels)), new() { Epochs = 50 });
        DisposeScopeManager.Statistics.ThreadTotalLiveCount.Should().Be(before);
        made.Should().HaveCountGreaterThan(150).And.OnlyContain(rows => rows.IsInvalid);
        labels.IsInvalid.Should().BeFalse();

        Tensor Made()
        {
            made.Add(torch.zeros(2, 3));
            return made[^1];
        }
    }

    [Fact]
    public void What_does_not_fit_the_network_is_refused_by_the_number_of_its_batch()
    {
        using var network = Classifier.Random([3, 4], 2);
        var few = new ClassifierTrainingOptions { Epochs = 2 };
        // The third batch is beyond the first thousand rows, which are looked at before.
        Refused(new Given(3, (_, batch) => (torch.zeros(600, batch == 3 ? 4 : 3), Zeros(600))), "Expected a tensor of shape [batch, 3], found [600, 4].*batch 3 of epoch 1*");
        Refused(new Given(3, (epoch, batch) => (torch.zeros(600, 3), Zeros(epoch == 2 ? 1 : 600))), "Expected one label a row, shape [600], found [1].*batch 1 of epoch 2*");
        Refused(new Given(3, (_, batch) => (torch.full(600, 3, batch == 3 ? float.NaN : 1), Zeros(600))), "Expected finite values*batch 3 of epoch 1*");
        Refused(new Given(3, (_, batch) => (torch.zeros(600, 3), Zeros(600) + batch - 1)), "Expected labels in [0, 1], found labels in [2, 2].*batch 3 of epoch 1*");
        Refused(new Given(3, (_, _) => (torch.zeros(2, 7), Zeros(2))), "Expected a tensor of shape [batch, 3], found [2, 7].*");
        Refused(new Given(0, (_, _) => (torch.zeros(2, 3), Zeros(2))), "Expected a source of at least one batch, found 0.*");
        var noRows = () => network.FitClassifier(new Given(1, (_, _) => (torch.zeros(2, 3), Zeros(2))), few, (null!, Zeros(2)));
        noRows.Should().Throw<ArgumentNullException>();
        var noLabels = () => network.FitClassifier(new Given(1, (_, _) => (torch.zeros(2, 3), Zeros(2))), few, (torch.zeros(2, 3), null!));
        noLabels.Should().Throw<ArgumentNullException>();

        void Refused(ILabelledBatchSource source, string message)
        {
            var fit = () => network.FitClassifier(source, few);
            fit.Should().Throw<ArgumentException>().WithMessage(message);
        }

        static Tensor Zeros(long count) => torch.zeros(count, ScalarType.Int64);
    }

    private static (Tensor Inputs, Tensor Labels) Data(int rows = 50)
    {
        var inputs = Make.Bits(1, rows, 6).to(ScalarType.Float32);
        return (inputs, (inputs.select(1, 0) + inputs.select(1, 3)).to(ScalarType.Int64));
    }

    private static Classifier Network() => Classifier.Random([6, 8], 3, seed: 2, dropout: new(Input: 0.2, Hidden: 0.5));

    private sealed class Given(int batches, Func<int, int, (Tensor Inputs, Tensor Labels)> read) : ILabelledBatchSource
    {
        public int Batches => batches;

        public (Tensor Inputs, Tensor Labels) Read(int epoch, int batch) => read(epoch, batch);
    }
}
