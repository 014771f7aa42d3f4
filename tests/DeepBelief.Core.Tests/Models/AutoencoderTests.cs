using DeepBelief.Evaluation;
using DeepBelief.Files;
using DeepBelief.Tests.Oracles;
using DeepBelief.Tests.Support;
using DeepBelief.Training;
using DeepBelief.Units;

namespace DeepBelief.Tests.Models;

public sealed class AutoencoderTests
{
    public static TheoryData<string, string> Unrolled => new()
    {
        { "bernoulli", "bernoulli" },
        { "gaussian", "bernoulli" },
        { "bernoulli", "gaussian" },
        { "spin", "spin" },
        { "gaussian", "gaussian" },
    };

    [Theory]
    [MemberData(nameof(Unrolled))]
    public void Before_training_it_reconstructs_what_the_network_does(string visible, string code)
    {
        using var scope = torch.NewDisposeScope();
        using var dbn = Network(visible, code);
        using var autoencoder = dbn.ToAutoencoder();
        var v = Rows(visible);
        autoencoder.forward(v).ShouldBeNear(dbn.Reconstruct(v), 1e-12);
        autoencoder.Encode(v).ShouldBeNear(dbn.Transform(v), 1e-12);
        autoencoder.Decode(dbn.Transform(v)).ShouldBeNear(dbn.Reconstruct(v), 1e-12);
        (autoencoder.VisibleSize, autoencoder.CodeSize).Should().Be((5L, 3L));

        // With weights of its own, which are not tied.
        var before = autoencoder.forward(v);
        using (torch.no_grad())
            dbn.Layers[0].Weight.zero_();
        Near.SameBits(autoencoder.forward(v), before).Should().BeTrue();
        using (torch.no_grad())
            autoencoder.Encoder.parameters().First().zero_();
        autoencoder.Decoder.parameters().Last(p => p.dim() == 2).abs().sum().ToDouble().Should().BeGreaterThan(0);
    }

    [Fact]
    public void One_group_of_categories_unrolls_to_a_softmax()
    {
        using var scope = torch.NewDisposeScope();
        using var classes = new Dbn(new Rbm(new SoftmaxUnits(1, 4), new BernoulliUnits(2), WeightInitialization.Normal(1), seed: 2));
        using var autoencoder = classes.ToAutoencoder();
        var v = torch.eye(4);
        autoencoder.forward(v).ShouldBeNear(classes.Reconstruct(v), 1e-6);
        var expected = -Enumeration.Matrix(autoencoder.forward(v)).Select((row, i) => Math.Log(row[i])).Average();
        autoencoder.Score(v).CrossEntropy.Should().BeApproximately(expected, 1e-6);
    }

    [Fact]
    public void Units_that_no_module_computes_are_refused_by_name()
    {
        using var codes = new Dbn(new Rbm(new BernoulliUnits(3), new BinomialUnits(4, 2)));
        codes.Invoking(dbn => dbn.ToAutoencoder()).Should().Throw<NotSupportedException>().WithMessage("*4 binomial*");
        using var rows = new Dbn(new Rbm(new CompositeUnits(new GaussianUnits(1), new BernoulliUnits(2)), new BernoulliUnits(2)));
        rows.Invoking(dbn => dbn.ToAutoencoder()).Should().Throw<NotSupportedException>().WithMessage("*3 composite*");
    }

