using DeepBelief.Files;
using DeepBelief.Tests.Support;
using DeepBelief.Units;

namespace DeepBelief.Tests.Persistence;

/// <summary>Models in streams, as copies, in half precision and as classifiers by classes.</summary>
public sealed class ModelStreamTests
{
    public static TheoryData<ModelFormat> AllFormats => [.. ModelFormat.All];

    public static TheoryData<ModelFormat> CompleteFormats => [.. Formats.Complete];

    public static TheoryData<ModelFormat> GeneralFormats => [.. Formats.General];

    [Theory]
    [MemberData(nameof(AllFormats))]
    public void A_stream_holds_what_a_file_does(ModelFormat format)
    {
        using var folder = new TemporaryFolder();
        using var rbm = Rbm.Bernoulli(4, 3, seed: 1);
        using var dbn = Dbn.Bernoulli([4, 3, 2], null, seed: 2);
        Same(rbm.Save, rbm.Save);
        if (format == ModelFormat.ScikitLearn)
            return;
        Same(dbn.Save, dbn.Save);
        if (format == ModelFormat.Original)
            return;
        using var net = Classifier.Random([4, 3], 2, seed: 3);
        using var classifier = ClassificationRbm.Bernoulli(4, 3, 2, seed: 4);
        using var autoencoder = dbn.ToAutoencoder();
        Same(net.Save, net.Save);
        using var regressor = dbn.ToRegressor(2);
        using var labels = dbn.ToMultiLabelClassifier(2);
        Same(autoencoder.Save, autoencoder.Save);
        Same(regressor.Save, regressor.Save);
        Same(labels.Save, labels.Save);
        Same(classifier.Save, classifier.Save);
        using var labelled = ClassificationDbn.Bernoulli([4, 3, 2], 2, seed: 5);
        using var untied = labelled.Untie();
        Same(labelled.Save, labelled.Save);
        Same(untied.Save, untied.Save);
        using var dbm = Dbm.Bernoulli([4, 3, 2], null, seed: 5);
        Same(dbm.Save, dbm.Save);

        void Same(Action<string, ModelFormat?> toFile, Action<Stream, ModelFormat?> toStream)
        {
            toFile(folder.File("model"), format);
            using var stream = new MemoryStream();
            toStream(stream, format);
            stream.CanWrite.Should().BeTrue("it is left open");
            stream.ToArray().Should().Equal(File.ReadAllBytes(folder.File("model")));
        }
    }

    [Theory]
    [MemberData(nameof(CompleteFormats))]
    public void Models_come_back_from_streams(ModelFormat format)
    {
        using var rbm = Rbm.Bernoulli(4, 3, seed: 1);
        using var dbn = Dbn.Bernoulli([4, 3, 2], null, seed: 2);
        BackAgain(rbm, rbm.Save, stream => Rbm.Load(stream));
        BackAgain(dbn, dbn.Save, stream => Dbn.Load(stream));
        if (format == ModelFormat.Original)
            return;
        using var net = Classifier.Random([4, 3], 2, seed: 3);
        using var classifier = ClassificationRbm.Bernoulli(4, 3, 2, seed: 4);
        using var autoencoder = dbn.ToAutoencoder();
        BackAgain(net, net.Save, stream => Classifier.Load(stream));
        using var regressor = dbn.ToRegressor(2);
        using var labels = dbn.ToMultiLabelClassifier(2);
        BackAgain(autoencoder, autoencoder.Save, stream => Autoencoder.Load(stream));
        BackAgain(regressor, regressor.Save, stream => Regressor.Load(stream));
        BackAgain(labels, labels.Save, stream => MultiLabelClassifier.Load(stream));
        BackAgain(classifier, classifier.Save, stream => ClassificationRbm.Load(stream));
        using var labelled = ClassificationDbn.Bernoulli([4, 3, 3, 2], 2, seed: 5);
        using var untied = labelled.Untie();
        using var unlabelled = new Dbn(Rbm.Gaussian(4, 3), new Rbm(new BernoulliUnits(3), new SpinUnits(2))).Untie();
        BackAgain(labelled, labelled.Save, stream => ClassificationDbn.Load(stream));
        BackAgain(untied, untied.Save, stream => UntiedDbn.Load(stream));
        BackAgain(unlabelled, unlabelled.Save, stream => UntiedDbn.Load(stream));
        using var dbm = Dbm.Bernoulli([4, 3, 2], null, seed: 5);
        BackAgain(dbm, dbm.Save, stream => Dbm.Load(stream));

        void BackAgain<TModel>(TModel model, Action<Stream, ModelFormat?> save, Func<Stream, TModel> load)
            where TModel : torch.nn.Module
        {
            using var stream = new MemoryStream();
            save(stream, format);
            using var again = load(stream);
            Bytes(again).Should().BeEquivalentTo(Bytes(model));
            stream.SetLength(stream.Length / 2);
            stream.Invoking(s => load(s)).Should().Throw<DataFormatException>();
        }
    }

