using DeepBelief.Files;
using DeepBelief.Tests.Oracles;
using DeepBelief.Tests.Support;

namespace DeepBelief.Tests.Files;

/// <summary>Each shape in which Python writes models and values, from checked-in files and from Python itself.</summary>
public sealed class PythonFilesTests
{
    private static readonly Dictionary<string, Action<string>> Checks = new()
    {
        ["rbm.pt"] = IsTheMachine,
        ["rbm-half.pt"] = IsTheMachine,
        ["rbm-cuda.pt"] = IsTheMachine,
        ["rbm-unaligned.pt"] = IsTheMachine,
        ["rbm-big-endian.pt"] = IsTheMachine,
        ["dbn.pt"] = IsTheNetwork,
        ["classifier.pt"] = IsTheClassifier,
        ["classifier-4.pt"] = IsTheClassifier,
        ["modules.pt"] = HasTheOtherModules,
        ["state-dict.pt"] = FillsTheClassifier,
        ["checkpoint.pt"] = IsTheCheckpoint,
        ["views.pt"] = HasTheViews,
        ["kinds.pt"] = HasAllElementTypes,
        ["plain-2.pt"] = HasThePlainValues,
        ["plain-3.pt"] = HasThePlainValues,
        ["plain-4.pt"] = HasThePlainValues,
        ["plain-5.pt"] = HasThePlainValues,
        ["values.safetensors"] = IsTheSafetensorsFile,
        ["stream.pt"] = IsTheMachine,
        ["stream-4.pt"] = IsTheMachine,
        ["stream-views.pt"] = HasTheViews,
        ["stream-kinds.pt"] = HasAllElementTypes,
        ["stream-classifier.pt"] = IsTheClassifier,
        ["tar.pt"] = IsTheMachine,
        ["tar-views.pt"] = HasTheViewsOfTheFirstFormat,
        ["numpy-2.pt"] = PythonValues.HasNumpysThings,
        ["numpy-5.pt"] = PythonValues.HasNumpysThings,
        ["stream-numpy.pt"] = PythonValues.HasNumpysThings,
        ["others-2.pt"] = PythonValues.HasTheOtherThings,
        ["others-5.pt"] = PythonValues.HasTheOtherThings,
        ["training.pt"] = path => IsTheTraining(path, "model_state_dict", "", "optimizer_state_dict", "epoch", "numpy", "loss"),
        ["training-parallel.pt"] = path => IsTheTraining(path, "net", "module.", "optimizer_state_dict", "epoch", "numpy", "loss"),
        ["parallel-classifier.pt"] = IsTheClassifier,
        ["arrays.npz"] = PythonValues.HasTheArrays,
        ["arrays-compressed.npz"] = PythonValues.HasTheArrays,
        ["fortran.npy"] = path => PythonValues.IsFortran(NpyFile.Load(path)),
        ["scikit-learn.npz"] = IsTheMachineOfScikitLearn,
        ["refused-objects.npz"] = path => IsRefused(path, () => NpzFile.Load(path), "*Entry names.npy: expected numbers*found |O, pickled objects of Python*"),
        ["refused-texts.npy"] = path => IsRefused(path, () => NpyFile.Load(path), "*expected numbers*found <U2, texts."),
        ["refused-records.npy"] = path => IsRefused(path, () => NpyFile.Load(path), "*expected numbers*found records of [('a', '<f4'), ('b', '<i4')]."),
        ["refused-objects.pt"] = path => IsRefused(path, "*data.pkl*expected numbers*found |O*pickled objects of Python, which are never read."),
        ["refused-compressed.pt"] = path => IsRefused(path, "*data.pkl*without compression*compressed*"),
        ["refused-code.pt"] = path => IsRefused(path, "*data.pkl*posix.system*not read*"),
        ["refused-complex.pt"] = path => IsRefused(path, "*torch.ComplexFloatStorage*not read*"),
        ["refused-softmax.pt"] = IsRefusedAsItsSoftmaxIsNotOverClasses,
        ["refused-sparse.pt"] = path => IsRefused(path, "*torch._utils._rebuild_sparse_tensor*not read*"),
    };

