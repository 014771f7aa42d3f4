using DeepBelief.Files;
using DeepBelief.Tests.Support;

namespace DeepBelief.Tests.Files;

/// <summary>A save that fails leaves the old file, and says why.</summary>
public sealed class SavingTests
{
    [Fact]
    public void Disposed_tensors_replace_no_file()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("good");
        var disposed = torch.zeros(3);
        disposed.Dispose();
        var modules = new List<torch.nn.Module> { torch.nn.Linear(3, 2), Rbm.Bernoulli(3, 2), Dbn.Bernoulli(3, 2), Classifier.Random([3], 2), ClassificationRbm.Bernoulli(3, 2, 2), Dbn.Bernoulli(3, 2).ToAutoencoder(), Dbm.Bernoulli(3, 2, 2) };
        modules.ForEach(module => module.Dispose());
        var halfDead = Dbn.Bernoulli(3, 2, 2);
        halfDead.Layers[1].Visible.Dispose();
        var classifier = ClassificationRbm.Bernoulli(3, 2, 2);
        classifier.Dispose();

        foreach (var (i, save) in new List<Action>([
            .. modules.Append(halfDead).Select(module => (Action)(() => module.SaveStateDict(path))),
            () => SafetensorsFile.Save(path, new Dictionary<string, Tensor> { ["a"] = torch.ones(1), ["b"] = disposed }),
            () => PtFile.Save(path, new Dictionary<string, object?> { ["a"] = torch.ones(1), ["b"] = disposed }),
            () => PtFile.Save(path, new List<object?> { disposed }),
            () => NpyFile.Save(path, disposed),
            () => NpzFile.Save(path, new Dictionary<string, Tensor> { ["a"] = torch.ones(1), ["b"] = disposed }),
            .. ModelFormat.All.Select(format => (Action)(() => classifier.Save(path, format))),
            .. ModelFormat.All.Select(format => (Action)(() => halfDead.Save(path, format))),
        ]).Index())
        {
            File.WriteAllText(path, "good");
            save.Should().Throw<Exception>($"saver {i} must refuse");
            File.ReadAllText(path).Should().Be("good");
            folder.Files.Should().Equal("good");
        }
    }

    [Fact]
    public void A_missing_folder_is_named_and_no_temporary_file()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("none/model.pt");
        using var rbm = Rbm.Bernoulli(3, 2);
        foreach (var save in new Action[] { () => rbm.Save(path), () => rbm.SaveStateDict(path), () => PtFile.Save(path, 1), () => SafetensorsFile.Save(path, new Dictionary<string, Tensor>()) })
            save.Should().Throw<DirectoryNotFoundException>().WithMessage($"{path}: expected an existing folder {folder.File("none")}, found none.");
    }

    [Fact]
    public void A_folder_in_place_of_the_file_is_an_io_error()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("model"));
        var save = () => PtFile.Save(folder.File("model"), 1);
        save.Should().Throw<IOException>();
        folder.Files.Should().BeEmpty();
    }

    [Fact]
    public void An_exception_of_the_code_that_writes_stays_what_it_is()
    {
        using var folder = new TemporaryFolder();
        var write = () => AtomicFile.Write(folder.File("file"), _ => throw new ArgumentOutOfRangeException("option", 3, "Expected another."));
        write.Should().Throw<ArgumentOutOfRangeException>().WithMessage("Expected another.*option*");
        folder.Files.Should().BeEmpty();
    }

    [Theory]
    [InlineData("<!DOCTYPE html><html>", "3C21444F43545950452068746D6C3E3C", "<!DOCTYPE html><")]
    [InlineData("not", "6E6F74", "not")]
    [InlineData("\u0000\u0001 of no kind at all", "00", "..")]
    public void What_is_neither_is_refused_by_its_first_bytes(string text, string bytes, string shown)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("junk", System.Text.Encoding.Latin1.GetBytes(text));
        using var rbm = Rbm.Bernoulli(3, 2);
        foreach (var load in new Action[] { () => Rbm.Load(path), () => Dbn.Load(path), () => Classifier.Load(path), () => ClassificationRbm.Load(path), () => rbm.LoadStateDict(path), () => PtFile.Load(path), () => SafetensorsFile.Load(path) })
        {
            load.Should().Throw<DataFormatException>()
                .WithMessage($"{path}: Expected the bytes of a PyTorch file, of an .npz file (both are zip archives) or of a safetensors file, found {text.Length} that begin with {bytes}*('{shown}*').");
        }

        var empty = () => Rbm.Load(folder.Write("empty", []));
        empty.Should().Throw<DataFormatException>().WithMessage("*safetensors file, found none.");
    }

    [Fact]
    public void A_file_of_the_other_format_is_named()
    {
        using var folder = new TemporaryFolder();
        using var tensor = torch.ones(2);
        PtFile.Save(folder.File("pt"), 1);
        SafetensorsFile.Save(folder.File("safetensors"), new Dictionary<string, Tensor> { ["a"] = tensor });
        var pt = () => PtFile.Load(folder.File("safetensors"));
        pt.Should().Throw<DataFormatException>().WithMessage("*Expected a PyTorch file*found a safetensors file.");
        var safetensors = () => SafetensorsFile.Load(folder.File("pt"));
        safetensors.Should().Throw<DataFormatException>().WithMessage("*Expected a safetensors file, found a PyTorch file.");

        NpyFile.Save(folder.File("npy"), tensor);
        NpzFile.Save(folder.File("npz"), new Dictionary<string, Tensor> { ["a"] = tensor });
        var npy = () => NpyFile.Load(folder.File("npz"));
        npy.Should().Throw<DataFormatException>().WithMessage("*Expected the bytes of an .npy file, found those of an .npz file, which NpzFile reads.");
        var npz = () => NpzFile.Load(folder.File("npy"));
        npz.Should().Throw<DataFormatException>().WithMessage("*Expected the bytes of an .npz file*found those of an .npy file, which NpyFile reads.");
        var other = () => NpzFile.Load(folder.File("pt"));
        other.Should().Throw<DataFormatException>().WithMessage("*Entry archive/data.pkl: expected arrays, named .npy, found another.");
        using var net = torch.nn.Linear(1, 2);
        var state = () => net.LoadStateDict(folder.File("npy"));
        state.Should().Throw<DataFormatException>().WithMessage("*Expected named tensors*found an .npy file, one array. NpyFile reads it.");
    }

    [Fact]
    public void A_model_of_another_kind_is_refused_with_the_method_that_loads_it()
    {
        using var folder = new TemporaryFolder();
        using var rbm = Rbm.Bernoulli(3, 2);
        using var dbn = Dbn.Bernoulli(3, 2);
        using var net = Classifier.Random([3], 2);
        using var classifier = ClassificationRbm.Bernoulli(3, 2, 2);
        using var autoencoder = dbn.ToAutoencoder();
        using var regressor = dbn.ToRegressor(2);
        using var labels = dbn.ToMultiLabelClassifier(2);
        using var dbm = Dbm.Bernoulli(3, 2, 2);
        var path = folder.File("model");
        foreach (var format in Formats.General)
        {
            regressor.Save(path, format);
            Refused(() => MultiLabelClassifier.Load(path), "Regressor.Load");
            labels.Save(path, format);
            Refused(() => Regressor.Load(path), "MultiLabelClassifier.Load");
            autoencoder.Save(path, format);
            Refused(() => Classifier.Load(path), "Autoencoder.Load");
            rbm.Save(path, format);
            Refused(() => Dbn.Load(path), "Rbm.Load");
            dbn.Save(path, format);
            Refused(() => Rbm.Load(path), "Dbn.Load");
            net.Save(path, format);
            Refused(() => ClassificationRbm.Load(path), "Classifier.Load");
            Refused(() => Autoencoder.Load(path), "Classifier.Load");
            classifier.Save(path, format);
            Refused(() => Classifier.Load(path), "ClassificationRbm.Load");
            dbm.Save(path, format);
            Refused(() => Dbn.Load(path), "Dbm.Load");
        }

        rbm.Save(path, ModelFormat.Original);
        foreach (var load in new Action[] { () => Dbn.Load(path), () => Classifier.Load(path), () => ClassificationRbm.Load(path) })
            Refused(load, "single machine in the format Original, which Rbm.Load");
        dbn.Save(path, ModelFormat.Original);
        foreach (var load in new Action[] { () => Rbm.Load(path), () => Classifier.Load(path), () => ClassificationRbm.Load(path) })
            Refused(load, "list of machines in the format Original, which Dbn.Load");
        rbm.Save(path, ModelFormat.StateDict);
        Refused(() => Dbn.Load(path), "plain state dict. Load it with LoadStateDict into an existing model of the kind");

        static void Refused(Action load, string message) => load.Should().Throw<DataFormatException>().WithMessage($"*{message}*");
    }
}