    [Theory]
    [MemberData(nameof(GeneralFormats))]
    public void A_classifier_by_classes_comes_back_bit_for_bit(ModelFormat format)
    {
        using var scope = torch.NewDisposeScope();
        using var folder = new TemporaryFolder();
        var units = new CompositeUnits(new GaussianUnits(2), new BernoulliUnits(3), new SoftmaxUnits(1, 4));
        using var model = new ClassificationRbm(new Rbm(units, new BernoulliUnits(6), WeightInitialization.Normal(1), seed: 3));
        model.Save(folder.File("model"), format);
        using var again = ClassificationRbm.Load(folder.File("model"));
        again.Classes.Should().Be(4);
        Bytes(again).Should().BeEquivalentTo(Bytes(model));
        var rows = torch.tensor(new[,] { { 0.5f, -1, 0, 1, 1 }, { 2, 0.25f, 1, 0, 1 } });
        Near.SameBits(again.forward(rows), model.forward(rows)).Should().BeTrue();
        var original = () => model.Save(folder.File("model"), ModelFormat.Original);
        original.Should().Throw<ArgumentException>().WithMessage("*rbm or a dbn*classification_rbm*");
    }

    [Fact]
    public void A_machine_without_a_label_is_no_classifier()
    {
        using var folder = new TemporaryFolder();
        using (var model = ClassificationRbm.Bernoulli(4, 3, 2))
            model.Save(folder.File("model"));
        var content = (OrderedDictionary<object, object?>)PtFile.Load(folder.File("model"))!;
        var config = (OrderedDictionary<object, object?>)content["config"]!;
        var visible = (OrderedDictionary<object, object?>)((OrderedDictionary<object, object?>)config["joint"]!)["visible"]!;
        visible["parts"] = new List<object?> { new Dictionary<string, object?> { ["kind"] = "bernoulli", ["size"] = 6L } };
        PtFile.Save(folder.File("model"), content);
        var load = () => ClassificationRbm.Load(folder.File("model"));
        load.Should().Throw<DataFormatException>().WithMessage("*config/joint: Expected composite visible units*");
    }

    [Fact]
    public void Names_in_state_dicts_are_those_of_the_parts()
    {
        using var labelled = ClassificationDbn.Bernoulli([4, 3, 2], 2);
        labelled.state_dict().Keys.Should().BeEquivalentTo("0.weight", "0.visible.bias", "0.hidden.bias", "top.joint.weight", "top.joint.visible.0.bias", "top.joint.visible.1.bias", "top.joint.hidden.bias");
        using var dbn = Dbn.Bernoulli(4, 3, 2);
        using var untied = dbn.Untie();
        untied.state_dict().Keys.Should().BeEquivalentTo("0.recognition", "0.generative", "0.visible.bias", "0.hidden.bias", "top.weight", "top.visible.bias", "top.hidden.bias");
        (untied.Layers[0].Recognition.shape, untied.Layers[0].Generative.shape).Should().BeEquivalentTo((new long[] { 3, 4 }, new long[] { 4, 3 }));
    }

    [Fact]
    public void A_network_whose_parts_do_not_fit_is_refused()
    {
        using var folder = new TemporaryFolder();
        using (var dbn = Dbn.Bernoulli(4, 3, 2))
        using (var untied = dbn.Untie())
            untied.Save(folder.File("model"));
        folder.Invoking(f => Dbn.Load(f.File("model"))).Should().Throw<DataFormatException>().WithMessage("*untied_dbn*UntiedDbn.Load*");
        var content = (OrderedDictionary<object, object?>)PtFile.Load(folder.File("model"))!;
        var config = (OrderedDictionary<object, object?>)content["config"]!;
        var layer = (OrderedDictionary<object, object?>)((List<object?>)config["layers"]!)[0]!;
        ((OrderedDictionary<object, object?>)layer["hidden"]!)["size"] = 1L << 40;
        PtFile.Save(folder.File("model"), content);
        folder.Invoking(f => UntiedDbn.Load(f.File("model"))).Should().Throw<DataFormatException>().WithMessage("*0.recognition: expected shape*found [3, 4]*");
        config["layers"] = new List<object?>();
        PtFile.Save(folder.File("model"), content);
        folder.Invoking(f => UntiedDbn.Load(f.File("model"))).Should().Throw<DataFormatException>().WithMessage("*config: Expected at least one layer*");
    }

