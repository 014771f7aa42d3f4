using DeepBelief.Data;
using DeepBelief.Sampling;
using DeepBelief.Tests.Oracles;
using DeepBelief.Tests.Support;

namespace DeepBelief.Tests.Training;

/// <summary>Training from TorchSharp's data loaders and data sets.</summary>
public sealed class LoaderSourceTests
{
    // No setting up, which would see the rows in another order and so sum them to other last digits.
    private static readonly TrainingOptions Options = new()
    {
        Epochs = 3,
        BatchSize = 16,
        NegativePhase = new ContrastiveDivergence(2),
        Centering = null,
        InitializeFromData = false,
        Seed = 5,
    };

    private static readonly ClassifierTrainingOptions OfClassifier = new() { Epochs = 3, BatchSize = 16, LearningRate = 0.01, Seed = 5 };

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void A_loader_in_the_order_of_a_run_trains_as_the_tensor_does_bit_for_bit(int workers)
    {
        using var scope = torch.NewDisposeScope();
        var (rows, labels) = Data(50);
        var (fromMemory, fromLoader) = (Rbm.Bernoulli(8, 6, seed: 2), Rbm.Bernoulli(8, 6, seed: 2));
        _ = fromMemory.Fit(rows, Options);
        using var loader = torch.utils.data.DataLoader(new CountingDataset(rows, labels), 16, new RunOrder(50, Options), num_worker: workers);
        _ = fromLoader.Fit(loader.ToBatchSource(batch => batch["data"]), Options);
        Same(fromLoader, fromMemory);

        var (netFromMemory, netFromLoader) = (Network(), Network());
        var expected = netFromMemory.FitClassifier(rows, labels, OfClassifier, (rows, labels));
        using var again = torch.utils.data.DataLoader(new CountingDataset(rows, labels), 16, new RunOrder(50, OfClassifier), num_worker: workers);
        var found = netFromLoader.FitClassifier(again.ToBatchSource(batch => (batch["data"], batch["label"])), OfClassifier, (rows, labels));
        Same(netFromLoader, netFromMemory);
        found.Epochs.Select(epoch => epoch.Validation).Should().Equal(expected.Epochs.Select(epoch => epoch.Validation));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Without_shuffling_loaders_data_sets_and_sequences_train_as_slices_of_the_tensor_do_bit_for_bit(int workers)
    {
        using var scope = torch.NewDisposeScope();
        var (rows, labels) = Data(1600);
        float[][] arrays = [.. Enumeration.Matrix(rows).Select(row => Array.ConvertAll(row, value => (float)value))];
        var expected = Fitted(Given.Slices(rows, 16));
        var dataset = new CountingDataset(rows, labels);
        using var loader = torch.utils.data.DataLoader(dataset, 16, num_worker: workers);
        using var iterable = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(rows, labels), 16, num_worker: workers);
        Same(Fitted(loader.ToBatchSource(batch => batch["data"])), expected);
        Same(Fitted(iterable.ToBatchSource(batch => batch[0])), expected);
        Same(Fitted(dataset.ToBatchSource(16, item => item["data"], workers: workers)), expected);
        Same(Fitted(arrays.ToBatchSource(16)), expected);
        Same(Fitted(Streamed(arrays, () => { }).ToBatchSource(16, count: 1600)), expected);

        var net = Network();
        _ = net.FitClassifier(new Slices(rows, labels), OfClassifier);
        Same(FittedNetwork(iterable.ToBatchSource(batch => (batch[0], batch[1]))), net);
        Same(FittedNetwork(dataset.ToBatchSource(16, item => (item["data"], item["label"]), workers: workers)), net);
        var pairs = arrays.Zip(labels.data<long>().ToArray());
        Same(FittedNetwork(pairs.ToArray().ToBatchSource(16)), net);
        Same(FittedNetwork(pairs.Where(_ => true).ToBatchSource(16, count: 1600)), net);

        static Rbm Fitted(IBatchSource source)
        {
            var rbm = Rbm.Bernoulli(8, 6, seed: 2);
            _ = rbm.Fit(source, Options with { InitializeFromData = true });
            return rbm;
        }

        static Classifier FittedNetwork(ILabelledBatchSource source)
        {
            var net = Network();
            _ = net.FitClassifier(source, OfClassifier);
            return net;
        }
    }