    [Theory]
    [InlineData("bernoulli", ReconstructionLoss.CrossEntropy)]
    [InlineData("bernoulli", ReconstructionLoss.SquaredError)]
    [InlineData("spin", ReconstructionLoss.CrossEntropy)]
    [InlineData("gaussian", ReconstructionLoss.SquaredError)]
    public void A_step_of_training_is_along_the_literal_gradient(string visible, ReconstructionLoss loss)
    {
        using var scope = torch.NewDisposeScope();
        using var dbn = Network(visible, "gaussian");
        using var autoencoder = dbn.ToAutoencoder();
        var v = Rows(visible);
        var weights = torch.tensor(new[] { 1, 2, 0, 1, 0.5, 3, 1 }, ScalarType.Float64);
        var expected = CentralDifferences.Of(autoencoder, () => Literal(autoencoder, v, weights, loss));
        var before = Enumeration.Read(autoencoder);
        _ = autoencoder.FitAutoencoder(
            v,
            new() { Epochs = 1, BatchSize = 7, LearningRate = 1, Optimizer = new SgdSettings { Momentum = 0 }, Loss = loss },
            weights: weights);
        before.Zip(Enumeration.Read(autoencoder), (old, now) => old - now).ToArray().ShouldBeNear(expected, 1e-6);
    }

    [Fact]
    public void Scores_are_written_out_sums()
    {
        using var scope = torch.NewDisposeScope();
        using var dbn = Network("bernoulli", "bernoulli");
        using var autoencoder = dbn.ToAutoencoder();
        // More rows than one block has.
        var v = Make.Bits(3, 2100, 5);
        var weights = torch.arange(2100, ScalarType.Int64).remainder(3).to(ScalarType.Float64);
        var score = autoencoder.Score(v, weights);
        score.CrossEntropy.Should().BeApproximately(Literal(autoencoder, v, weights, ReconstructionLoss.CrossEntropy), 1e-10);
        score.SquaredError.Should().BeApproximately(Literal(autoencoder, v, weights, ReconstructionLoss.SquaredError), 1e-10);
        autoencoder.Losses(v).ShouldBeNear((v - autoencoder.forward(v)).pow(2).sum(1), 1e-12);
        autoencoder.Invoking(a => a.Score(v, torch.ones(3))).Should().Throw<ArgumentException>().WithMessage("*[2100]*[3]*");
    }

    [Fact]
    public void Cross_entropy_stays_finite_where_outputs_saturate()
    {
        using var scope = torch.NewDisposeScope();
        using var dbn = Dbn.Bernoulli(3, 2);
        using var autoencoder = dbn.ToAutoencoder();
        using (torch.no_grad())
            autoencoder.Decoder.get_parameter("0.bias")!.fill_(200);
        // Each of the three units costs 200 nats, while σ(200) is 1 in float32; the small weights add less than one nat.
        autoencoder.Score(torch.zeros(2, 3)).CrossEntropy.Should().BeApproximately(600, 1);
    }

    [Fact]
    public void Reals_have_no_cross_entropy()
    {
        using var scope = torch.NewDisposeScope();
        using var dbn = Dbn.Gaussian(3, 2);
        using var autoencoder = dbn.ToAutoencoder();
        var v = torch.randn(20, 3);
        autoencoder.Score(v).CrossEntropy.Should().BeNull();
        var fit = () => autoencoder.FitAutoencoder(v, new() { Loss = ReconstructionLoss.CrossEntropy });
        fit.Should().Throw<ArgumentException>().WithMessage("*SquaredError*reals*CrossEntropy*");
        using var bits = Dbn.Bernoulli(3, 2).ToAutoencoder();
        bits.Invoking(b => b.FitAutoencoder(torch.full(20, 3, 2f))).Should().Throw<ArgumentException>().WithMessage("*Binary*");
        bits.Invoking(b => b.FitAutoencoder(torch.full(20, 3, 0.5f), validation: torch.zeros(2, 4))).Should().Throw<ArgumentException>().WithMessage("*[batch, 3]*");
    }

