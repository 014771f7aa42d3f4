using DeepBelief.Data;
using DeepBelief.Tests.Oracles;
using DeepBelief.Tests.Support;

namespace DeepBelief.Tests.Training;

/// <summary>Dropout draws numbers of its run, whatever else draws from torch's default generator.</summary>
public sealed class DropoutTests
{
    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void What_others_draw_does_not_change_a_run(ScalarType dtype)
    {
        using var scope = torch.NewDisposeScope();
        var alone = Train(dtype, read: () => { });
        // As if another thread drew between the batches.
        Train(dtype, read: () => torch.rand(1).Dispose()).Should().Equal(alone);
        Train(dtype, read: () => { }, dropout: null).Should().NotEqual(alone, "dropout makes a difference");
    }

    [Theory]
    [InlineData(nameof(Classifier))]
    [InlineData(nameof(Autoencoder))]
    [InlineData(nameof(Regressor))]
    [InlineData(nameof(MultiLabelClassifier))]
    public void Two_runs_at_once_do_not_disturb_each_other(string network)
    {
        using var together = new Barrier(2);
        var alone = Train(network, () => { });
        var results = new double[2][];
        var threads = Enumerable.Range(0, 2).Select(i => new Thread(() => results[i] = Train(network, together.SignalAndWait))).ToArray();
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();
        results[0].Should().Equal(alone);
        results[1].Should().Equal(alone);
    }

    [Fact]
    public void The_callers_generator_stays_where_it_is()
    {
        using var scope = torch.NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var dbn = Dbn.Bernoulli(4, 3);
        using var trained = Classifier.Random([4, 3], 2);
        var path = folder.File("net");
        trained.Save(path);
        var before = State();
        using var random = Classifier.Random([4, 3], 2, dropout: new(0.2, 0.5));
        using var converted = dbn.ToClassifier(2);
        using var loaded = Classifier.Load(path);
        _ = random.FitClassifier(torch.ones(10, 4), torch.zeros(10, ScalarType.Int64), new() { Epochs = 2 });
        State().Should().Equal(before);

        using var deep = Dbn.Bernoulli(4, 3, 2);
        using var machine = Dbm.Bernoulli(4, 3, 2);
        using var single = Dbm.Bernoulli(4, 3);
        using var labelled = ClassificationDbn.Bernoulli([4, 3, 2], 2);
        foreach (var create in new Func<torch.nn.Module>[]
        {
            () => Regressor.Random([4, 3], 2, dropout: new(0.2, 0.5)), () => MultiLabelClassifier.Random([4, 3], 2, dropout: new(0.2, 0.5)),
            () => deep.ToRegressor(2), () => deep.ToMultiLabelClassifier(2), () => deep.ToAutoencoder(), deep.Untie, labelled.Untie,
            () => machine.ToClassifier(2), () => machine.ToAugmentedClassifier(2), single.ToRbm,
        })
        {
            create().Dispose();
            State().Should().Equal(before);
        }

        static byte[] State()
        {
            using var generator = Generator.Default;
            using var state = generator.get_state();
            return state.bytes.ToArray();
        }
    }

    private static double[] Train(string network, Action meet)
    {
        using var scope = torch.NewDisposeScope();
        var rows = Make.Bits(1, 40, 6).to(ScalarType.Float32);
        var (targets, rates) = (rows.narrow(1, 0, 2), new DropoutRates(0.2, 0.5));
        var meeting = Told.AfterEpochs(_ => meet());
        switch (network)
        {
            case nameof(Classifier):
                return Train(ScalarType.Float32, meet);
            case nameof(Autoencoder):
                using (var autoencoder = new Autoencoder([torch.nn.Dropout(0.5), Linear(6, 20)], [torch.nn.Dropout(0.5), Linear(20, 6), torch.nn.Sigmoid()]))
                {
                    _ = autoencoder.FitAutoencoder(rows, new() { Epochs = 40, BatchSize = 10 }, progress: meeting);
                    return Enumeration.Read(autoencoder);
                }

            case nameof(Regressor):
                using (var regressor = Regressor.Random([6, 20], 2, dropout: rates))
                {
                    _ = regressor.Fit(rows, targets, new() { Epochs = 40, BatchSize = 10 }, progress: meeting);
                    return Enumeration.Read(regressor);
                }

            default:
                using (var labels = MultiLabelClassifier.Random([6, 20], 2, dropout: rates))
                {
                    _ = labels.Fit(rows, targets, new() { Epochs = 40, BatchSize = 10 }, progress: meeting);
                    return Enumeration.Read(labels);
                }
        }

        static TorchSharp.Modules.Linear Linear(long inputs, long outputs)
            => FeedForwardNetwork.RandomLinear(inputs, outputs, new Generator(1), torch.CPU, ScalarType.Float32);
    }

    private static double[] Train(ScalarType dtype, Action read)
        => Train(dtype, read, new DropoutRates(0.2, 0.5));

    private static double[] Train(ScalarType dtype, Action read, DropoutRates? dropout)
    {
        using var scope = torch.NewDisposeScope();
        using var net = Classifier.Random([6, 20, 20], 2, dtype: dtype, dropout: dropout);
        _ = net.FitClassifier(new Source(Make.Bits(1, 40, 6).to(dtype), read), new() { Epochs = 4 });
        return [.. net.parameters().SelectMany(Enumeration.Read)];
    }

    private sealed class Source(Tensor rows, Action read) : ILabelledBatchSource
    {
        public int Batches => 4;

        public (Tensor Inputs, Tensor Labels) Read(int epoch, int batch)
        {
            read();
            return (rows.narrow(0, (batch - 1) * 10, 10), torch.arange(10, ScalarType.Int64, torch.CPU).remainder(2));
        }
    }
}
