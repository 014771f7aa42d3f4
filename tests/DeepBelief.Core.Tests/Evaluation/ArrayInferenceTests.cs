using DeepBelief.Evaluation;
using DeepBelief.Tests.Oracles;
using DeepBelief.Tests.Support;

namespace DeepBelief.Tests.Evaluation;

/// <summary>Models asked with arrays say what they say of tensors.</summary>
public sealed class ArrayInferenceTests : IDisposable
{
    private readonly DisposeScope scope = torch.NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void Arrays_give_what_tensors_give(ScalarType type)
    {
        var dropout = new DropoutRates(0.2, 0.5);
        var dbn = Randomised(Dbn.Bernoulli([6, 5, 4], dtype: type));
        var bits = Make.Bits(1, 23, 6).to(type);
        var net = Randomised(dbn.ToClassifier(3, dropout: dropout));
        Check(net.Predict(Rows(bits)), net.Predict(bits));
        net.Predict(Rows(bits)).Distinct().Should().HaveCountGreaterThan(1, "one class for all would prove little");
        Check(net.PredictProbabilities(Rows(bits)), net.PredictProbabilities(bits));
        var labels = Randomised(dbn.ToMultiLabelClassifier(4, dropout: dropout));
        Check([.. labels.Predict(Rows(bits)).Select(row => Array.ConvertAll(row, has => has ? 1f : 0))], labels.Predict(bits));
        Check(labels.PredictProbabilities(Rows(bits)), labels.PredictProbabilities(bits));
        var regressor = Randomised(dbn.ToRegressor(2, dropout: dropout));
        Check(regressor.Predict(Rows(bits)), regressor.Predict(bits));
        var autoencoder = dbn.ToAutoencoder();
        Check(autoencoder.Encode(Rows(bits)), autoencoder.Encode(bits));
        Check(autoencoder.Reconstruct(Rows(bits)), autoencoder.forward(bits).detach());
        Check(autoencoder.Losses(Rows(bits)), autoencoder.Losses(bits));
        Check(autoencoder.Losses(Rows(bits), ReconstructionLoss.CrossEntropy), autoencoder.Losses(bits, ReconstructionLoss.CrossEntropy));

        Check(dbn.Transform(Rows(bits)), dbn.Transform(bits));
        Check(dbn.Reconstruct(Rows(bits)), dbn.Reconstruct(bits));
        var rbm = dbn.Layers[0];
        Check(rbm.FreeEnergy(Rows(bits)), rbm.FreeEnergy(bits).detach());
        Check(rbm.Transform(Rows(bits)), rbm.Transform(bits));
        Check(rbm.Reconstruct(Rows(bits)), rbm.Reconstruct(bits));
        var gaps = bits.masked_fill(Make.Bits(2, 23, 6, 0.3).to(ScalarType.Bool), double.NaN);
        Check(rbm.TransformKnown(Rows(gaps)), rbm.TransformKnown(gaps));
        Check(rbm.ReconstructKnown(Rows(gaps)), rbm.ReconstructKnown(gaps));
        var dbm = Randomised(Dbm.Bernoulli([6, 5, 4], dtype: type));
        Check(dbm.FreeEnergyBound(Rows(bits)), dbm.FreeEnergyBound(bits));
        Check(dbm.Transform(Rows(bits)), dbm.Transform(bits));
        Check(dbm.Transform(Rows(bits), new() { MostSweeps = 1 }), dbm.Transform(bits, new() { MostSweeps = 1 }));
        Check(dbm.Reconstruct(Rows(bits)), dbm.Reconstruct(bits));

        var labelled = Randomised(ClassificationRbm.Bernoulli(6, 5, 3, dtype: type));
        Check(labelled.Predict(Rows(bits)), labelled.Predict(bits));
        Check(labelled.PredictProbabilities(Rows(bits)), labelled.PredictProbabilities(bits));
        Check(labelled.Transform(Rows(bits)), labelled.Transform(bits));
        using (torch.no_grad())
            Check(labelled.FreeEnergy(Rows(bits)), labelled.FreeEnergy(bits));
        var deep = Randomised(ClassificationDbn.Bernoulli([6, 5, 4], 3, dtype: type));
        Check(deep.Predict(Rows(bits)), deep.Predict(bits));
        Check(deep.PredictProbabilities(Rows(bits)), deep.PredictProbabilities(bits));
        var untied = deep.Untie();
        Check(untied.Predict(Rows(bits)), untied.Predict(bits));
        Check(untied.PredictProbabilities(Rows(bits)), untied.PredictProbabilities(bits));
        var neural = new NeuralEnergyModel(torch.nn.Sequential(torch.nn.Linear(6, 1, dtype: type)), 6);
        Check(neural.FreeEnergy(Rows(bits)), neural.FreeEnergy(bits).detach());
    }