    [Theory]
    [InlineData("bernoulli", "*in [0, 1]*")]
    [InlineData("spin", "*in [-1, 1]*")]
    [InlineData("softmax", "*4 categories to sum to 1*")]
    public void Rows_outside_the_range_of_the_outputs_are_refused_at_every_door(string visible, string message)
    {
        using var scope = torch.NewDisposeScope();
        UnitLayer units = visible switch { "bernoulli" => new BernoulliUnits(4), "spin" => new SpinUnits(4), _ => new SoftmaxUnits(1, 4) };
        using var dbn = new Dbn(new Rbm(units, new BernoulliUnits(2)));
        using var autoencoder = dbn.ToAutoencoder();
        var inside = torch.eye(4, dtype: ScalarType.Float32);
        var outside = inside.mul(255);
        var doors = new List<Action<Tensor>> { rows => autoencoder.Encode(rows), rows => autoencoder.Losses(rows), rows => autoencoder.Score(rows) };
        foreach (var loss in Enum.GetValues<ReconstructionLoss>())
        {
            var options = new AutoencoderTrainingOptions { Epochs = 1, Loss = loss };
            doors.Add(rows => autoencoder.Losses(rows, loss));
            doors.Add(rows => autoencoder.FitAutoencoder(rows, options));
            doors.Add(rows => autoencoder.FitAutoencoder(inside, options, validation: rows));
        }

        foreach (var door in doors)
        {
            door(inside);
            door.Invoking(enter => enter(outside)).Should().Throw<ArgumentException>().WithMessage(message);
        }

        autoencoder.Invoking(a => a.FitAutoencoder(outside)).Should().Throw<ArgumentException>().WithParameterName("data");
        autoencoder.Invoking(a => a.FitAutoencoder(torch.zeros(2, 3))).Should().Throw<ArgumentException>().WithParameterName("data");
        autoencoder.Decode(torch.full(1, 2, 255f)).shape.Should().Equal(1, 4);
        using var reals = Dbn.Gaussian(4, 2).ToAutoencoder();
        reals.Encode(outside).shape.Should().Equal(4, 2);
    }