    public static TheoryData<string> Names => [.. Fixtures.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void What_Python_wrote_is_read(string name)
    {
        using var scope = torch.NewDisposeScope();
        using var folder = new TemporaryFolder();
        Checks[name](folder.Write(name, Fixtures.Bytes(name)));
    }

    [SkippableFact]
    [Trait("Category", "Slow")]
    public void What_Python_writes_now_is_read()
    {
        using var scope = torch.NewDisposeScope();
        using var folder = new TemporaryFolder();
        _ = Python.Run(Fixtures.Script, folder.Path);
        Directory.GetFiles(folder.Path).Select(Path.GetFileName).Should().BeEquivalentTo(Checks.Keys);
        foreach (var (name, check) in Checks)
            check(folder.File(name));
    }

    [Theory]
    [InlineData("rbm.pt")]
    [InlineData("views.pt")]
    [InlineData("kinds.pt")]
    [InlineData("plain-2.pt")]
    [InlineData("checkpoint.pt")]
    [InlineData("stream.pt")]
    [InlineData("tar.pt")]
    [InlineData("numpy-2.pt")]
    [InlineData("others-2.pt")]
    public void What_Python_wrote_stays_the_same_when_it_is_saved_again(string name)
    {
        using var scope = torch.NewDisposeScope();
        using var folder = new TemporaryFolder();
        var content = PtFile.Load(folder.Write("first-" + name, Fixtures.Bytes(name)));
        PtFile.Save(folder.File(name), content);
        Checks[name](folder.File(name));
    }

    // Of half precision, too, which is converted before a model is filled: that would take terabytes.
    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float16)]
    public void A_tensor_that_unfolds_to_more_than_the_file_makes_no_model(ScalarType type)
    {
        using var scope = torch.NewDisposeScope();
        using var folder = new TemporaryFolder();
        var huge = torch.zeros(1, dtype: type).as_strided([1 << 20, 1 << 20], [0, 0]);
        PtFile.Save(folder.File("huge.pt"), new Dictionary<string, object?>
        {
            ["W"] = huge,
            ["vb"] = huge.select(0, 0),
            ["hb"] = huge.select(0, 0),
        });
        new FileInfo(folder.File("huge.pt")).Length.Should().BeLessThan(2000);
        var load = () => Rbm.Load(folder.File("huge.pt"));
        load.Should().Throw<DataFormatException>().WithMessage("*state_dict*expand*");
    }

    [Fact]
    public void A_bias_that_unfolds_to_more_than_the_file_makes_no_model()
    {
        using var scope = torch.NewDisposeScope();
        using var folder = new TemporaryFolder();
        // As many elements as there should be, but laid out so that a vector of them would be a copy of terabytes.
        PtFile.Save(folder.File("huge.pt"), new Dictionary<string, object?>
        {
            ["W"] = torch.zeros(1).as_strided([1, 1L << 40], [0, 0]),
            ["vb"] = torch.zeros(2).as_strided([1L << 39, 2], [0, 1]),
            ["hb"] = torch.zeros(1, 1),
        });
        var load = () => Rbm.Load(folder.File("huge.pt"));
        load.Should().Throw<DataFormatException>().WithMessage("*vb: expected shape [1, 1099511627776], found [549755813888, 2]*");
    }

    private static void IsTheMachine(string path)
    {
        using var rbm = Rbm.Load(path);
        IsMachine(rbm, 3, 2, first: 0);
        rbm.Weight.dtype.Should().Be(ScalarType.Float32);
        rbm.parameters().Should().OnlyContain(p => p.requires_grad && p.device_type == DeviceType.CPU);
    }

    private static void IsTheMachineOfScikitLearn(string path)
    {
        using var rbm = Rbm.Load(path);
        IsMachine(rbm, 3, 2, first: 0);
        rbm.Weight.dtype.Should().Be(ScalarType.Float64);
    }

    private static void IsTheNetwork(string path)
    {
        using var dbn = Dbn.Load(path);
        dbn.Layers.Should().HaveCount(2);
        IsMachine(dbn.Layers[0], 3, 2, first: 0);
        IsMachine(dbn.Layers[1], 2, 4, first: 40);
    }

    private static void IsMachine(Rbm rbm, int visible, int hidden, int first)
    {
        rbm.Weight.shape.Should().Equal(hidden, visible);
        rbm.Weight.ShouldBeNear(Counted(visible * hidden, first), 0);
        var state = rbm.state_dict();
        state["visible.bias"].ShouldBeNear(Counted(visible, first + 100), 0);
        state["hidden.bias"].ShouldBeNear(Counted(hidden, first + 200), 0);
    }

    private static void IsTheClassifier(string path)
    {
        using var net = Classifier.Load(path);
        IsTheNet(net);
        net.Modules.Should().HaveCount(3, "the softmax at the end is left out");
    }

    private static void FillsTheClassifier(string path)
    {
        using var net = Classifier.Random([3, 4], 2, dtype: ScalarType.Float64);
        net.LoadStateDict(path);
        net.parameters().Should().OnlyContain(p => p.dtype == ScalarType.Float64);
        IsTheNet(net);

        var load = () => Classifier.Load(path);
        load.Should().Throw<DataFormatException>().WithMessage("*plain state dict*LoadStateDict*");
    }

    private static void IsTheNet(Classifier net)
    {
        var state = net.state_dict();
        state.Keys.Should().BeEquivalentTo("0.weight", "0.bias", "2.weight", "2.bias");
        state["0.weight"].ShouldBeNear(Counted(12, 0), 0);
        state["0.bias"].ShouldBeNear(Counted(4, 10), 0);
        state["2.weight"].ShouldBeNear(Counted(8, 20), 0);
        state["2.bias"].ShouldBeNear(Counted(2, 30), 0);

        // By hand: hidden units are saturated but for the input 0, whose biases are 1.25 to 1.625.
        var hidden = Counted(4, 10).Select(b => 1 / (1 + Math.Exp(-b))).ToArray();
        var logits = Enumerable.Range(0, 2).Select(o => Counted(2, 30)[o] + hidden.Select((h, i) => h * Counted(8, 20)[(4 * o) + i]).Sum()).ToArray();
        net.forward(torch.zeros(1, 3, dtype: net.parameters().First().dtype)).ShouldBeNear(logits, 1e-5);
    }

    private static void HasTheOtherModules(string path)
    {
        using var net = Classifier.Load(path);
        net.Modules.Select(module => module.GetType().Name).Should().Equal("Identity", "Linear", "ReLU", "Dropout", "Linear", "Tanh", "Softmax", "Linear");
        ((TorchSharp.Modules.Dropout)net.Modules[3]).p.Should().Be(0.25);
        net.state_dict().Keys.Should().BeEquivalentTo("1.weight", "4.weight", "4.bias", "7.weight", "7.bias");
        net.eval();

        // By hand, for the input (1, 0, 0): the first module gives 0, 3/8, 6/8 and 9/8.
        double[] first = [0, 0.375, 0.75, 1.125];
        var tanh = Enumerable.Range(0, 4).Select(o => Math.Tanh(Counted(4, 20)[o] + first.Select((x, i) => x * Counted(16, 10)[(4 * o) + i]).Sum())).ToArray();
        var soft = tanh.Select(t => Math.Exp(t) / tanh.Sum(Math.Exp)).ToArray();
        var logits = Enumerable.Range(0, 2).Select(o => Counted(2, 40)[o] + soft.Select((x, i) => x * Counted(8, 30)[(4 * o) + i]).Sum()).ToArray();
        net.forward(torch.tensor(new[,] { { 1f, 0f, 0f } })).ShouldBeNear(logits, 1e-5);

        using var folder = new TemporaryFolder();
        foreach (var format in Formats.General)
        {
            net.Save(folder.File("again"), format);
            using var again = Classifier.Load(folder.File("again"));
            again.eval();
            again.forward(torch.tensor(new[,] { { 1f, 0f, 0f } })).ShouldBeNear(net.forward(torch.tensor(new[,] { { 1f, 0f, 0f } })), 0);
            ((TorchSharp.Modules.Dropout)again.Modules[3]).p.Should().Be(0.25);
        }
    }

    private static void IsTheCheckpoint(string path)
    {
        var content = (OrderedDictionary<object, object?>)PtFile.Load(path)!;
        content["epoch"].Should().Be(3L);
        var optimizer = (OrderedDictionary<object, object?>)content["optimizer"]!;
        var group = (OrderedDictionary<object, object?>)((List<object?>)optimizer["param_groups"]!)[0]!;
        group["lr"].Should().Be(0.5);
        ((object?[])group["betas"]!).Should().Equal(0.9, 0.999);
        var state = (OrderedDictionary<object, object?>)((OrderedDictionary<object, object?>)optimizer["state"]!)[0L]!;
        ((Tensor)state["exp_avg"]!).shape.Should().Equal(2, 2);

        using var net = Classifier.Random([2, 2], 1 + 1);
        var load = () => net.LoadStateDict(path);
        load.Should().Throw<DataFormatException>().WithMessage("*2.weight: expected shape [2, 2], found [1, 2]*2.bias: expected shape [2], found [1]*");
        using var fitting = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.Sigmoid(), torch.nn.Linear(2, 1));
        fitting.LoadStateDict(path);
        fitting.state_dict()["2.weight"].ShouldBeNear(Counted(2, 20), 0);
    }

    private static void HasTheViews(string path)
    {
        var content = (OrderedDictionary<object, object?>)PtFile.Load(path)!;
        var expected = torch.arange(12, ScalarType.Float64).reshape(3, 4) / 8;
        T("base").ShouldBeNear(expected, 0);
        T("transposed").ShouldBeNear(expected.t(), 0);
        T("transposed").stride().Should().Equal(1, 4);
        T("rows").ShouldBeNear(expected.narrow(0, 1, 2), 0);
        T("column").ShouldBeNear([0.25, 0.75, 1.25], 0);
        T("column").stride().Should().Equal(4);
        T("scalar").shape.Should().BeEmpty();
        T("scalar").item<long>().Should().Be(7);
        T("empty").shape.Should().Equal(0, 3);
        T("parameter").ShouldBeNear([1, 1.125, 1.25, 1.375], 0);
        T("expanded").shape.Should().Equal(1000, 1000, 1000);
        T("expanded").stride().Should().Equal(0, 0, 0);

        // All are one storage: what is written to one is seen in the others.
        _ = T("base").fill_(5);
        foreach (var view in new[] { "transposed", "rows", "column", "parameter" })
            Enumeration.Read(T(view)).Should().OnlyContain(x => x == 5, view);
        T("expanded").select(0, 0).select(0, 999).select(0, 1).ToSingle().Should().Be(5);

        Tensor T(string key) => (Tensor)content[key]!;
    }

    private static void HasTheViewsOfTheFirstFormat(string path)
    {
        var content = (OrderedDictionary<object, object?>)PtFile.Load(path)!;
        var expected = torch.arange(12, ScalarType.Float64).reshape(3, 4) / 8;
        T("base").ShouldBeNear(expected, 0);
        T("transposed").ShouldBeNear(expected.t(), 0);
        T("rows").ShouldBeNear(expected.narrow(0, 1, 2), 0);
        T("column").ShouldBeNear([0.25, 0.75, 1.25], 0);
        _ = T("base").fill_(5);
        Enumeration.Read(T("rows")).Should().OnlyContain(x => x == 5, "they are over one storage");

        Tensor T(string key) => (Tensor)content[key]!;
    }

    private static void IsTheTraining(string path, string key, string prefix, params string[] notLoaded)
    {
        using var net = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.Sigmoid(), torch.nn.Linear(2, 1));
        var origin = net.LoadStateDict(path);
        net.state_dict()["0.weight"].ShouldBeNear(Counted(4, 0), 0);
        net.state_dict()["2.bias"].ShouldBeNear(Counted(1, 30), 0);
        (origin.Key, origin.Prefix).Should().Be((key, prefix));
        origin.NotLoaded.Should().BeEquivalentTo(notLoaded);
    }

    private static void HasAllElementTypes(string path)
    {
        var content = (OrderedDictionary<object, object?>)PtFile.Load(path)!;
        content.Keys.Should().Equal("float16", "bfloat16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "bool");
        content.Values.Cast<Tensor>().Select(t => t.dtype).Should().Equal(
            ScalarType.Float16, ScalarType.BFloat16, ScalarType.Float32, ScalarType.Float64, ScalarType.Int8, ScalarType.Int16,
            ScalarType.Int32, ScalarType.Int64, ScalarType.Byte, ScalarType.Bool);
        foreach (var (name, tensor) in content)
            ((Tensor)tensor!).ShouldBeNear((string)name == "bool" ? [0, 1, 1, 1] : [0, 1, 2, 100], 0);
    }

    private static void HasThePlainValues(string path)
    {
        var content = (OrderedDictionary<object, object?>)PtFile.Load(path)!;
        content.Keys.Should().Equal("numbers", "texts", "flags", "ordered", "size", "dtype", 3L, "again");
        ((List<object?>)content["numbers"]!).Should().Equal(0L, -1L, 255L, 256L, 70000L, -70000L, 1L << 40, long.MinValue, 0.5, double.PositiveInfinity);
        ((object?[])content["texts"]!).Should().Equal("", "Grüße", "統計");
        ((List<object?>)content["flags"]!).Should().Equal(true, false, null);
        ((OrderedDictionary<object, object?>)content["ordered"]!).Should().Equal(new("b", 1L), new KeyValuePair<object, object?>("a", 2L));
        ((object?[])content["size"]!).Should().Equal(2L, 3L);
        content["dtype"].Should().Be(ScalarType.Float32);
        ((OrderedDictionary<object, object?>)((OrderedDictionary<object, object?>)content[3L]!)["nested"]!).Should().BeEmpty();
        ((List<object?>)content["again"]!).Should().HaveCount(2).And.AllSatisfy(item => ((List<object?>)item!).Should().Equal(1L));
    }

    private static void IsTheSafetensorsFile(string path)
    {
        using var content = SafetensorsFile.Load(path);
        content.Metadata.Should().Equal(new Dictionary<string, string> { ["format"] = "pt", ["by"] = "Grüße" });
        content.Tensors.Keys.Should().Equal("weight", "half", "count", "empty");
        content.Tensors["weight"].ShouldBeNear(torch.arange(6, ScalarType.Float64).reshape(2, 3) / 8, 0);
        content.Tensors["half"].dtype.Should().Be(ScalarType.BFloat16);
        content.Tensors["half"].ShouldBeNear([1, 1.125], 0);
        content.Tensors["count"].item<long>().Should().Be(-5);
        content.Tensors["empty"].shape.Should().Equal(0, 4);
        content.Tensors["empty"].dtype.Should().Be(ScalarType.Byte);
    }

    private static void IsRefusedAsItsSoftmaxIsNotOverClasses(string path)
    {
        var load = () => Classifier.Load(path);
        load.Should().Throw<DataFormatException>().WithMessage(path + ": file/1: expected a module that classifiers support here*Softmax*");
    }

    private static void IsRefused(string path, string message)
    {
        foreach (var load in new Action[] { () => PtFile.Load(path), () => Rbm.Load(path), () => Classifier.Load(path) })
            load.Should().Throw<DataFormatException>().WithMessage(path + message);
    }

    private static void IsRefused(string path, Action read, string message)
    {
        read.Should().Throw<DataFormatException>().WithMessage(path + message);
        using var net = torch.nn.Linear(1, 1);
        foreach (var load in new Action[] { () => Rbm.Load(path), () => Classifier.Load(path), () => net.LoadStateDict(path), () => PtFile.Load(path) })
            load.Should().Throw<DataFormatException>();
    }

    private static double[] Counted(int count, int first) => [.. Enumerable.Range(first, count).Select(n => n / 8.0)];
}