    [Theory]
    [MemberData(nameof(GeneralFormats))]
    public void Models_in_half_precision_load_in_single_precision(ModelFormat format)
    {
        foreach (var type in new[] { ScalarType.Float16, ScalarType.BFloat16 })
        {
            Widened(Rbm.Bernoulli(4, 3, seed: 1), (m, s) => m.Save(s, format), s => Rbm.Load(s));
            Widened(Dbn.Gaussian(4, 3, 2), (m, s) => m.Save(s, format), s => Dbn.Load(s));
            Widened(Classifier.Random([4, 3], 2, seed: 3), (m, s) => m.Save(s, format), s => Classifier.Load(s));
            Widened(Dbn.Gaussian(4, 3, 2).ToAutoencoder(), (m, s) => m.Save(s, format), s => Autoencoder.Load(s));
            Widened(ClassificationRbm.Bernoulli(4, 3, 2, seed: 4), (m, s) => m.Save(s, format), s => ClassificationRbm.Load(s));
            Widened(ClassificationDbn.Bernoulli([4, 3, 2], 2, seed: 5), (m, s) => m.Save(s, format), s => ClassificationDbn.Load(s));
            Widened(Dbn.Gaussian(4, 3, 2).Untie(), (m, s) => m.Save(s, format), s => UntiedDbn.Load(s));
            Widened(Dbm.Gaussian(4, 3, 2), (m, s) => m.Save(s, format), s => Dbm.Load(s));
            Widened(Regressor.Random([4, 3], 2, seed: 6), (m, s) => m.Save(s, format), s => Regressor.Load(s));
            Widened(MultiLabelClassifier.Random([4, 3], 2, seed: 7), (m, s) => m.Save(s, format), s => MultiLabelClassifier.Load(s));

            void Widened<TModel>(TModel model, Action<TModel, Stream> save, Func<Stream, TModel> load)
                where TModel : torch.nn.Module
            {
                using var scope = torch.NewDisposeScope();
                using var stream = new MemoryStream();
                _ = model.to(type);
                save(model, stream);
                using var again = load(stream);
                foreach (var (name, tensor) in again.state_dict())
                {
                    tensor.dtype.Should().Be(ScalarType.Float32);
                    Near.SameBits(tensor, model.state_dict()[name].to(ScalarType.Float32)).Should().BeTrue(name);
                }

                model.Dispose();
            }
        }
    }

    [Fact]
    public void So_do_those_of_the_original_and_state_dicts()
    {
        using var scope = torch.NewDisposeScope();
        using var stream = new MemoryStream();
        using var folder = new TemporaryFolder();
        using var rbm = Rbm.Bernoulli(4, 3, seed: 1);
        _ = rbm.to(ScalarType.Float16);
        rbm.Save(stream, ModelFormat.Original);
        using var again = Rbm.Load(stream);
        Near.SameBits(again.Weight, rbm.Weight.to(ScalarType.Float32)).Should().BeTrue();
        rbm.Save(folder.File("state"), ModelFormat.StateDict);
        using var target = Rbm.Bernoulli(4, 3, seed: 5);
        target.LoadStateDict(folder.File("state"));
        Near.SameBits(target.Weight, again.Weight).Should().BeTrue();
    }

