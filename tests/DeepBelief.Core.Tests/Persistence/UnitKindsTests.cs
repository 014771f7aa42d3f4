using DeepBelief.Files;
using DeepBelief.Persistence;
using DeepBelief.Tests.Support;
using DeepBelief.Units;

namespace DeepBelief.Tests.Persistence;

public sealed class UnitKindsTests
{
    public static TheoryData<ModelFormat> General => [.. Formats.General];

    [Theory]
    [MemberData(nameof(General))]
    public void Units_of_a_users_own_come_back_from_files(ModelFormat format)
    {
        using var scope = torch.NewDisposeScope();
        using var folder = new TemporaryFolder();
        UnitKinds.Register(TruncatedExponentialUnits.KindName, (size, settings) => new TruncatedExponentialUnits(size, settings.GetDouble("most")));
        using var rbm = new Rbm(new CompositeUnits(new TruncatedExponentialUnits(3, 2.5), new BernoulliUnits(2)), new BernoulliUnits(4), WeightInitialization.Normal(0.5));
        var data = torch.cat([torch.rand([20, 3], ScalarType.Float32) * 2.5, Make.Bits(1, 20, 2).to(ScalarType.Float32)], 1);
        _ = rbm.Fit(data, new() { Epochs = 2, BatchSize = 5 });
        rbm.Save(folder.File("rbm"), format);

        using var again = Rbm.Load(folder.File("rbm"));
        var units = ((CompositeUnits)again.Visible).Parts[0].Should().BeOfType<TruncatedExponentialUnits>().Subject;
        units.Most.Should().Be(2.5);
        Near.SameBits(again.FreeEnergy(data).detach(), rbm.FreeEnergy(data).detach()).Should().BeTrue();
    }

    [Fact]
    public void A_kind_belongs_to_one_type()
    {
        var taken = () => UnitKinds.Register("bernoulli", (size, _) => new TruncatedExponentialUnits(size, 1));
        taken.Should().Throw<ArgumentException>().WithParameterName("kind").WithMessage("*'bernoulli'*BernoulliUnits*");
        // Again for the same type is no fault: two parts of a program may need it.
        UnitKinds.Register("bernoulli", (size, _) => new BernoulliUnits(size));
    }

    [Fact]
    public void A_file_with_settings_that_cannot_be_is_refused()
    {
        using var scope = torch.NewDisposeScope();
        using var folder = new TemporaryFolder();
        UnitKinds.Register(TruncatedExponentialUnits.KindName, (size, settings) => new TruncatedExponentialUnits(size, settings.GetDouble("most")));
        using var rbm = new Rbm(new TruncatedExponentialUnits(3, 2.5), new BernoulliUnits(4));
        rbm.Save(folder.File("rbm"), ModelFormat.Safetensors);
        using var content = SafetensorsFile.Load(folder.File("rbm"));
        var metadata = content.Metadata.ToDictionary(text => text.Key, text => text.Value.Replace("\"most\"", "\"least\"", StringComparison.Ordinal));
        SafetensorsFile.Save(folder.File("other"), content.Tensors, metadata);
        var load = () => Rbm.Load(folder.File("other"));
        load.Should().Throw<DataFormatException>().WithMessage("*config/visible/most: expected a number, found nothing.");
    }

    /// <summary>x in [0, most] with E(x) = -b x: a user's units, after Bengio, Lamblin, Popovici and Larochelle 2007.</summary>
    private sealed class TruncatedExponentialUnits : UnitLayer
    {
        public const string KindName = "truncated exponential";

        private readonly Parameter bias;

        public TruncatedExponentialUnits(long size, double most)
            : base(KindName, size)
        {
            Most = most;
            bias = new Parameter(torch.full(size, 0.5f));
            RegisterComponents();
        }

        public double Most { get; }

        public override UnitSupport Support => UnitSupport.NonNegative;

        public override IReadOnlyDictionary<string, object?> Settings => new Dictionary<string, object?> { ["most"] = Most };

        public override Tensor Energy(Tensor states) => -states.mv(bias);

        public override Tensor CumulantGenerator(Tensor inputs) => (((Most * (inputs + bias)).exp() - 1) / (inputs + bias)).log().sum(1);

        public override Tensor Mean(Tensor inputs) => (Most / (1 - (-Most * (inputs + bias)).exp())) - (1 / (inputs + bias));

        public override Tensor Variance(Tensor inputs) => (1 / (inputs + bias).square()) - (Most * Most / (4 * (Most / 2 * (inputs + bias)).sinh().square()));

        public override Tensor Sample(Tensor inputs, Generator? generator = null)
            => (torch.rand(inputs.shape, inputs.dtype, generator: generator) * ((Most * (inputs + bias)).exp() - 1)).log1p() / (inputs + bias);

        public override void AccumulateEnergyGradient(Tensor states, double scale) => Add(states, -scale);

        public override void AccumulateCumulantGradient(Tensor inputs, Tensor means, double scale) => Add(means, scale);

        public override void InitializeFromData(Tensor data)
        {
        }

        private void Add(Tensor values, double scale)
        {
            using var noGrad = torch.no_grad();
            using var scope = torch.NewDisposeScope();
            bias.grad = (bias.grad is { } before ? before + (values.sum(dim: 0) * scale) : values.sum(dim: 0) * scale).DetachFromDisposeScope();
        }
    }
}
