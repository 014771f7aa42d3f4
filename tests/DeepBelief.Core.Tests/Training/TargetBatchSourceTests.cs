using DeepBelief.Data;
using DeepBelief.Tests.Support;
using DeepBelief.Training;

namespace DeepBelief.Tests.Training;

/// <summary>Rows and targets of regressors, of classifiers of several labels and of losses of a user's own that are read batch by batch.</summary>
public sealed class TargetBatchSourceTests
{
    public static TheoryData<string> Names => new([.. Cases.Keys]);

    private static Dictionary<string, Case> Cases { get; } = new()
    {
        ["numbers"] = new(
            () => Regressor.Random([3, 8], 2, seed: 1, dropout: new(Hidden: 0.2)),
            (net, data, options) => ((Regressor)net).Fit(data.Inputs, data.Labels, options, data),
            (net, source, options, unseen) => ((Regressor)net).Fit(source, options, unseen)),
        ["labels"] = new(
            () => MultiLabelClassifier.Random([3, 8], 2, seed: 1),
            (net, data, options) => ((MultiLabelClassifier)net).Fit(data.Inputs, data.Labels, options, data),
            (net, source, options, unseen) => ((MultiLabelClassifier)net).Fit(source, options, unseen)),
        ["a loss of one's own"] = new(
            () => Regressor.Random([3, 8], 2, seed: 1),
            (net, data, options) => NetworkTraining.Fit(net, data.Inputs, data.Labels, Poisson, options, data),
            (net, source, options, unseen) => NetworkTraining.Fit(net, source, Poisson, options, unseen)),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void A_run_from_a_source_is_that_from_memory_bit_for_bit(string name)
    {
        using var scope = torch.NewDisposeScope();
        var (of, data) = (Cases[name], Data());
        var options = new NetworkTrainingOptions { Epochs = 3, BatchSize = 16, LearningRate = 0.01, AdversarialDistance = 0.1, EvaluationRows = 60, Seed = 5 };
        using var untrained = of.Create();
        using var fromMemory = of.Create();
        using var fromSource = of.Create();
        var expected = of.FromMemory(fromMemory, data, options);
        var found = of.FromSource(fromSource, new ShuffledLabelledSource(data.Inputs, data.Labels, options), options, data);
        fromSource.parameters().Zip(fromMemory.parameters(), Near.SameBits).Should().OnlyContain(isSame => isSame);
        fromSource.parameters().Zip(untrained.parameters(), Near.SameBits).Should().Contain(false);
        found.Epochs.Select(epoch => epoch.Validation).Should().Equal(expected.Epochs.Select(epoch => epoch.Validation));
        // The rows are the same in another order, and sums of them the same but for rounding.
        foreach (var (one, other) in found.Epochs.Zip(expected.Epochs))
            one.Train.Should().BeApproximately(other.Train, 1e-5);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_interrupted_run_ends_as_one_that_never_was(string name)
    {
        using var scope = torch.NewDisposeScope();
        using var folder = new TemporaryFolder();
        var (of, data) = (Cases[name], Data());
        var options = new NetworkTrainingOptions { Epochs = 5, BatchSize = 16, LearningRate = 0.01, Averaging = 0.4 };
        using var never = of.Create();
        var expected = of.FromSource(never, Source(options), options, data);

        var kept = options with { Checkpoint = new() { Path = folder.File("run") } };
        using var stopped = of.Create();
        var stop = new StoppingSource(Source(options), epoch: 3);
        of.Invoking(o => o.FromSource(stopped, stop, kept, data)).Should().Throw<StoppingSource.Stopped>();
        using var again = of.Create();
        var found = of.FromSource(again, Source(options), kept, data);
        again.parameters().Zip(never.parameters(), Near.SameBits).Should().OnlyContain(isSame => isSame);
        found.Epochs.Select(MetricsText.Of).Should().Equal(expected.Epochs.Select(MetricsText.Of));

        ShuffledLabelledSource Source(NetworkTrainingOptions own) => new(data.Inputs, data.Labels, own);
    }

    [Fact]
    public void A_trainer_of_a_source_trains_as_many_epochs_as_it_is_asked_for()
    {
        using var scope = torch.NewDisposeScope();
        var data = Data();
        var options = new NetworkTrainingOptions { Epochs = 4, BatchSize = 16 };
        using var whole = Regressor.Random([3, 8], 2, seed: 1);
        _ = whole.Fit(data.Inputs, data.Labels, options);
        using var parts = Regressor.Random([3, 8], 2, seed: 1);
        using var trainer = parts.StartTraining(new ShuffledLabelledSource(data.Inputs, data.Labels, options), options);
        trainer.Train(epochs: 1).Epochs.Should().HaveCount(1);
        trainer.Train().Epochs.Should().HaveCount(4);
        parts.parameters().Zip(whole.parameters(), Near.SameBits).Should().OnlyContain(isSame => isSame);
    }

    [Fact]
    public void Batches_that_do_not_fit_are_named()
    {
        using var scope = torch.NewDisposeScope();
        using var regressor = Regressor.Random([3], 2);
        using var labels = MultiLabelClassifier.Random([3], 2);
        Refused(() => regressor.Fit(Batches((4, 2), (4, 1))), "batch 2 of epoch 1", "*[batch, 2]*[4, 1]*");
        Refused(() => regressor.Fit(Batches((4, 2), (3, 2))), "batch 2 of epoch 1", "*[4, 2]*[3, 2]*");
        Refused(() => labels.Fit(Batches((4, 2), (4, 2), value: 3)), "batch 1 of epoch 1", "*Binary*");
        Refused(() => NetworkTraining.Fit(regressor, Batches((4, 2), (4, 3)), (output, target) => output.sum(1)), "batch 2 of epoch 1", "*targets of the first batch's shape, [4, 2], found [4, 3]*");
        regressor.Invoking(r => r.Fit(Batches((4, 2), (4, 2)), new() { Epochs = 1 }, (torch.zeros(2, 3), torch.zeros(2, 1)))).Should().Throw<ArgumentException>().WithParameterName("validation");
        regressor.Invoking(r => r.Fit((ILabelledBatchSource)null!)).Should().Throw<ArgumentNullException>().WithParameterName("source");

        static void Refused(Action fit, string name, string message) => fit.Should().Throw<ArgumentException>().WithParameterName(name).WithMessage(message);

        static FewBatches Batches((long Rows, long Targets) first, (long Rows, long Targets) second, float value = 1)
            => new([(torch.zeros(4, 3), torch.full(first.Rows, first.Targets, value)), (torch.zeros(4, 3), torch.full(second.Rows, second.Targets, value))]);
    }

    [Fact]
    public void Rows_and_targets_with_gaps_are_refused_with_a_way_out()
    {
        using var scope = torch.NewDisposeScope();
        var gap = torch.full(4, 3, float.NaN);
        using var regressor = Regressor.Random([3], 2);
        using var classifier = Classifier.Random([3], 2);
        using var autoencoder = Dbn.Bernoulli(3, 2).ToAutoencoder();
        Refused(() => regressor.Fit(gap, torch.zeros(4, 2)), "*NaN*FillMissing*");
        Refused(() => regressor.Fit(new FewBatches([(gap, torch.zeros(4, 2))])), "*NaN*FillMissing*");
        Refused(() => classifier.FitClassifier(gap, torch.zeros(4, ScalarType.Int64)), "*NaN*FillMissing*");
        Refused(() => autoencoder.FitAutoencoder(gap), "*NaN*FillMissing*");
        Refused(() => regressor.Fit(torch.zeros(4, 3), torch.full(4, 2, float.NaN)), "*NaN*leave it out*");
        Refused(() => regressor.Fit(new FewBatches([(torch.zeros(4, 3), torch.full(4, 2, float.NaN))])), "*NaN*leave it out*");

        static void Refused(Action fit, string message) => fit.Should().Throw<ArgumentException>().WithMessage(message);
    }

    private static Tensor Poisson(Tensor output, Tensor count) => (output.exp() - (count * output)).sum(1);

    private static (Tensor Inputs, Tensor Labels) Data()
    {
        var inputs = Make.Normal(1, 1, 60, 3).to(ScalarType.Float32);
        return (inputs, inputs.matmul(torch.ones(3, 2)).gt(0).to(ScalarType.Float32));
    }

    private sealed record Case(
        Func<FeedForwardNetwork> Create,
        Func<FeedForwardNetwork, (Tensor Inputs, Tensor Labels), NetworkTrainingOptions, TrainingHistory<LossMetrics>> FromMemory,
        Func<FeedForwardNetwork, ILabelledBatchSource, NetworkTrainingOptions, (Tensor Inputs, Tensor Labels), TrainingHistory<LossMetrics>> FromSource);

    /// <summary>The same batches in every epoch, kept by the source.</summary>
    private sealed class FewBatches((Tensor Inputs, Tensor Labels)[] batches) : ILabelledBatchSource
    {
        public int Batches => batches.Length;

        public (Tensor Inputs, Tensor Labels) Read(int epoch, int batch) => batches[batch - 1];
    }

    /// <summary>Ends a run as an epoch begins.</summary>
    private sealed class StoppingSource(ILabelledBatchSource source, int epoch) : ILabelledBatchSource
    {
        public int Batches => source.Batches;

        public (Tensor Inputs, Tensor Labels) Read(int ofEpoch, int batch) => ofEpoch < epoch ? source.Read(ofEpoch, batch) : throw new Stopped();

        internal sealed class Stopped : Exception;
    }
}
