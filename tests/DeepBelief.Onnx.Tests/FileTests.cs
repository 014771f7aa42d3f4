using System.Text.RegularExpressions;
using DeepBelief.Onnx.Schema;
using DeepBelief.Onnx.Tests.Support;
using DeepBelief.Tests.Support;
using DeepBelief.Units;

namespace DeepBelief.Onnx.Tests;

/// <summary>What the files say of themselves, and how they are written.</summary>
public sealed partial class FileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("deepbelief-onnx-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_file_says_what_it_holds()
    {
        using var units = new CompositeUnits(new GaussianUnits(2), new SoftmaxUnits(1, 3));
        using var rbm = new Rbm(units, new BernoulliUnits(4));
        var path = Path.Combine(folder, "score.onnx");
        rbm.SaveOnnx(path, OnnxOutput.FreeEnergy);
        using var file = new OnnxFile(File.ReadAllBytes(path));

        file.Session.InputMetadata.Keys.Should().Equal("rows");
        file.Session.InputMetadata["rows"].SymbolicDimensions.Should().Equal("batch", string.Empty);
        file.Session.InputMetadata["rows"].Dimensions.Should().Equal(-1, 5);
        file.Session.OutputMetadata.Keys.Should().Equal("free_energy");
        file.Session.OutputMetadata["free_energy"].SymbolicDimensions.Should().Equal("batch");

        var metadata = file.Session.ModelMetadata;
        metadata.ProducerName.Should().Be("DeepBelief");
        metadata.GraphName.Should().Be("Rbm_free_energy");
        metadata.Description.Should().Be("Rbm: the free energy of each row, in nats");
        metadata.CustomMetadataMap.Should().Contain("model", "Rbm")
            .And.Contain("hidden", "4 bernoulli")
            .And.Contain("input", "rows: columns 0 to 1: any number; columns 2 to 4: groups of 3, of which one is 1 and the others are 0, or probabilities")
            .And.Contain("output", "free_energy: the free energy of each row, in nats");
        metadata.CustomMetadataMap["library"].Should().MatchRegex(@"^DeepBelief \d+\.\d+\.\d+[^+]*$");
        metadata.CustomMetadataMap["visible"].Should().StartWith("5 composite").And.Contain("gaussian").And.Contain("\"categories\":3");

        using var net = Classifier.Random([4], classes: 3);
        using var classifier = new OnnxFile(net, OnnxOutput.Probabilities);
        classifier.Session.ModelMetadata.CustomMetadataMap.Should().Contain("classes", "3").And.Contain("model", "Classifier");
        classifier.Session.OutputMetadata["probabilities"].Dimensions.Should().Equal(-1, 3);
    }

    [Fact]
    public void Versions_and_names_are_those_that_every_reader_takes()
    {
        foreach (var (model, output) in Examples())
        {
            using (model)
            {
                var proto = ModelProto.Parser.ParseFrom(OnnxFile.Bytes(model, output));
                proto.IrVersion.Should().Be(7);
                proto.OpsetImport.Should().ContainSingle().Which.Version.Should().Be(13);
                var names = proto.Graph.Node.Select(node => node.Output.Single()).Concat(proto.Graph.Initializer.Select(tensor => tensor.Name)).Concat(proto.Graph.Input.Select(input => input.Name)).ToList();
                names.Should().OnlyHaveUniqueItems().And.AllSatisfy(name => Identifier().IsMatch(name).Should().BeTrue(name));
            }
        }
    }

    [Fact]
    public void Initializers_have_the_names_of_the_state_dict()
    {
        using var dbn = Make.Randomised(Dbn.Bernoulli(3, 2, 4), 1, 1);
        var proto = ModelProto.Parser.ParseFrom(OnnxFile.Bytes(dbn));
        proto.Graph.Initializer.Select(tensor => tensor.Name).Should().BeEquivalentTo("layer_0_weight", "layer_0_hidden_bias", "layer_1_weight", "layer_1_hidden_bias");
    }

    [Fact]
    public void The_same_model_gives_the_same_bytes_in_any_mode()
    {
        using var net = Classifier.Random([4, 3], classes: 2, dropout: new(0.5, 0.5));
        net.train();
        var training = OnnxFile.Bytes(net);
        net.training.Should().BeTrue();
        net.eval();
        OnnxFile.Bytes(net).Should().Equal(training);
        using (torch.inference_mode())
            OnnxFile.Bytes(net).Should().Equal(training);
        using (torch.no_grad())
            OnnxFile.Bytes(net).Should().Equal(training);
        using var other = net.Clone();
        OnnxFile.Bytes(other).Should().Equal(training);
    }

    [Fact]
    public void A_stream_gets_the_file_and_stays_open()
    {
        using var rbm = Make.Rbm("spin", "softmax");
        var path = Path.Combine(folder, "rbm.onnx");
        rbm.SaveOnnx(path);
        using var stream = new MemoryStream();
        stream.WriteByte(1);
        rbm.SaveOnnx(stream);
        stream.CanWrite.Should().BeTrue();
        stream.ToArray().Should().Equal([1, .. File.ReadAllBytes(path)]);
        Directory.EnumerateFiles(folder).Should().Equal(path);
    }

    [Fact]
    public void A_file_is_replaced_whole()
    {
        var path = Path.Combine(folder, "rbm.onnx");
        File.WriteAllText(path, new string('x', 1 << 20));
        using var rbm = Make.Rbm("bernoulli", "bernoulli");
        rbm.SaveOnnx(path);
        File.ReadAllBytes(path).Should().Equal(OnnxFile.Bytes(rbm));
        var missing = () => rbm.SaveOnnx(Path.Combine(folder, "none", "rbm.onnx"));
        missing.Should().Throw<DirectoryNotFoundException>();
    }

    [SkippableFact]
    public void Onnx_of_Python_finds_no_fault()
    {
        var paths = new List<string>();
        foreach (var (model, output) in Examples())
        {
            using (model)
            {
                paths.Add(Path.Combine(folder, $"{paths.Count}.onnx"));
                model.SaveOnnx(paths[^1], output);
            }
        }

        var lines = Python.RunWith(
            "onnx",
            """
            import onnx, onnx.checker, onnx.shape_inference
            for path in sys.argv[1:]:
                model = onnx.load(path)
                onnx.checker.check_model(model, full_check=True)
                onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
                print(path)
            """,
            [.. paths]);
        lines.Split('\n').Should().Equal(paths);
    }

    /// <summary>A model for every graph.</summary>
    private static IEnumerable<(torch.nn.Module Model, OnnxOutput? Output)> Examples()
    {
        foreach (var kind in Make.Kinds.Keys)
        {
            foreach (var output in new[] { OnnxOutput.Features, OnnxOutput.FreeEnergy, OnnxOutput.Reconstructions })
                yield return (Make.Rbm(kind, kind), output);
            foreach (var output in new[] { OnnxOutput.LogProbabilities, OnnxOutput.Probabilities, OnnxOutput.Features, OnnxOutput.FreeEnergy })
                yield return (new ClassificationRbm(new Rbm(new CompositeUnits(new GaussianUnits(2), new SoftmaxUnits(1, 3)), Make.Units(kind))), output);
            yield return (new Dbm(Make.Units(kind), [Make.Units(kind), Make.Units(kind)]), OnnxOutput.FeaturesAfter(3));
        }

        yield return (Classifier.Random([4, 3], classes: 2), null);
        yield return (Classifier.Random([4, 3], classes: 2), OnnxOutput.LogProbabilities);
        yield return (Regressor.Random([4, 3], targets: 2), null);
        yield return (MultiLabelClassifier.Random([4, 3], labels: 2), OnnxOutput.Probabilities);
        foreach (var output in new[] { OnnxOutput.Reconstructions, OnnxOutput.Codes, OnnxOutput.Decoded })
        {
            using var dbn = Dbn.Bernoulli(4, 3, 2);
            yield return (dbn.ToAutoencoder(), output);
        }

        yield return (Dbn.Gaussian(4, 3, 2), OnnxOutput.Reconstructions);
        yield return (ClassificationDbn.Bernoulli([4, 3, 2], classes: 2), null);
    }

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*$")]
    private static partial Regex Identifier();
}
