using DeepBelief.Files;
using System.Globalization;
using DeepBelief.Persistence;
using DeepBelief.Tests.Support;
using DeepBelief.Units;
using TorchSharp.Modules;

namespace DeepBelief.Tests.Persistence;

public sealed class ModelFormatTests
{
    public static TheoryData<ModelFormat> OfMachines => [.. Formats.OfMachines];

    public static TheoryData<ModelFormat> Complete => [.. Formats.Complete];

    public static TheoryData<ModelFormat> General => [.. Formats.General];

    public static TheoryData<ModelFormat> StateDicts => [.. Formats.StateDicts];

    [Theory]
    [MemberData(nameof(OfMachines))]
    public void A_machine_comes_back_from_every_format(ModelFormat format)
    {
        using var folder = new TemporaryFolder();
        using var rbm = Make.Rbm("bernoulli", 5, "bernoulli", 3);
        rbm.Save(folder.File("rbm"), format);
        using var again = Rbm.Load(folder.File("rbm"));
        again.Visible.Should().BeOfType<BernoulliUnits>();
        ShouldBeSame(again, rbm);
    }

    [Theory]
    [MemberData(nameof(Complete))]
    public void A_network_comes_back_from_every_format(ModelFormat format)
    {
        using var folder = new TemporaryFolder();
        using var dbn = Dbn.Bernoulli([5, 4, 3], WeightInitialization.Normal(1), seed: 3);
        dbn.Save(folder.File("dbn"), format);
        using var again = Dbn.Load(folder.File("dbn"));
        again.Layers.Should().HaveCount(2);
        ShouldBeSame(again, dbn);
    }

    [Theory]
    [MemberData(nameof(General))]
    public void Gaussian_units_come_back_from_formats_of_every_model(ModelFormat format)
    {
        using var folder = new TemporaryFolder();
        using var dbn = Dbn.Gaussian([5, 4, 3], WeightInitialization.Normal(1), seed: 3);
        dbn.Save(folder.File("dbn"), format);
        using var again = Dbn.Load(folder.File("dbn"));
        again.Layers[0].Visible.Should().BeOfType<GaussianUnits>();
        ShouldBeSame(again, dbn);
    }

    [Theory]
    [MemberData(nameof(General))]
    public void A_classifier_comes_back_from_formats_of_every_model(ModelFormat format)
    {
        using var folder = new TemporaryFolder();
        using var net = Classifier.Random([5, 4], 3, seed: 3);
        net.Save(folder.File("net"), format);
        using var again = Classifier.Load(folder.File("net"));
        ShouldBeSame(again, net);
    }

    [Theory]
    [MemberData(nameof(General))]
    public void Batch_normalization_comes_back_from_formats_of_every_model(ModelFormat format)
    {
        using var folder = new TemporaryFolder();
        using var net = Normalized();
        var norm = net.Modules.OfType<BatchNorm1d>().Single();
        (norm.eps, norm.momentum) = (1e-3, null);
        net.Save(folder.File("net"), format);
        using var again = Classifier.Load(folder.File("net"));
        ShouldBeSame(again, net);
        again.Modules.OfType<BatchNorm1d>().Select(found => (found.eps, found.momentum)).Should().Equal((1e-3, null));
        using var clone = net.Clone();
        ShouldBeSame(clone, net);
        norm.num_batches_tracked!.item<long>().Should().Be(4);
    }

    [Theory]
    [MemberData(nameof(StateDicts))]
    public void The_state_of_any_format_fills_a_model_that_is_there(ModelFormat format)
    {
        using var folder = new TemporaryFolder();
        using var dbn = Dbn.Gaussian([5, 4, 3], WeightInitialization.Normal(1), seed: 3);
        dbn.Save(folder.File("dbn"), format);
        using var other = Dbn.Gaussian([5, 4, 3], WeightInitialization.Normal(1), seed: 4);
        other.LoadStateDict(folder.File("dbn"));
        ShouldBeSame(other, dbn);
    }