    [Fact]
    public void Each_row_is_read_once_an_epoch()
    {
        using var scope = torch.NewDisposeScope();
        var (rows, labels) = Data(2100);
        var dataset = new CountingDataset(rows, labels);
        using var loader = torch.utils.data.DataLoader(dataset, 100, shuffle: true, seed: 1, num_worker: 2);
        Counts(3, () => Rbm.Bernoulli(8, 6).Fit(loader.ToBatchSource(batch => batch["data"]), Options));
        Counts(3, () => Rbm.Bernoulli(8, 6).Fit(dataset.ToBatchSource(100, item => item["data"], seed: 3), Options));
        Counts(3, () => Network().FitClassifier(loader.ToBatchSource(batch => (batch["data"], batch["label"])), OfClassifier));
        // By each of the layers.
        Counts(4, () => Dbn.Bernoulli(8, 6, 4).Fit(loader.ToBatchSource(batch => batch["data"]), new() { Epochs = 2 }));
        Counts(4, () => ClassificationDbn.Bernoulli([8, 6, 4], 3).Fit(loader.ToBatchSource(batch => (batch["data"], batch["label"])), new() { Epochs = 2, Top = new() { Epochs = 2 } }));

        void Counts(int expected, Action fit)
        {
            var before = dataset.Reads.ToArray();
            fit();
            dataset.Reads.Zip(before, (now, then) => now - then).Should().OnlyContain(reads => reads == expected);
        }
    }

    [Fact]
    public void A_sequence_is_read_once_an_epoch_no_further_than_its_count_and_left_when_the_run_ends()
    {
        using var scope = torch.NewDisposeScope();
        using var cancellation = new CancellationTokenSource();
        var (read, left, atRow) = (0, 0, -1);
        var endless = Streamed(Endless(), () => left++).ToBatchSource(100, count: 2050);
        _ = Rbm.Bernoulli(3, 2).Fit(endless, new() { Epochs = 3 });
        (read, left).Should().Be((3 * 2050, 3));

        (read, left) = (0, 0);
        var cancelled = () => Rbm.Bernoulli(3, 2).Fit(endless, new() { Epochs = 3 }, cancellationToken: cancellation.Token);
        atRow = 3000;
        cancelled.Should().Throw<OperationCanceledException>();
        (read, left).Should().Be((3050, 2), "the batch is finished and the second epoch left");

        (read, left) = (0, 0);
        var refused = () => Rbm.Bernoulli(4, 2).Fit(endless);
        refused.Should().Throw<ArgumentException>().WithMessage("Expected a tensor of shape [batch, 4], found [100, 3].*batch 1 of epoch 1*");
        (read, left).Should().Be((100, 1));

        IEnumerable<float[]> Endless()
        {
            for (var i = 0; ; i++)
            {
                if (++read == atRow)
                    cancellation.Cancel();
                yield return [i % 2, i % 3 == 0 ? 1 : 0, 1];
            }
        }
    }

