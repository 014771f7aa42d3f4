using DeepBelief.Onnx.Tests.Support;
using DeepBelief.Units;

namespace DeepBelief.Onnx.Tests;

/// <summary>What can't be written is refused by name, before anything is written.</summary>
public sealed class RefusalTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("deepbelief-onnx-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Models_of_unknown_operators()
    {
        using var energy = new NeuralEnergyModel(torch.nn.Linear(2, 1), visible: 2);
        Refused<NotSupportedException>(energy, OnnxOutput.FreeEnergy, "*NeuralEnergyModel*");
        using var linear = torch.nn.Linear(2, 1);
        Refused<NotSupportedException>(linear, null, "*TorchSharp.Modules.Linear*");
    }

    [Fact]
    public void Units_of_a_users_own()
    {
        using var features = new Rbm(new BernoulliUnits(2), new OwnUnits(2));
        Refused<NotSupportedException>(features, OnnxOutput.Features, "*example.own units*");
        Refused<NotSupportedException>(features, OnnxOutput.FreeEnergy, "*example.own units*");
        using var part = new Rbm(new CompositeUnits(new BernoulliUnits(1), new OwnUnits(1)), new BernoulliUnits(2));
        Refused<NotSupportedException>(part, OnnxOutput.FreeEnergy, "*example.own units*");
        // Features need no operators of the visible units.
        using var file = new OnnxFile(part);
        using var rows = Make.Rows(new BernoulliUnits(2), 3);
        file.Deviation(rows, part.Transform(rows)).Should().BeLessThan(1e-5);
    }

    [Fact]
    public void Modules_of_unknown_operators()
    {
        using var rbm = new Rbm(new BernoulliUnits(2), new OwnUnits(2));
        using var net = rbm.ToClassifier(classes: 2);
        Refused<NotSupportedException>(net, null, "*TorchSharp.Modules.GELU as module 1*");
    }

    [Fact]
    public void Inference_that_is_a_loop()
    {
        using var dbm = Dbm.Bernoulli(4, 3, 2);
        Refused<NotSupportedException>(dbm, null, "*Dbm of one hidden layer*found one of 2*FeaturesAfter*");
        Refused<NotSupportedException>(dbm, OnnxOutput.Features, "*Dbm of one hidden layer*found one of 2*FeaturesAfter*");
    }

    [Fact]
    public void Outputs_that_the_model_does_not_have()
    {
        using var rbm = Rbm.Bernoulli(2, 2);
        Refused<ArgumentException>(rbm, OnnxOutput.Logits, "*an output of Rbm (Features, FreeEnergy, Reconstructions), found Logits*");
        Refused<ArgumentException>(rbm, OnnxOutput.FeaturesAfter(3), "*found FeaturesAfter*");
        using var regressor = Regressor.Random([2], targets: 1);
        Refused<ArgumentException>(regressor, OnnxOutput.Probabilities, "*Predictions*found Probabilities*");
        var none = () => OnnxOutput.FeaturesAfter(0);
        none.Should().Throw<ArgumentOutOfRangeException>();
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(1e39)]
    public void Parameters_that_are_not_finite_in_float32(double value)
    {
        using var rbm = Rbm.Bernoulli(2, 2, dtype: ScalarType.Float64);
        using (torch.no_grad())
            _ = ((BernoulliUnits)rbm.Hidden).Bias[0].fill_(value);
        Refused<ArgumentException>(rbm, null, "*finite in float32*hidden.bias*");
    }

    [Fact]
    public void Parameters_that_no_file_can_hold()
    {
        using var rbm = Rbm.Bernoulli(100, 50);
        var large = () => OnnxModel.Of(rbm, null, mostBytes: 20_000);
        large.Should().Throw<NotSupportedException>().WithMessage("*20000 bytes*");
        OnnxModel.Of(rbm, null, mostBytes: 20_200).Should().NotBeNull();
    }

    [Fact]
    public void Disposed_models()
    {
        var net = Classifier.Random([2], classes: 2);
        net.Dispose();
        Refused<ObjectDisposedException>(net, null, "*disposed*");
        var dbn = Dbn.Bernoulli(3, 2, 2);
        dbn.Layers[1].Dispose();
        Refused<ObjectDisposedException>(dbn, null, "*disposed*");
    }

    [Fact]
    public void Missing_arguments()
    {
        using var rbm = Rbm.Bernoulli(2, 2);
        ((Action)(() => rbm.SaveOnnx(string.Empty))).Should().Throw<ArgumentException>();
        ((Action)(() => rbm.SaveOnnx((Stream)null!))).Should().Throw<ArgumentNullException>();
        ((Action)(() => ((Rbm)null!).SaveOnnx(Path.Combine(folder, "none.onnx")))).Should().Throw<ArgumentNullException>();
        Directory.EnumerateFiles(folder).Should().BeEmpty();
    }

    private void Refused<TException>(torch.nn.Module model, OnnxOutput? output, string message)
        where TException : Exception
    {
        var path = Path.Combine(folder, "before.onnx");
        File.WriteAllText(path, "before");
        ((Action)(() => model.SaveOnnx(path, output))).Should().Throw<TException>().WithMessage(message);
        File.ReadAllText(path).Should().Be("before");
        ((Action)(() => model.SaveOnnx(Path.Combine(folder, "new.onnx"), output))).Should().Throw<TException>();
        Directory.EnumerateFiles(folder).Should().Equal(path);
        using var stream = new MemoryStream();
        ((Action)(() => model.SaveOnnx(stream, output))).Should().Throw<TException>();
        stream.Length.Should().Be(0);
    }

    /// <summary>Bits under another name, whose network has a module of no operator in the set.</summary>
    private sealed class OwnUnits : UnitLayer
    {
        private readonly BernoulliUnits bits;

        public OwnUnits(long size)
            : base("example.own", size)
        {
            bits = new(size);
            RegisterComponents();
        }

        public override UnitSupport Support => bits.Support;

        public override Tensor Energy(Tensor states) => bits.Energy(states);

        public override Tensor CumulantGenerator(Tensor inputs) => bits.CumulantGenerator(inputs);

        public override Tensor Mean(Tensor inputs) => bits.Mean(inputs);

        public override Tensor Variance(Tensor inputs) => bits.Variance(inputs);

        public override Tensor Sample(Tensor inputs, torch.Generator? generator = null) => bits.Sample(inputs, generator);

        public override void AccumulateEnergyGradient(Tensor states, double scale) => bits.AccumulateEnergyGradient(states, scale);

        public override void AccumulateCumulantGradient(Tensor inputs, Tensor means, double scale) => bits.AccumulateCumulantGradient(inputs, means, scale);

        public override void InitializeFromData(Tensor data) => bits.InitializeFromData(data);

        public override IReadOnlyList<torch.nn.Module<Tensor, Tensor>> ToFeedForward(Tensor weight) => [bits.ToFeedForward(weight)[0], torch.nn.GELU()];
    }
}