    // So the order in which formats are asked is of no account.
    [Theory]
    [MemberData(nameof(OfMachines))]
    public void A_file_is_taken_by_its_own_format_alone(ModelFormat format)
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Rbm.Bernoulli(3, 2);
        using var dbn = Dbn.Bernoulli(3, 2, 2);
        IsTakenBy(stream => rbm.Save(stream, format), "rbm", [format]);
        if (Formats.Complete.Contains(format))
            IsTakenBy(stream => dbn.Save(stream, format), "dbn", [format]);
        IsTakenBy(stream => rbm.Save(stream, ModelFormat.StateDict), "rbm", []);
    }

    [Fact]
    public void What_is_of_no_format_is_taken_by_none()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Rbm.Bernoulli(3, 2);
        using var whole = new MemoryStream();
        rbm.Save(whole, ModelFormat.Safetensors);
        IsTakenBy(stream => stream.Write("12345678{\"weight\":1}"u8), "rbm", []);
        IsTakenBy(stream => PtFile.Save(stream, new List<object?> { 1, 2 }), "dbn", []);
        IsTakenBy(stream => PtFile.Save(stream, new Dictionary<string, object?> { ["format"] = "Other" }), "rbm", []);
        IsTakenBy(stream => SafetensorsFile.Save(stream, rbm.state_dict()), "rbm", []);
        IsTakenBy(WriteZip, "rbm", []);
    }

    [Fact]
    public void A_zip_archive_of_something_else_is_refused_by_what_it_lacks()
    {
        using var folder = new TemporaryFolder();
        using (var stream = File.Create(folder.File("zip")))
            WriteZip(stream);
        using var rbm = Rbm.Bernoulli(3, 2);
        foreach (var load in new Action[] { () => Rbm.Load(folder.File("zip")), () => Classifier.Load(folder.File("zip")), () => rbm.LoadStateDict(folder.File("zip")) })
            load.Should().Throw<DataFormatException>().WithMessage("*zip: Expected a PyTorch file, an .npz file or a safetensors file, found a zip archive with neither the entry data.pkl of a PyTorch file nor arrays alone.");
    }

    [Theory]
    [MemberData(nameof(OfMachines))]
    public void A_part_of_a_file_is_refused_as_one(ModelFormat format)
    {
        using var folder = new TemporaryFolder();
        using var rbm = Rbm.Bernoulli(30, 20);
        rbm.Save(folder.File("rbm"), format);
        var bytes = File.ReadAllBytes(folder.File("rbm"));
        foreach (var length in new[] { 100, bytes.Length / 2, bytes.Length - 1 })
        {
            var path = folder.Write("part", bytes[..length]);
            foreach (var load in new Action[] { () => Rbm.Load(path), () => rbm.LoadStateDict(path) })
                load.Should().Throw<DataFormatException>().Which.Message.Should().Match(message => message.Contains("only a part of") || message.Contains("bytes of tensors after the header"));
        }
    }

    [Fact]
    public void What_the_original_cannot_hold_is_refused_and_nothing_is_written()
    {
        using var folder = new TemporaryFolder();
        using var rbm = Rbm.Gaussian(3, 2);
        using var dbn = Dbn.Gaussian(3, 2, 2);
        using var net = Classifier.Random([3], 2);
        foreach (var save in new Action[]
        {
            () => rbm.Save(folder.File("x"), ModelFormat.Original),
            () => dbn.Save(folder.File("x"), ModelFormat.Original),
            () => net.Save(folder.File("x"), ModelFormat.Original),
        })
            save.Should().Throw<ArgumentException>().WithMessage("*Expected*");
        Directory.GetFiles(folder.Path).Should().BeEmpty();
    }

    [Fact]
    public void A_state_that_does_not_fit_is_refused_whole()
    {
        using var scope = torch.NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var net = Classifier.Random([3, 4], 2, seed: 1);
        using var before = Classifier.Random([3, 4], 2, seed: 1);
        PtFile.Save(folder.File("state.pt"), new Dictionary<string, object?>
        {
            ["0.weight"] = torch.ones(4, 3),
            ["0.bias"] = torch.ones(5),
            ["2.weight"] = torch.ones(2, 4, dtype: ScalarType.Int64),
            ["3.weight"] = torch.ones(1),
        });
        var load = () => net.LoadStateDict(folder.File("state.pt"));
        load.Should().Throw<DataFormatException>().WithMessage(
            "*state.pt: state_dict: expected 2.bias, found none; found 3.weight, which the model does not have; "
            + "0.bias: expected shape [4], found [5]; 2.weight: expected elements of type Float32, found Int64.");
        ShouldBeSame(net, before);
    }

    [Fact]
    public void Half_precision_fills_a_model_in_single_precision()
    {
        using var scope = torch.NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var net = Classifier.Random([2], 2);
        SafetensorsFile.Save(folder.File("state"), new Dictionary<string, Tensor> { ["0.weight"] = torch.tensor(new[,] { { 1.5, 2 }, { 3, 4 } }).half(), ["0.bias"] = torch.ones(2).bfloat16() });
        net.LoadStateDict(folder.File("state"));
        net.state_dict()["0.weight"].dtype.Should().Be(ScalarType.Float32);
        net.state_dict()["0.weight"].ShouldBeNear([1.5, 2, 3, 4], 0);
    }

    [Fact]
    public void A_broken_machine_of_the_original_is_refused_with_all_that_is_wrong()
    {
        using var scope = torch.NewDisposeScope();
        using var folder = new TemporaryFolder();
        PtFile.Save(folder.File("dbn.pt"), new List<object?>
        {
            new Dictionary<string, object?> { ["W"] = torch.ones(2, 3), ["hb"] = torch.ones(1, 3), ["x"] = torch.ones(1) },
        });
        var load = () => Dbn.Load(folder.File("dbn.pt"));
        load.Should().Throw<DataFormatException>().WithMessage(
            "*dbn.pt: file[0]: expected vb, found none; found x, which the format does not have; hb: expected shape [1, 2], found [1, 3].");

        Dictionary<string, object?> Layer(long visible, long hidden)
            => new() { ["W"] = torch.ones(hidden, visible), ["vb"] = torch.ones(1, visible), ["hb"] = torch.ones(1, hidden) };
        PtFile.Save(folder.File("dbn.pt"), new List<object?> { Layer(4, 3), Layer(2, 2) });
        load.Should().Throw<DataFormatException>().WithMessage("*config/layers*");
    }

    [Fact]
    public void A_machine_of_two_element_types_is_refused_with_both()
    {
        using var scope = torch.NewDisposeScope();
        using var folder = new TemporaryFolder();
        PtFile.Save(folder.File("rbm.pt"), new Dictionary<string, object?>
        {
            ["W"] = torch.ones(2, 3),
            ["vb"] = torch.ones(1, 3, ScalarType.Float64),
            ["hb"] = torch.ones(1, 2),
        });
        var load = () => Rbm.Load(folder.File("rbm.pt"));
        load.Should().Throw<DataFormatException>().WithMessage("*visible.bias: expected elements*the same for all, found Float64 after Float32.");
    }

    [Fact]
    public void Safetensors_of_others_are_refused_with_the_way_to_read_them()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("others", Fixtures.Bytes("values.safetensors"));
        var load = () => Rbm.Load(path);
        load.Should().Throw<DataFormatException>().WithMessage("*found a plain state dict. Load it with LoadStateDict*");
    }

    [SkippableFact]
    [Trait("Category", "Slow")]
    public void Python_reads_every_format()
    {
        using var scope = torch.NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var rbm = Rbm.Bernoulli(3, 2);
        using var dbn = Dbn.Bernoulli([3, 2, 4], WeightInitialization.Normal(1), seed: 5);
        using var net = Classifier.Random([3, 4], 2, seed: 6);
        Make.Randomise(rbm, 1, 1);
        rbm.Save(folder.File("rbm.pt"), ModelFormat.Original);
        dbn.Save(folder.File("dbn.pt"), ModelFormat.Original);
        net.Save(folder.File("net.pt"), ModelFormat.StateDict);
        net.Save(folder.File("net.safetensors"), ModelFormat.Safetensors);
        var printed = Python.Run(
            """
            import json, struct
            folder = sys.argv[1]
            x = torch.tensor([[1., 0., 1.]])

            rbm = torch.load(folder + '/rbm.pt', weights_only=True)
            print(rbm['W'].shape, rbm['vb'].shape, rbm['hb'].shape)
            print(torch.sigmoid(torch.mm(x, rbm['W'].t()) + rbm['hb']).double().sum().item())
            for layer in torch.load(folder + '/dbn.pt', weights_only=True):
                x = torch.sigmoid(torch.mm(x, layer['W'].t()) + layer['hb'])
            print(x.double().sum().item())

            x = torch.tensor([[1., 0., 1.]])
            net = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Sigmoid(), torch.nn.Linear(4, 2))
            net.load_state_dict(torch.load(folder + '/net.pt', weights_only=True))
            print(net(x).double().sum().item())

            content = open(folder + '/net.safetensors', 'rb').read()
            length, = struct.unpack('<Q', content[:8])
            header = json.loads(content[8:8 + length])
            about = header.pop('__metadata__')
            print(about['format'], json.loads(about['deepbelief'])['model'])
            state = {}
            for name, entry in header.items():
                begin, end = entry['data_offsets']
                state[name] = torch.frombuffer(bytearray(content[8 + length + begin:8 + length + end]), dtype={'F32': torch.float32}[entry['dtype']]).reshape(entry['shape'])
            net.load_state_dict(state)
            print(net(x).double().sum().item())
            """,
            folder.Path).Split('\n');

        var x = torch.tensor(new[,] { { 1f, 0f, 1f } });
        printed[0].Should().Be("torch.Size([2, 3]) torch.Size([1, 3]) torch.Size([1, 2])");
        Parse(printed[1]).Should().BeApproximately(rbm.forward(x).sum().ToDouble(), 1e-6);
        Parse(printed[2]).Should().BeApproximately(dbn.forward(x).sum().ToDouble(), 1e-6);
        Parse(printed[3]).Should().BeApproximately(net.forward(x).sum().ToDouble(), 1e-6);
        printed[4].Should().Be("pt classifier");
        Parse(printed[5]).Should().BeApproximately(net.forward(x).sum().ToDouble(), 1e-6);

        static double Parse(string text) => double.Parse(text, CultureInfo.InvariantCulture);
    }

    [SkippableFact]
    [Trait("Category", "Slow")]
    public void PyTorch_keeps_strides_and_shared_storages_of_what_is_written()
    {
        using var scope = torch.NewDisposeScope();
        using var folder = new TemporaryFolder();
        var matrix = torch.arange(1000, ScalarType.Float32).reshape(100, 10);
        PtFile.Save(folder.File("views.pt"), new Dictionary<string, object?>
        {
            ["rows"] = matrix.narrow(0, 50, 2),
            ["transposed"] = matrix.narrow(0, 50, 2).t(),
            ["expanded"] = matrix[50, 3].expand(5, 4),
            ["size"] = new object?[] { 2, 3 },
        });
        Python.Run(
            """
            content = torch.load(sys.argv[1], weights_only=True)
            rows, transposed, expanded = content['rows'], content['transposed'], content['expanded']
            print(torch.equal(rows, torch.arange(500., 520.).reshape(2, 10)), transposed.stride(), expanded.stride(), expanded.shape[0], content['size'])
            rows.fill_(7)
            print(transposed.sum().item(), expanded.sum().item(), rows.storage().size())
            """,
            folder.File("views.pt")).Split('\n').Should().Equal("True (1, 10) (0, 0) 5 (2, 3)", "140.0 140.0 20");
    }

    [SkippableFact]
    public void The_original_reads_what_is_written_for_it()
    {
        var original = Environment.GetEnvironmentVariable("DEEPBELIEF_ORIGINAL") ?? "";
        Skip.IfNot(File.Exists(Path.Combine(original, "RBM.py")), "Needs the Python original: copy its RBM.py and DBN.py into a folder and name that in DEEPBELIEF_ORIGINAL.");
        using var scope = torch.NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var rbm = Rbm.Bernoulli(3, 2);
        using var dbn = Dbn.Bernoulli([3, 2, 4], WeightInitialization.Normal(1), seed: 5);
        Make.Randomise(rbm, 1, 1);
        rbm.Save(folder.File("rbm.pt"), ModelFormat.Original);
        dbn.Save(folder.File("dbn.pt"), ModelFormat.Original);
        var printed = Python.Run(
            """
            sys.path.insert(0, sys.argv[1])
            from RBM import RBM
            from DBN import DBN
            x = torch.tensor([[1., 0., 1.]])
            rbm = RBM(3, 2)
            rbm.load_rbm(sys.argv[2] + '/rbm.pt')
            print(rbm.sample_h(x)[0].double().sum().item())
            dbn = DBN(3, [2, 4])
            dbn.layer_parameters = torch.load(sys.argv[2] + '/dbn.pt')
            model = dbn.initialize_model()
            print(model[:2](x).double().sum().item())
            torch.save(torch.nn.Sequential(model, torch.nn.Softmax(dim=1)), sys.argv[2] + '/net.pt')
            torch.save(dbn.layer_parameters, sys.argv[2] + '/again.pt')
            """,
            original,
            folder.Path).Split('\n');

        var x = torch.tensor(new[,] { { 1f, 0f, 1f } });
        double.Parse(printed[0], CultureInfo.InvariantCulture).Should().BeApproximately(rbm.forward(x).sum().ToDouble(), 1e-6);
        double.Parse(printed[^1], CultureInfo.InvariantCulture).Should().BeApproximately(dbn.Layers[0].forward(x).sum().ToDouble(), 1e-6);
        using var again = Dbn.Load(folder.File("again.pt"));
        ShouldBeSame(again, dbn);
        using var net = Classifier.Load(folder.File("net.pt"));
        net.InputSize.Should().Be(3);
        net.Classes.Should().Be(4);
        Near.SameBits(net.state_dict()["0.weight"], dbn.Layers[0].Weight).Should().BeTrue();
    }

    [SkippableFact]
    [Trait("Category", "Slow")]
    public void PyTorch_and_the_library_read_each_others_batch_normalization()
    {
        using var scope = torch.NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var net = Normalized();
        net.Save(folder.File("net.pt"), ModelFormat.StateDict);
        var printed = Python.Run(
            """
            from torch import nn
            def build(**options):
                return nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4, **options), nn.Sigmoid(), nn.Linear(4, 2))
            net = build()
            net.load_state_dict(torch.load(sys.argv[1] + '/net.pt'))
            print(*net.eval()(torch.tensor([[1., 2., 3.]])).flatten().tolist())
            first = nn.Sequential(nn.BatchNorm1d(3, eps=0.1, momentum=None), nn.Dropout(0.1), *build())
            first(torch.rand(10, 3))
            torch.save(first, sys.argv[1] + '/first.pt')
            print(*first.eval()(torch.tensor([[1., 2., 3.]])).flatten().tolist())
            torch.save(build(affine=False), sys.argv[1] + '/plain.pt')
            torch.save(build(track_running_stats=False), sys.argv[1] + '/untracked.pt')
            torch.save(nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(5), nn.Linear(4, 2)), sys.argv[1] + '/wide.pt')
            """,
            folder.Path).Split('\n').Select(line => line.Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture)).ToArray()).ToArray();

        var x = torch.tensor(new[,] { { 1f, 2f, 3f } });
        net.eval();
        net.forward(x).squeeze(0).to(ScalarType.Float64).ShouldBeNear(torch.tensor(printed[0]), 1e-6);
        using var first = Classifier.Load(folder.File("first.pt"));
        first.eval();
        first.forward(x).squeeze(0).to(ScalarType.Float64).ShouldBeNear(torch.tensor(printed[1]), 1e-6);
        foreach (var (file, message) in new[] { ("plain.pt", "*weight*affine=False*"), ("untracked.pt", "*running_mean*track_running_stats=False*"), ("wide.pt", "*4 numbers*5*") })
            FluentActions.Invoking(() => Classifier.Load(folder.File(file))).Should().Throw<DataFormatException>().WithMessage(message);
    }

    [Theory]
    [InlineData("eps", "*eps: expected a value in [0, 1], found 2*")]
    [InlineData("momentum", "*momentum: expected a value in [0, 1], found 2*")]
    [InlineData("momentum NaN", "*momentum: expected a value in [0, 1], found NaN*")]
    [InlineData("variance", "*1.running_var: expected variances of 0 or more*")]
    [InlineData("NaN", "*1.running_var: expected variances of 0 or more*")]
    [InlineData("none", "*1.running_var: expected a vector, found none*")]
    [InlineData("count", "*1.num_batches_tracked: expected elements of type Int64, found Float32*")]
    public void Batch_normalization_that_cannot_be_is_refused(string fault, string message)
    {
        using var scope = torch.NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var net = Normalized();
        var state = net.state_dict().ToDictionary(tensor => tensor.Key, object? (tensor) => tensor.Value);
        if (fault is "variance" or "NaN")
            state["1.running_var"] = torch.full(4, fault == "NaN" ? float.NaN : -1f, ScalarType.Float32);
        else if (fault == "none")
            _ = state.Remove("1.running_var");
        else if (fault == "count")
            state["1.num_batches_tracked"] = torch.tensor(4f);
        var norm = new Dictionary<string, object?> { ["kind"] = "batch_norm", ["eps"] = fault == "eps" ? 2.0 : 1e-5, ["momentum"] = fault switch { "momentum" => 2.0, "momentum NaN" => double.NaN, _ => 0.1 } };
        PtFile.Save(folder.File("net.pt"), new Dictionary<string, object?>
        {
            ["format"] = "DeepBelief",
            ["version"] = 1,
            ["model"] = "classifier",
            ["config"] = new Dictionary<string, object?>
            {
                ["modules"] = new List<object?> { Kind("linear"), norm, Kind("sigmoid"), Kind("linear") },
            },
            ["state_dict"] = state,
        });
        FluentActions.Invoking(() => Classifier.Load(folder.File("net.pt"))).Should().Throw<DataFormatException>().WithMessage(message.Replace("[", "?", StringComparison.Ordinal).Replace("]", "?", StringComparison.Ordinal));

        static Dictionary<string, object?> Kind(string kind) => new() { ["kind"] = kind };
    }

    /// <summary>A classifier with batch normalization that has seen four batches.</summary>
    private static Classifier Normalized()
    {
        using var scope = torch.NewDisposeScope();
        using var plain = Classifier.Random([3, 4], 2, seed: 3);
        var rows = Make.Normal(1, 2, 20, 3).to(ScalarType.Float32);
        var net = plain.WithBatchNormalization(rows);
        for (var i = 0; i < 4; i++)
            _ = net.forward(rows.narrow(0, 5 * i, 5));
        return net;
    }

    private static void IsTakenBy(Action<Stream> write, string kind, ModelFormat[] formats)
    {
        using var stream = new MemoryStream();
        write(stream);
        ModelFormat.All.Where(format => format.Read(new OpenFile(stream), kind) is not null).Should().Equal(formats);
    }

    private static void WriteZip(Stream stream)
    {
        var archive = new ZipWriter(stream);
        archive.Write("readme.txt", "no model"u8);
        archive.Finish();
    }

    private static void ShouldBeSame(torch.nn.Module actual, torch.nn.Module expected)
    {
        var (a, e) = (actual.state_dict(), expected.state_dict());
        a.Keys.Should().BeEquivalentTo(e.Keys);
        e.Keys.Should().OnlyContain(key => Near.SameBits(a[key], e[key]));
    }
}