    [Fact]
    public void A_seed_orders_the_rows_of_a_data_set_anew_in_each_epoch()
    {
        using var scope = torch.NewDisposeScope();
        var dataset = new CountingDataset(torch.arange(50, ScalarType.Float32).reshape(50, 1));
        var (source, again, other) = (Source(7), Source(7), Source(8));
        var first = Epoch(source, 1);
        var second = Epoch(source, 2);
        first.Order().Should().Equal(Enumerable.Range(0, 50).Select(i => (double)i));
        second.Order().Should().Equal(first.Order());
        first.Should().NotEqual(second).And.NotBeInAscendingOrder();
        // Whichever epochs came before.
        Epoch(again, 2).Should().Equal(second);
        Epoch(other, 1).Should().NotEqual(first);

        IBatchSource Source(long seed) => dataset.ToBatchSource(16, item => item["data"], seed);

        static double[] Epoch(IBatchSource source, int epoch) => [.. Enumerable.Range(1, source.Batches).SelectMany(batch => Enumeration.Read(source.Read(epoch, batch)))];
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void A_data_set_that_throws_ends_the_run_and_leaves_nothing_behind(int workers)
    {
        using var scope = torch.NewDisposeScope();
        var (rows, _) = Data(2000);
        var dataset = new CountingDataset(rows) { Broken = 1500 };
        using var loader = torch.utils.data.DataLoader(dataset, 100, num_worker: workers);
        var rbm = Rbm.Bernoulli(8, 6, seed: 2);
        var source = loader.ToBatchSource(batch => batch["data"]);
        Action fit = () => rbm.Fit(source, Options);
        fit.Should().Throw<AggregateException>().Which.Flatten().InnerExceptions.Should().AllBeOfType<InvalidDataException>();
        rbm.parameters().Should().OnlyContain(parameter => parameter.isfinite().all().item<bool>());

        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Action direct = () => rbm.Fit(Enumerable.Repeat(new float[8], 1000).Concat(Broken()).ToBatchSource(100, count: 2000), Options);
        direct.Should().Throw<InvalidDataException>();
        DisposeScopeManager.Statistics.ThreadTotalLiveCount.Should().Be(before);

        // The same source, once it is mended.
        dataset.Broken = null;
        rbm.Fit(source, Options).Epochs.Should().HaveCount(3);
        dataset.IsDisposed.Should().BeFalse("the caller disposes the loader, and so the data set");

        static IEnumerable<float[]> Broken()
        {
            yield return new float[8];
            throw new InvalidDataException();
        }
    }

    [Fact]
    public void Batches_are_freed_whoever_owns_them()
    {
        using var outer = torch.NewDisposeScope();
        var (rows, labels) = Data(1200);
        using var tensors = torch.utils.data.TensorDataset(rows, labels);
        using var kept = torch.utils.data.DataLoader(tensors, 100, disposeDataset: false);
        using var net = Network();
        Leaves(0, () => net.FitClassifier(kept.ToBatchSource(batch => (batch[0].mul(1).reshape(-1, 8), batch[1])), OfClassifier));
        Leaves(0, () => net.FitClassifier(tensors.ToBatchSource(100, item => (item[0].mul(1), item[1]), seed: 1), OfClassifier));
        tensors.GetTensor(3)[0].shape.Should().Equal(8);

        static void Leaves(int expected, Action fit)
        {
            // The first time, threads make what they keep.
            fit();
            var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
            fit();
            DisposeScopeManager.Statistics.ThreadTotalLiveCount.Should().Be(before + expected);
        }
    }

    [Fact]
    public void Two_runs_at_once_have_a_place_of_their_own_in_the_source()
    {
        using var scope = torch.NewDisposeScope();
        var (rows, _) = Data(2000);
        using var loader = torch.utils.data.DataLoader(new CountingDataset(rows), 100);
        var source = loader.ToBatchSource(batch => batch["data"]);
        var (one, other, alone) = (Rbm.Bernoulli(8, 6, seed: 2), Rbm.Bernoulli(8, 6, seed: 2), Rbm.Bernoulli(8, 6, seed: 2));
        _ = alone.Fit(source, Options);
        using var first = one.StartTraining(source, Options);
        using var second = other.StartTraining(source, Options);
        for (var epoch = 0; epoch < 3; epoch++)
        {
            _ = first.Train(epochs: 1);
            _ = second.Train(epochs: 1);
        }

        Same(one, alone);
        Same(other, alone);
    }

    [Fact]
    public void A_count_that_is_wrong_is_named()
    {
        using var scope = torch.NewDisposeScope();
        var (rows, _) = Data(50);
        var rbm = Rbm.Bernoulli(8, 6);
        using var few = torch.utils.data.DataLoader(new CountingDataset(rows), 10, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
        Refused(() => rbm.Fit(few.ToBatchSource(batch => batch["data"])), "Expected 5 batches, found 2. A loader counts*say how many batches*epoch 1*");
        Refused(() => rbm.Fit(few.ToBatchSource(batch => batch["data"], batches: 1)), "Expected 1 batches, found more.*");
        rbm.Fit(few.ToBatchSource(batch => batch["data"], batches: 2)).Epochs.Should().NotBeEmpty();
        using var none = torch.utils.data.DataLoader(new CountingDataset(torch.zeros(0, 8)), 10);
        Refused(() => rbm.Fit(none.ToBatchSource(batch => batch["data"])), "Expected a source of at least one batch, found 0.*");
        Refused(() => new CountingDataset(torch.zeros(0, 8)).ToBatchSource(10, item => item["data"]), "*at least one item*dataset*");
        Refused(() => few.ToBatchSource(batch => batch["data"], batches: 0), "Expected 1 or more*batches*");

        var arrays = Enumerable.Range(0, 25).Select(_ => new float[8]);
        Refused(() => rbm.Fit(arrays.ToBatchSource(10, count: 26)), "Expected 26 rows in an epoch, found 25. Say how many rows*batch 3 of epoch 1*");
        Refused(() => rbm.Fit(arrays.ToBatchSource(10, count: 45)), "Expected 45 rows in an epoch, found 25.*batch 3 of epoch 1*");
        Refused(() => arrays.Where(_ => true).ToBatchSource(10), "Expected a sequence that knows how many rows it has*say how many*count*");
        Refused(() => Array.Empty<float[]>().ToBatchSource(10), "Expected at least one row*rows*");
        Refused(() => arrays.ToBatchSource(0), "Expected 1 or more*batchSize*");
        float[][] ragged = [new float[8], new float[8], new float[7]];
        Refused(() => rbm.Fit(ragged.ToBatchSource(10)), "Row 3: expected 8 numbers, found 7.*batch 1 of epoch 1*");
        var source = ragged.ToBatchSource(1);
        var outOfOrder = () => source.Read(1, 2);
        outOfOrder.Should().Throw<InvalidOperationException>().WithMessage("*in order*batch 2 of epoch 1*");

        static void Refused(Func<object> call, string message) => call.Should().Throw<ArgumentException>().WithMessage(message);
    }

    [Fact]
    public void Sequences_have_the_type_of_a_model()
    {
        using var scope = torch.NewDisposeScope();
        float[][] rows = [[0, 1], [1, 1], [1, 0]];
        var rbm = Rbm.Bernoulli(2, 3, dtype: ScalarType.Float64);
        rbm.Fit(rows.ToBatchSource(2, dtype: ScalarType.Float64)).Epochs.Should().NotBeEmpty();
        Enumeration.Read(rows.ToBatchSource(2, dtype: ScalarType.Float64).Read(1, 1)).Should().Equal(0, 1, 1, 1);
    }

    private static void Same(torch.nn.Module found, torch.nn.Module expected)
    {
        foreach (var (key, tensor) in expected.state_dict())
            Near.SameBits(found.state_dict()[key], tensor).Should().BeTrue(key);
    }

    private static IEnumerable<float[]> Streamed(IEnumerable<float[]> rows, Action left)
    {
        try
        {
            foreach (var row in rows)
                yield return row;
        }
        finally
        {
            left();
        }
    }

    private static Classifier Network() => Classifier.Random([8, 10], 3, seed: 2, dropout: new(Input: 0.2, Hidden: 0.5));

    private static (Tensor Rows, Tensor Labels) Data(int count)
    {
        var rows = Make.Bits(1, count, 8).to(ScalarType.Float32);
        return (rows, (rows.select(1, 0) + rows.select(1, 3)).to(ScalarType.Int64));
    }

    private sealed class Slices(Tensor rows, Tensor labels) : ILabelledBatchSource
    {
        public int Batches => (int)rows.shape[0] / 16;

        public (Tensor Inputs, Tensor Labels) Read(int epoch, int batch) => (rows.narrow(0, 16 * (batch - 1), 16), labels.narrow(0, 16 * (batch - 1), 16));
    }
}
