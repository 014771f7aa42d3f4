#region usings
using DeepBelief;
using DeepBelief.Files;
using TorchSharp;
using static TorchSharp.torch;
#endregion

namespace Snippets;

/// <summary>docs/files.md.</summary>
public sealed class FilesSnippets : Support.SnippetTests
{
    [Fact]
    public void Every_format_gives_the_same_numbers()
    {
        using var rows = rand(5, 12).round();
        using var dbn = Dbn.Bernoulli([12, 6, 4], WeightInitialization.Normal(1), seed: 1);
        using var net = dbn.ToClassifier(classes: 3);
        using var expected = net.call(rows).detach();

        #region save
        dbn.Save("dbn.pt");                                 // everything that Load needs
        dbn.Save("original.pt", ModelFormat.Original);      // the original's: [{'W', 'vb', 'hb'}, ...]
        net.Save("net.pt", ModelFormat.StateDict);          // load_state_dict(torch.load("net.pt"))
        net.Save("net.safetensors", ModelFormat.Safetensors);
        #endregion

        #region load
        using var loaded = Dbn.Load("original.pt");         // the file's content says which format it is
        using var classifier = Classifier.Load("net.safetensors");
        using var filled = Classifier.Random([12, 6, 4], classes: 3, seed: 2);
        filled.LoadStateDict("net.pt");                     // of any module
        #endregion

        #region stream
        using var stream = new MemoryStream();
        dbn.Save(stream);                                   // Load(stream) needs one that can seek
        using var again = Dbn.Load(stream);
        using var clone = dbn.Clone();                      // the same without a file
        #endregion

        again.Transform(rows).Equals(dbn.Transform(rows)).Should().BeTrue();
        clone.Transform(rows).Equals(dbn.Transform(rows)).Should().BeTrue();
        loaded.Transform(rows).Equals(dbn.Transform(rows)).Should().BeTrue();
        classifier.call(rows).Equals(expected).Should().BeTrue();
        filled.call(rows).Equals(expected).Should().BeTrue();
        using var other = Classifier.Random([12, 6], classes: 3);
        var mismatch = () => other.LoadStateDict("net.pt");
        mismatch.Should().Throw<DataFormatException>().WithMessage("*4.weight*");
    }

    [Fact]
    public void Files_of_Python_are_read()
    {
        foreach (var name in (string[])["rbm.pt", "classifier.pt", "checkpoint.pt"])
            File.WriteAllBytes(name, global::DeepBelief.Tests.Support.Fixtures.Bytes(name));

        #region python
        using var rbm = Rbm.Load("rbm.pt");                 // {'W', 'vb', 'hb'} of the original
        using var net = Classifier.Load("classifier.pt");   // torch.save(net, path) of an nn.Sequential
        #endregion

        // As the script that wrote the files numbered the weights.
        rbm.Weight[0, 1].ToDouble().Should().Be(1 / 8.0);
        net.call(zeros(1, net.InputSize)).shape.Should().Equal(1, 2);

        var torchFile = new Dictionary<string, object?> { ["weight"] = ones(1, 2), ["bias"] = ones(1) };
        PtFile.Save("gan.pt", new Dictionary<string, object?> { ["generator"] = torchFile, ["critic"] = torchFile, ["epoch"] = 3 });
        using var model = nn.Sequential(nn.Linear(2, 2), nn.Sigmoid(), nn.Linear(2, 1));
        using var generator = nn.Linear(2, 1);

        #region checkpoint
        var origin = model.LoadStateDict("checkpoint.pt");  // {'epoch', 'state_dict', 'optimizer'}
        Console.WriteLine(string.Join(", ", origin.NotLoaded));         // epoch, optimizer
        generator.LoadStateDict("gan.pt", key: "generator");
        #endregion

        origin.Key.Should().Be("state_dict");
        origin.NotLoaded.Should().Equal("epoch", "optimizer");
        generator.weight.data<float>().ToArray().Should().Equal(1, 1);

        #region plain
        // Python: torch.save({'epoch': 3, 'state_dict': ...}, "checkpoint.pt")
        var checkpoint = (OrderedDictionary<object, object?>)PtFile.Load("checkpoint.pt")!;
        Console.WriteLine(checkpoint["epoch"]);             // a long
        var state = (OrderedDictionary<object, object?>)checkpoint["state_dict"]!;
        using var weight = (Tensor)state["0.weight"]!;      // the caller disposes the tensors
        #endregion

        checkpoint["epoch"].Should().Be(3L);
        weight.data<float>().ToArray().Should().Equal(0, 1 / 8f, 2 / 8f, 3 / 8f);

        #region write
        Dictionary<string, object?> values = new() { ["name"] = "run 1", ["weight"] = weight };
        PtFile.Save("results.pt", values);
        Dictionary<string, Tensor> tensors = new() { ["weight"] = weight };
        SafetensorsFile.Save("weights.safetensors", tensors);
        using var content = SafetensorsFile.Load("weights.safetensors");
        Console.WriteLine(content.Tensors["weight"].shape.Length);      // 2
        NpzFile.Save("weights.npz", tensors);               // numpy.load("weights.npz")["weight"]
        NpyFile.Save("weight.npy", weight);
        using var array = NpyFile.Load("weight.npy");
        #endregion

        array.Equals(weight).Should().BeTrue();
        using var arrays = NpzFile.Load("weights.npz");
        arrays.Tensors["weight"].Equals(weight).Should().BeTrue();

        content.Tensors["weight"].Equals(weight).Should().BeTrue();
        ((OrderedDictionary<object, object?>)PtFile.Load("results.pt")!)["name"].Should().Be("run 1");
        File.WriteAllText("damaged.pt", "PK");
        var damaged = () => PtFile.Load("damaged.pt");
        damaged.Should().Throw<DataFormatException>();
    }
}
