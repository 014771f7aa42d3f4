using DeepBelief.Tests.Oracles;
using DeepBelief.Tests.Support;

namespace DeepBelief.Tests.Evaluation;

/// <summary>Eight threads that call one model at once get the bits that one gets.</summary>
public sealed class ConcurrentInferenceTests
{
    private const int Threads = 8;
    private const int Calls = 25;

    private static readonly DropoutRates Dropout = new(0.2, 0.5);

    [Fact]
    public void Classifiers_with_dropout()
    {
        using var net = Randomised(Classifier.Random([20, 30], 4, dropout: Dropout));
        net.train();
        Same(rows => net.PredictProbabilities(rows), rows => Numbers(net.PredictProbabilities(rows)));
        Same(rows => net.Predict(rows).Select(label => new[] { (float)label }), rows => Numbers(net.Predict(rows)));
        net.training.Should().BeTrue();
        net.Modules.Should().OnlyContain(module => module.training, "the modes are the caller's again");
    }

    [Fact]
    public void Regressors_with_dropout()
    {
        using var net = Randomised(Regressor.Random([20, 30], 2, dropout: Dropout));
        Same(rows => net.Predict(rows), rows => Numbers(net.Predict(rows)));
    }

    [Fact]
    public void Classifiers_of_several_labels_with_dropout()
    {
        using var net = Randomised(MultiLabelClassifier.Random([20, 30], 3, dropout: Dropout));
        Same(rows => net.PredictProbabilities(rows), rows => Numbers(net.Predict(rows)));
    }

    [Fact]
    public void Any_module_with_dropout()
    {
        using var net = Randomised(torch.nn.Sequential(torch.nn.Linear(20, 10), torch.nn.Dropout(0.5), torch.nn.BatchNorm1d(10), torch.nn.Linear(10, 3)));
        Same(_ => [], rows => Numbers(ClassifierEvaluation.PredictProbabilities(net, rows)));
    }

    [Fact]
    public void Machines()
    {
        using var rbm = Randomised(Rbm.Bernoulli(20, 30));
        Same(rows => rbm.Transform(rows), rows => Numbers(rbm.Transform(rows)));
        Same(rows => rbm.Reconstruct(rows), rows => Numbers(rbm.Reconstruct(rows)));
        Same(rows => [Floats(rbm.FreeEnergy(rows))], rows => Numbers(rbm.FreeEnergy(rows)));
    }

    // Of a size that torch and the library split among their threads.
    [Fact]
    public void Large_machines()
    {
        using var rbm = Randomised(Rbm.Gaussian(400, 500));
        Same(rows => rbm.Transform(rows), rows => Numbers(rbm.Transform(rows)), columns: 400, calls: 3);
        using var labelled = Randomised(ClassificationRbm.Bernoulli(400, 500, 10));
        Same(rows => labelled.PredictProbabilities(rows), rows => Numbers(labelled.PredictProbabilities(rows)), columns: 400, calls: 3);
    }

    [Fact]
    public void Networks()
    {
        using var dbn = Randomised(Dbn.Bernoulli(20, 30, 10));
        Same(rows => dbn.Transform(rows), rows => Numbers(dbn.Transform(rows)));
        Same(rows => dbn.Reconstruct(rows), rows => Numbers(dbn.Reconstruct(rows)));
    }

    [Fact]
    public void Deep_Boltzmann_machines()
    {
        using var dbm = Randomised(Dbm.Bernoulli(20, 15, 10));
        Same(rows => dbm.Transform(rows), rows => Numbers(dbm.Transform(rows)));
        Same(rows => dbm.Reconstruct(rows), rows => Numbers(dbm.Reconstruct(rows)));
        Same(rows => [Floats(dbm.FreeEnergyBound(rows))], rows => Numbers(dbm.FreeEnergyBound(rows)));
    }

    [Fact]
    public void Machines_with_labels()
    {
        using var model = Randomised(ClassificationRbm.Bernoulli(20, 30, 4));
        Same(rows => model.PredictProbabilities(rows), rows => Numbers(model.Predict(rows)));
        Same(rows => model.Transform(rows), rows => Numbers(model.Transform(rows)));
        Same(rows => [Floats(model.FreeEnergy(rows))], rows => Numbers(model.FreeEnergy(rows)));
        using var deep = Randomised(ClassificationDbn.Bernoulli([20, 15, 10], 4));
        Same(rows => deep.PredictProbabilities(rows), rows => Numbers(deep.Predict(rows)));
    }

    [Fact]
    public void Autoencoders()
    {
        using var dbn = Randomised(Dbn.Bernoulli(20, 30, 5));
        using var autoencoder = dbn.ToAutoencoder();
        Same(rows => autoencoder.Encode(rows), rows => Numbers(autoencoder.Encode(rows)));
        Same(rows => autoencoder.Reconstruct(rows), rows => Numbers(autoencoder.forward(rows)));
        Same(rows => [Floats(autoencoder.Losses(rows))], rows => Numbers(autoencoder.Losses(rows)));
    }

    [Fact]
    public void Samples_of_generators_of_their_own()
    {
        using var rbm = Randomised(Rbm.Bernoulli(20, 30));
        Same(_ => [], rows =>
        {
            using var generator = new Generator((ulong)rows.sum().item<float>());
            return Numbers(rbm.Sample(count: 5, steps: 3, start: rows.narrow(0, 0, 5), generator: generator));
        });
    }

    /// <summary>All threads begin at once; each has rows of its own, so that one that got another's would show.</summary>
    private static void Same(Func<float[][], IEnumerable<float[]>> ofArrays, Func<Tensor, double[]> ofTensors, long columns = 20, int calls = Calls)
    {
        var rows = Enumerable.Range(0, Threads).Select(i => Rows(i, columns)).ToArray();
        var expected = Array.ConvertAll(rows, Results);
        expected.Select(result => result.Arrays.Sum(value => value * value) + result.Tensors.Sum(value => value * value)).Distinct().Should().HaveCountGreaterThan(1);

        using var barrier = new Barrier(Threads);
        var differ = 0;
        Task.WaitAll([.. Enumerable.Range(0, Threads).Select(i => Task.Factory.StartNew(() => Compare(i), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))]);
        differ.Should().Be(0, "of {0} calls", Threads * calls);

        void Compare(int thread)
        {
            barrier.SignalAndWait();
            for (var call = 0; call < calls; call++)
            {
                var (arrays, tensors) = Results(rows[thread]);
                if (!arrays.SequenceEqual(expected[thread].Arrays) || !tensors.SequenceEqual(expected[thread].Tensors))
                    _ = Interlocked.Increment(ref differ);
            }
        }

        (float[] Arrays, double[] Tensors) Results(float[][] own)
        {
            using var scope = torch.NewDisposeScope();
            return ([.. ofArrays(own).SelectMany(row => row)], ofTensors(torch.tensor(own.SelectMany(row => row).ToArray()).reshape(own.Length, -1)));
        }
    }

    private static TModel Randomised<TModel>(TModel model)
        where TModel : torch.nn.Module
    {
        Make.Randomise(model, 3, 0.3);
        return model;
    }

    private static float[][] Rows(int seed, long columns)
    {
        using var scope = torch.NewDisposeScope();
        return [.. Enumeration.Matrix(Make.Bits(seed, 40, columns)).Select(row => Array.ConvertAll(row, value => (float)value))];
    }

    private static float[] Floats(double[] values) => Array.ConvertAll(values, value => (float)value);

    private static double[] Numbers(Tensor values) => Enumeration.Read(values.detach().to(ScalarType.Float64));
}