    [Fact]
    public void A_clone_is_the_same_and_independent()
    {
        using var scope = torch.NewDisposeScope();
        var before = torch.random.get_rng_state();
        foreach (var kind in UnitCases.Names)
        {
            var rbm = Make.Rbm(kind, 6, kind, 3);
            rbm.Weight.requires_grad = false;
            rbm.eval();
            var clone = rbm.Clone();
            Bytes(clone).Should().BeEquivalentTo(Bytes(rbm));
            (clone.Visible.Description, clone.Hidden.Description, clone.training).Should().Be((rbm.Visible.Description, rbm.Hidden.Description, false));
            clone.named_parameters().Select(p => (p.name, p.parameter.requires_grad)).Should().Equal(rbm.named_parameters().Select(p => (p.name, p.parameter.requires_grad)));
            using (torch.no_grad())
                _ = clone.Weight.add_(1);
            Near.SameBits(clone.Weight, rbm.Weight).Should().BeFalse();
            rbm.Dispose();
            clone.Weight.IsInvalid.Should().BeFalse();
            clone.Dispose();
        }

        using var dbn = Dbn.Bernoulli([6, 4, 3], WeightInitialization.Normal(1));
        using var dbnClone = dbn.Clone();
        Bytes(dbnClone).Should().BeEquivalentTo(Bytes(dbn));
        using var net = Classifier.Random([6, 4], 3, dropout: new(0.2, 0.5));
        using var netClone = net.Clone();
        Bytes(netClone).Should().BeEquivalentTo(Bytes(net));
        netClone.Modules.Select(module => module.GetType()).Should().Equal(net.Modules.Select(module => module.GetType()));
        netClone.training.Should().BeTrue();
        using var classifier = ClassificationRbm.Bernoulli(6, 4, 2);
        using var classifierClone = classifier.Clone();
        Bytes(classifierClone).Should().BeEquivalentTo(Bytes(classifier));
        using var labelled = ClassificationDbn.Bernoulli([6, 4, 3], 2);
        using var labelledClone = labelled.Clone();
        Bytes(labelledClone).Should().BeEquivalentTo(Bytes(labelled));
        using var untied = labelled.Untie();
        using var untiedClone = untied.Clone();
        Bytes(untiedClone).Should().BeEquivalentTo(Bytes(untied));
        using var autoencoder = dbn.ToAutoencoder();
        using var autoencoderClone = autoencoder.Clone();
        Bytes(autoencoderClone).Should().BeEquivalentTo(Bytes(autoencoder));
        using var several = MultiLabelClassifier.Random([6, 4], 3, dropout: new(0.2, 0.5));
        using var severalClone = several.Clone();
        Bytes(severalClone).Should().BeEquivalentTo(Bytes(several));
        severalClone.Modules.Select(module => module.GetType()).Should().Equal(several.Modules.Select(module => module.GetType()));
        dbnClone.Fit(CheckpointScenario.Data(), new() { Epochs = 1 });
        dbn.Dispose();
        var disposed = () => dbn.Clone();
        disposed.Should().Throw<ObjectDisposedException>();
    }

    [Fact]
    public void Neither_loading_nor_cloning_draws_from_the_callers_generator()
    {
        using var scope = torch.NewDisposeScope();
        using var net = Classifier.Random([6, 4], 3);
        using var rbm = Rbm.Gaussian(6, 4);
        using var dbn = Dbn.Bernoulli(6, 4, 3);
        using var joint = ClassificationRbm.Bernoulli(6, 4, 2);
        using var autoencoder = dbn.ToAutoencoder();
        using var regressor = dbn.ToRegressor(2);
        using var several = dbn.ToMultiLabelClassifier(2);
        using var labelled = ClassificationDbn.Bernoulli([6, 4, 3], 2);
        using var untied = labelled.Untie();
        using var dbm = Dbm.Bernoulli(6, 4, 3);
        var before = torch.random.get_rng_state();
        DrawsNothing(net.Clone(), stream => net.Save(stream), stream => Classifier.Load(stream));
        DrawsNothing(rbm.Clone(), stream => rbm.Save(stream), stream => Rbm.Load(stream));
        DrawsNothing(dbn.Clone(), stream => dbn.Save(stream), stream => Dbn.Load(stream));
        DrawsNothing(joint.Clone(), stream => joint.Save(stream), stream => ClassificationRbm.Load(stream));
        DrawsNothing(autoencoder.Clone(), stream => autoencoder.Save(stream), stream => Autoencoder.Load(stream));
        DrawsNothing(regressor.Clone(), stream => regressor.Save(stream), stream => Regressor.Load(stream));
        DrawsNothing(several.Clone(), stream => several.Save(stream), stream => MultiLabelClassifier.Load(stream));
        DrawsNothing(labelled.Clone(), stream => labelled.Save(stream), stream => ClassificationDbn.Load(stream));
        DrawsNothing(untied.Clone(), stream => untied.Save(stream), stream => UntiedDbn.Load(stream));
        DrawsNothing(dbm.Clone(), stream => dbm.Save(stream), stream => Dbm.Load(stream));

        void DrawsNothing(torch.nn.Module clone, Action<Stream> save, Func<Stream, torch.nn.Module> load)
        {
            using var stream = new MemoryStream();
            clone.Dispose();
            save(stream);
            load(stream).Dispose();
            Near.SameBits(torch.random.get_rng_state(), before).Should().BeTrue(clone.GetType().Name);
        }
    }

    private static Dictionary<string, byte[]> Bytes(torch.nn.Module module) => CheckpointScenario.Bytes(module);
}
