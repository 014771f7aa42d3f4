using DeepBelief.Files;
using DeepBelief.Tests.Support;
using DeepBelief.Units;

namespace DeepBelief.Tests.Persistence;

public sealed class ModelFileTests
{
    public static TheoryData<string, ModelFormat> Kinds
    {
        get
        {
            var kinds = new TheoryData<string, ModelFormat>();
            foreach (var kind in UnitCases.Names)
            {
                foreach (var format in Formats.General)
                    kinds.Add(kind, format);
            }

            return kinds;
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_machine_comes_back_bit_for_bit(string kind, ModelFormat format)
    {
        using var folder = new TemporaryFolder();
        using var rbm = Make.Rbm(kind, 6, kind, 3);
        rbm.Save(folder.File("rbm.pt"), format);
        using var again = Rbm.Load(folder.File("rbm.pt"));
        (again.Visible.Description, again.Hidden.Description).Should().Be((rbm.Visible.Description, rbm.Hidden.Description));
        (again.Visible.GetType(), again.Hidden.GetType()).Should().Be((rbm.Visible.GetType(), rbm.Hidden.GetType()));
        again.Weight.dtype.Should().Be(ScalarType.Float64);
        ShouldBeSame(again, rbm);
        again.parameters().Should().OnlyContain(p => p.requires_grad);
    }

    [Fact]
    public void A_disposed_model_replaces_no_file()
    {
        using var scope = torch.NewDisposeScope();
        using var folder = new TemporaryFolder();
        var (rbm, dbn, net) = (Rbm.Bernoulli(3, 2), Dbn.Bernoulli(3, 2, 2), Classifier.Random([3], 2));
        var path = folder.File("model");
        rbm.Save(path);
        var before = File.ReadAllBytes(path);
        using var whole = Dbn.Bernoulli(3, 2, 2);
        var (half, dbm, deep, joint) = (Rbm.Bernoulli(3, 2), Dbm.Bernoulli(3, 2, 2), Dbm.Bernoulli(3, 2, 2), ClassificationRbm.Bernoulli(3, 2, 2));
        var (topless, floating) = (ClassificationDbn.Bernoulli([3, 2, 2], 2), ClassificationDbn.Bernoulli([3, 2, 2], 2));
        var (untied, autoencoder, regressor, labels) = (whole.Untie(), whole.ToAutoencoder(), whole.ToRegressor(2), whole.ToMultiLabelClassifier(2));
        var parts = new torch.nn.Module[]
        {
            rbm, dbn.Layers[1], net, half.Hidden, dbm, deep.Hidden[1], joint, topless.Top, floating.Layers[0], untied.Layers[0].Hidden, autoencoder.Decoder, regressor, labels.Modules[0],
        };
        foreach (var part in parts)
            part.Dispose();
        foreach (var format in ModelFormat.All)
        {
            var saves = new Action[]
            {
                () => rbm.Save(path, format), () => dbn.Save(path, format), () => net.Save(path, format), () => half.Save(path, format),
                () => dbm.Save(path, format), () => deep.Save(path, format), () => joint.Save(path, format),
                () => topless.Save(path, format), () => floating.Save(path, format), () => untied.Save(path, format),
                () => autoencoder.Save(path, format), () => regressor.Save(path, format), () => labels.Save(path, format),
            };
            saves.Should().AllSatisfy(save => save.Should().Throw<ObjectDisposedException>());
        }

        // Nor does it compute with what is left of it.
        var v = torch.zeros(1, 3);
        foreach (var call in new Func<object>[]
        {
            () => dbn.Transform(v), () => dbn.Sample(1, 1), () => topless.TransformToTop(v), () => floating.Predict(v), () => floating.TransformToTop(v),
            () => untied.TransformToTop(v), () => untied.Sample(1, 1), () => autoencoder.Encode(v), () => deep.Sample(1, 1), () => deep.ToRbm(), () => labels.Predict(v),
        })
            call.Should().Throw<ObjectDisposedException>();

        File.ReadAllBytes(path).Should().Equal(before);
        Directory.GetFiles(folder.Path).Should().ContainSingle();
    }

    [Fact]
    public void A_network_comes_back_bit_for_bit()
    {
        using var folder = new TemporaryFolder();
        using var dbn = Dbn.Gaussian([6, 4, 3], WeightInitialization.Normal(1), seed: 2);
        dbn.Save(folder.File("dbn.pt"));
        using var again = Dbn.Load(folder.File("dbn.pt"));
        again.Layers.Select(l => (l.VisibleSize, l.HiddenSize)).Should().Equal((6, 4), (4, 3));
        again.Layers[0].Visible.Should().BeOfType<GaussianUnits>();
        ShouldBeSame(again, dbn);
    }

    [Fact]
    public void A_classifier_comes_back_bit_for_bit()
    {
        using var scope = torch.NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var net = Classifier.Random([6, 4, 3], 5, seed: 2);
        net.Save(folder.File("net.pt"));
        using var again = Classifier.Load(folder.File("net.pt"));
        ShouldBeSame(again, net);
        var x = torch.ones(2, 6);
        again.forward(x).ShouldBeNear(net.forward(x), 0);
    }

    [Fact]
    public void A_loaded_machine_trains_on()
    {
        using var scope = torch.NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var rbm = Rbm.Bernoulli(4, 3);
        rbm.Save(folder.File("rbm.pt"));
        using var again = Rbm.Load(folder.File("rbm.pt"));
        var data = Make.Bits(1, 50, 4).to(ScalarType.Float32);
        _ = rbm.Fit(data, new() { Epochs = 2 });
        _ = again.Fit(data, new() { Epochs = 2 });
        ShouldBeSame(again, rbm);
    }

    [Fact]
    public void A_file_of_another_kind_is_refused_by_name()
    {
        using var folder = new TemporaryFolder();
        using var rbm = Rbm.Bernoulli(4, 3);
        rbm.Save(folder.File("rbm.pt"));
        var load = () => Dbn.Load(folder.File("rbm.pt"));
        load.Should().Throw<DataFormatException>().WithMessage("*rbm.pt*model*'dbn'*'rbm'*");
    }

    [Fact]
    public void A_state_that_does_not_fit_is_refused_with_all_that_is_wrong()
    {
        using var scope = torch.NewDisposeScope();
        using var folder = new TemporaryFolder();
        Refused(
            Content(Units("bernoulli", 2), Units("bernoulli", 3), ("weight", torch.zeros(3, 2)), ("visible.bias", torch.zeros(5)), ("extra", torch.zeros(1))),
            "*expected hidden.bias, found none*found extra*visible.bias: expected shape [2], found [5]*");
        Refused(Content(Units("bernoulli", 2), Units("bernoulli", 9), ("weight", torch.zeros(3, 2))), "*weight*[9, 2]*[3, 2]*");
        Refused(Content(Units("cosine", 2), Units("bernoulli", 3), ("weight", torch.zeros(3, 2))), "*visible/kind: expected one of bernoulli, binomial, *found cosine*");
        RefusedUnits(Units("binomial", 2), "*visible/trials: expected an integer, found nothing*");
        RefusedUnits(Units("binomial", 2, "trials", 0L), "*visible/trials: expected 1 to 16777216, found 0*");
        RefusedUnits(Units("binomial", 2, "trials", long.MaxValue), "*visible/trials: expected 1 to 16777216, found 9223372036854775807*");
        RefusedUnits(Units("softmax", 2, "categories", 0L), "*visible/categories: expected 1 to 2, found 0*");
        RefusedUnits(Units("softmax", 6, "categories", 4L), "*visible/categories: expected a divisor of the size, 6, found 4*");
        RefusedUnits(Units("composite", 2), "*visible/parts: expected a list, found nothing*");
        RefusedUnits(Units("composite", 2, "parts", new List<object?>()), "*visible/parts: expected sizes that sum to 2, found 0*");
        RefusedUnits(Units("composite", 2, "parts", new List<object?> { Units("bernoulli", 3), Units("bernoulli", -1) }), "*parts?1?/size: expected 1 or more, found -1*");
        RefusedUnits(
            Units("composite", 2, "parts", new List<object?> { Units("bernoulli", long.MaxValue), Units("bernoulli", long.MaxValue) }),
            "*visible/parts: expected sizes that sum to 2, found 18446744073709551614*");
        RefusedUnits(
            Units("composite", 2, "parts", new List<object?> { Units("composite", 2, "parts", new List<object?> { Units("bernoulli", 2) }) }),
            "*parts?0?/kind: expected a part that is no composite, found composite*");
        Refused(Content(null, Units("bernoulli", 3), ("weight", torch.zeros(3, 2))), "*config/visible*dictionary*nothing*");
        Refused(
            Content(Units("bernoulli", 2), Units("bernoulli", 3), ("weight", torch.zeros(3, 2, ScalarType.Int64)), ("visible.bias", torch.zeros(2)), ("hidden.bias", torch.zeros(3))),
            "*weight: expected elements of type Float32 or Float64*Int64*");
        Refused(new List<object?> { 1L }, "*file: expected a rbm saved by this library *found a list.");
        Refused(new Dictionary<string, object?> { ["format"] = "Other" }, "*format*'DeepBelief'*'Other'*");

        void Refused(object content, string message)
        {
            PtFile.Save(folder.File("bad.pt"), content);
            var load = () => Rbm.Load(folder.File("bad.pt"));
            load.Should().Throw<DataFormatException>().WithMessage(message);
        }

        void RefusedUnits(Dictionary<string, object?> units, string message)
            => Refused(Content(units, Units("bernoulli", 3), ("weight", torch.zeros(3, (long)units["size"]!))), message);

        static Dictionary<string, object?> Units(string kind, long size, string? setting = null, object? value = null)
        {
            var units = new Dictionary<string, object?> { ["kind"] = kind, ["size"] = size };
            if (setting is not null)
                units.Add(setting, value);
            return units;
        }

        static Dictionary<string, object?> Content(object? visible, object? hidden, params (string Key, Tensor Value)[] state) => new()
        {
            ["format"] = "DeepBelief",
            ["version"] = 1,
            ["model"] = "rbm",
            ["config"] = new Dictionary<string, object?> { ["visible"] = visible, ["hidden"] = hidden },
            ["state_dict"] = state.ToDictionary(s => s.Key, s => s.Value),
        };
    }

    [Fact]
    public void A_classifier_whose_modules_do_not_fit_together_is_refused()
    {
        using var scope = torch.NewDisposeScope();
        using var folder = new TemporaryFolder();
        PtFile.Save(folder.File("bad.pt"), new Dictionary<string, object?>
        {
            ["format"] = "DeepBelief",
            ["version"] = 1,
            ["model"] = "classifier",
            ["config"] = new Dictionary<string, object?>
            {
                ["modules"] = new[] { "linear", "linear" }.Select(kind => new Dictionary<string, object?> { ["kind"] = kind }).ToList(),
            },
            ["state_dict"] = new Dictionary<string, object?>
            {
                ["0.weight"] = torch.zeros(3, 2),
                ["0.bias"] = torch.zeros(3),
                ["1.weight"] = torch.zeros(2, 5),
                ["1.bias"] = torch.zeros(2),
            },
        });
        var load = () => Classifier.Load(folder.File("bad.pt"));
        load.Should().Throw<DataFormatException>().WithMessage("*3 inputs*5*");
    }

    [Fact]
    public void A_file_from_a_later_version_is_refused()
    {
        using var folder = new TemporaryFolder();
        PtFile.Save(folder.File("later.pt"), new Dictionary<string, object?>
        {
            ["format"] = "DeepBelief",
            ["version"] = 99,
            ["model"] = "rbm",
        });
        var load = () => Rbm.Load(folder.File("later.pt"));
        load.Should().Throw<DataFormatException>().WithMessage("*version*at most 1*99*");
    }

    [SkippableFact]
    [Trait("Category", "Slow")]
    public void PyTorch_reads_what_the_library_writes()
    {
        using var folder = new TemporaryFolder();
        using var rbm = Rbm.Gaussian(3, 2, WeightInitialization.Normal(1), seed: 5);
        using var net = Classifier.Random([3, 4], 2, seed: 6);
        rbm.Save(folder.File("rbm.pt"));
        net.Save(folder.File("net.pt"));
        var printed = Python.Run(
            """
            content = torch.load(sys.argv[1], weights_only=True)
            print(content['format'], content['version'], content['model'], content['config']['visible'], sorted(content['state_dict']))
            print(repr(content['state_dict']['weight'].double().sum().item()))
            net = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Sigmoid(), torch.nn.Linear(4, 2))
            net.load_state_dict(torch.load(sys.argv[2])['state_dict'])
            print(repr(net(torch.tensor([[1., 2., 3.]])).double().sum().item()))
            """,
            folder.File("rbm.pt"),
            folder.File("net.pt")).Split('\n');

        printed[0].Should().Be("DeepBelief 1 rbm {'kind': 'gaussian', 'size': 3} ['hidden.bias', 'visible.bias', 'visible.log_variance', 'weight']");
        using var scope = torch.NewDisposeScope();
        Parse(printed[1]).Should().BeApproximately(rbm.Weight.to(ScalarType.Float64).sum().ToDouble(), 1e-12);
        Parse(printed[2]).Should().BeApproximately(net.forward(torch.tensor(new[,] { { 1f, 2f, 3f } })).sum().ToDouble(), 1e-6);

        static double Parse(string text) => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
    }

    private static void ShouldBeSame(torch.nn.Module actual, torch.nn.Module expected)
    {
        var (a, e) = (actual.state_dict(), expected.state_dict());
        a.Keys.Should().BeEquivalentTo(e.Keys);
        e.Keys.Should().OnlyContain(key => Near.SameBits(a[key], e[key]));
    }
}