    [Fact]
    public void Rows_may_come_in_any_shape()
    {
        var net = Randomised(Classifier.Random([3, 4], 3));
        // More than a block.
        var rows = Rows(Make.Bits(4, 2500, 3));
        var expected = net.PredictProbabilities(rows);
        float[] numbers = [.. rows.SelectMany(row => row)];
        var matrix = new float[2500, 3];
        Buffer.BlockCopy(numbers, 0, matrix, 0, 4 * numbers.Length);

        expected.Should().HaveCount(2500);
        Check(expected, net.PredictProbabilities(torch.tensor(matrix)));
        Check(net.PredictProbabilities(matrix), expected);
        Check(net.PredictProbabilities(rows.ToList()), expected);
        Check(net.PredictProbabilities(InputRows.Of(rows.Where(_ => true))), expected);
        Check(net.PredictProbabilities(InputRows.Of(rows)), expected);
        Check(net.PredictProbabilities(new InputRows(numbers, width: 3)), expected);
        // Products of few rows round otherwise.
        Check(net.PredictProbabilities(new InputRows(numbers.AsMemory().Span[30..60], width: 3)), expected[10..20], 1e-6);
        Check(net.PredictProbabilities(new InputRows(rows[7], width: 3)), expected[7..8], 1e-6);

        net.Predict(new float[0, 3]).Should().BeEmpty();
        net.Predict(Array.Empty<float[]>()).Should().BeEmpty();
        net.Predict(new InputRows([], width: 3)).Should().BeEmpty();
    }

    [Fact]
    public void What_does_not_fit_is_named()
    {
        var net = Classifier.Random([3, 4], 2);
        var rbm = Rbm.Bernoulli(3, 2);
        Refused(() => net.Predict(new float[2, 4]), "Expected rows of 3 numbers, found rows of 4.*rows*");
        Refused(() => net.Predict((float[][])[[1, 2, 3], [1, 2]]), "Row 2: expected 3 numbers, found 2.*rows*");
        Refused(() => net.Predict((float[][])[[1, 2, 3], null!]), "Row 2: expected 3 numbers, found null.*rows*");
        Refused(() => net.Predict(new InputRows(new float[7], width: 3)), "Expected whole rows of 3 numbers, found 7 numbers.*");
        Refused(() => net.Predict(new InputRows(new float[7], width: 0)), "*width*");
        Refused(() => net.Predict((float[][])[[1, float.NaN, 3]]), "Expected finite values*rows*");
        Refused(() => rbm.FreeEnergy((float[][])[[0, 2, 1]]), "Expected values in [0, 1]*rows*");
        Refused(() => rbm.TransformKnown((float[][])[[0, float.NaN, 2]]), "*in [0, 1]*rows*");
        Refused(() => net.Predict((float[][])null!), "*rows*");
        Refused(() => net.Predict(default(InputRows)), "*rows*");
        Refused(() => ((Rbm)null!).Transform((float[][])[[1]]), "*model*");
        Refused(() => Dbn.Bernoulli(3, 2, 2).Untie().Predict((float[][])[[1, 0, 1]]), "*network with labels at the top*");
        rbm.Dispose();
        var disposed = () => rbm.FreeEnergy((float[][])[[0, 1, 1]]);
        disposed.Should().Throw<ObjectDisposedException>();

        static void Refused(Func<object> call, string message) => call.Should().Throw<ArgumentException>().WithMessage(message);
    }

    [Fact]
    public void Nothing_stays_behind_and_modes_are_the_callers()
    {
        var net = Classifier.Random([6, 5], 3, dropout: new(0.5, 0.5));
        var autoencoder = Dbn.Bernoulli(6, 4).ToAutoencoder();
        var rbm = Rbm.Bernoulli(6, 4);
        var rows = Rows(Make.Bits(1, 9, 6));
        net.train();
        net.Modules[0].eval();
        bool[] modes = [net.training, .. net.Modules.Select(module => module.training)];
        modes.Should().Contain(true).And.Contain(false);
        All();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        All();
        DisposeScopeManager.Statistics.ThreadTotalLiveCount.Should().Be(before);
        net.Modules.Select(module => module.training).Prepend(net.training).Should().Equal(modes);
        net.parameters().Concat(rbm.parameters()).Should().OnlyContain(parameter => ReferenceEquals(parameter.grad, null));
        torch.is_grad_enabled().Should().BeTrue();

        void All()
        {
            _ = net.Predict(rows);
            _ = net.PredictProbabilities(rows);
            _ = autoencoder.Losses(rows);
            _ = autoencoder.Encode(rows);
            _ = rbm.FreeEnergy(rows);
            _ = rbm.Transform(rows);
            var refused = () => net.Predict(new float[1, 5]);
            refused.Should().Throw<ArgumentException>();
        }
    }

    private static TModel Randomised<TModel>(TModel model)
        where TModel : torch.nn.Module
    {
        Make.Randomise(model, 3, 0.8);
        return model;
    }

    private static float[][] Rows(Tensor rows) => [.. Enumeration.Matrix(rows).Select(row => Array.ConvertAll(row, value => (float)value))];

    private static void Check(int[] found, Tensor expected)
        => found.Should().Equal(expected.data<long>().ToArray().Select(label => (int)label));

    private static void Check(double[] found, Tensor expected) => found.Should().Equal(Enumeration.Read(expected));

    private static void Check(float[][] found, Tensor expected)
    {
        found.Should().HaveCount((int)expected.shape[0]).And.OnlyContain(row => row.Length == expected.shape[1]);
        found.SelectMany(row => row).Should().Equal(Enumeration.Read(expected.to(ScalarType.Float32)).Select(value => (float)value));
    }

    private static void Check(float[][] found, float[][] expected, double tolerance = 0)
    {
        found.Should().HaveSameCount(expected);
        Doubles(found).ShouldBeNear(Doubles(expected), tolerance);

        static double[] Doubles(float[][] rows) => [.. rows.SelectMany(row => row).Select(value => (double)value)];
    }
}