    [Fact]
    public void A_number_that_is_no_loss_is_refused()
    {
        using var scope = torch.NewDisposeScope();
        using var dbn = Dbn.Bernoulli(4, 2);
        using var autoencoder = dbn.ToAutoencoder();
        autoencoder.Invoking(a => a.FitAutoencoder(torch.zeros(3, 4), new() { Loss = (ReconstructionLoss)7 })).Should().Throw<ArgumentOutOfRangeException>().WithMessage("*ReconstructionLoss*7*");
        autoencoder.Invoking(a => a.Losses(torch.zeros(3, 4), (ReconstructionLoss)7)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("loss");
    }

    [Fact]
    public void Training_finds_a_code_of_rows_that_have_one()
    {
        using var scope = torch.NewDisposeScope();
        // Eight bits that two decide: copies, negations and exclusive ors.
        var secret = Make.Bits(1, 400, 2).to(ScalarType.Float32);
        var v = torch.cat([secret, secret.neg().add(1), (secret.sum(1, keepdim: true) % 2).repeat(1, 4)], 1);
        using var dbn = new Dbn(Rbm.Bernoulli(8, 12, seed: 1), new Rbm(new BernoulliUnits(12), new GaussianUnits(2), seed: 2));
        _ = dbn.Fit(v, new() { Epochs = 5 });
        using var autoencoder = dbn.ToAutoencoder();
        var before = autoencoder.Score(v);
        var history = autoencoder.FitAutoencoder(v, new() { Epochs = 60, Patience = 20 }, validation: v);
        var after = autoencoder.Score(v);
        history.Best.Validation.Should().BeApproximately(after.CrossEntropy!.Value, 1e-6);
        after.SquaredError.Should().BeLessThan(0.1).And.BeLessThan(before.SquaredError / 5);
    }

    [Fact]
    public void A_source_trains_as_the_same_rows_in_memory_do()
    {
        using var scope = torch.NewDisposeScope();
        var v = Make.Bits(1, 40, 6).to(ScalarType.Float32);
        var options = new AutoencoderTrainingOptions { Epochs = 3, BatchSize = 10, EvaluationRows = 40 };
        using var dbn = Dbn.Bernoulli([6, 4], WeightInitialization.Normal(1));
        using var ofTensor = dbn.ToAutoencoder();
        using var ofSource = dbn.ToAutoencoder();
        _ = ofTensor.FitAutoencoder(v, options);
        _ = ofSource.FitAutoencoder(new ShuffledSource(v, options), options);
        Enumeration.Read(ofSource).Should().Equal(Enumeration.Read(ofTensor));
    }

    [SkippableFact]
    public void PyTorch_computes_the_same_from_the_state_dict()
    {
        using var scope = torch.NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var dbn = new Dbn(Rbm.Gaussian(5, 4), new Rbm(new BernoulliUnits(4), new GaussianUnits(3)));
        using var autoencoder = dbn.ToAutoencoder();
        Make.Randomise(autoencoder, 3, 0.7);
        var v = Make.Normal(1, 1, 6, 5).to(ScalarType.Float32);
        autoencoder.SaveStateDict(folder.File("state.pt"));
        PtFile.Save(folder.File("rows.pt"), v);
        _ = Python.Run(
            """
            n = torch.nn
            class Autoencoder(n.Module):
                def __init__(self):
                    super().__init__()
                    self.encoder = n.Sequential(n.Linear(5, 4), n.Sigmoid(), n.Linear(4, 3))
                    self.decoder = n.Sequential(n.Linear(3, 4), n.Sigmoid(), n.Linear(4, 5))
            net = Autoencoder()
            net.load_state_dict(torch.load(sys.argv[1]))
            code = net.encoder(torch.load(sys.argv[2]))
            torch.save({"code": code.detach(), "rows": net.decoder(code).detach()}, sys.argv[3])
            """,
            folder.File("state.pt"),
            folder.File("rows.pt"),
            folder.File("out.pt"));
        var there = (OrderedDictionary<object, object?>)PtFile.Load(folder.File("out.pt"))!;
        autoencoder.Encode(v).ShouldBeNear((Tensor)there["code"]!, 1e-5);
        autoencoder.forward(v).ShouldBeNear((Tensor)there["rows"]!, 1e-5);
    }

    [Fact]
    public void Halves_that_do_not_fit_are_no_autoencoder()
    {
        using var folder = new TemporaryFolder();
        using (var dbn = Dbn.Bernoulli(4, 3, 2))
        using (var autoencoder = dbn.ToAutoencoder())
            autoencoder.Save(folder.File("model"));
        var content = (OrderedDictionary<object, object?>)PtFile.Load(folder.File("model"))!;
        var state = (OrderedDictionary<object, object?>)content["state_dict"]!;
        state["decoder.0.weight"] = torch.zeros(3, 1);
        PtFile.Save(folder.File("model"), content);
        var load = () => Autoencoder.Load(folder.File("model"));
        load.Should().Throw<DataFormatException>().WithMessage("*decoder from 2 to 4 units*from 1 to 4*");
    }

    private static Dbn Network(string visible, string code) => new(Make.Rbm(visible, 5, "bernoulli", 4), Make.Rbm("bernoulli", 4, code, 3, seed: 7));

    private static Tensor Rows(string visible) => visible switch
    {
        "bernoulli" => Make.Bits(1, 7, 5),
        "spin" => Make.Bits(1, 7, 5).mul(2).sub(1),
        _ => Make.Normal(1, 1, 7, 5).abs(),
    };

    private static double Literal(Autoencoder autoencoder, Tensor v, Tensor weights, ReconstructionLoss loss)
    {
        using var scope = torch.NewDisposeScope();
        var (rows, outputs, w) = (Enumeration.Matrix(v), Enumeration.Matrix(autoencoder.forward(v)), Enumeration.Read(weights));
        var areSpins = autoencoder.Decoder.Modules[^1] is TorchSharp.Modules.Tanh;
        return rows.Select((row, i) => w[i] * row.Zip(outputs[i], Unit).Sum()).Sum() / w.Sum();

        double Unit(double x, double y)
        {
            if (loss == ReconstructionLoss.SquaredError)
                return (x - y) * (x - y);
            var (p, q) = areSpins ? ((1 + x) / 2, (1 + y) / 2) : (x, y);
            return -(p * Math.Log(q)) - ((1 - p) * Math.Log(1 - q));
        }
    }
}
