using DeepBelief.Onnx.Tests.Support;
using DeepBelief.Units;
using Xunit.Abstractions;

namespace DeepBelief.Onnx.Tests;

/// <summary>Models of several layers or with labels give in ONNX Runtime what they give here.</summary>
public sealed class ModelTests(ITestOutputHelper log)
{
    private const double Tolerance = 1e-5;

    public static TheoryData<string> Kinds => [.. Make.Kinds.Keys];

    public static TheoryData<string> KindsWithModules => [.. Make.Kinds.Keys.Except(["binomial", "softmax", "composite"])];

    [Theory]
    [MemberData(nameof(KindsWithModules))]
    public void Networks(string kind)
    {
        using var rbm = Make.Rbm("bernoulli", kind);
        using var dbn = new Dbn(rbm, new Rbm(Make.Units(kind), new GaussianUnits(2), WeightInitialization.Normal(1), 5));
        using var rows = Make.Rows(dbn.Layers[0].Visible, 17);
        DropoutRates dropout = new(0.2, 0.5);

        using var classifier = dbn.ToClassifier(classes: 3, dropout: dropout);
        classifier.eval();
        Check("Classifier, logits", classifier, null, rows, classifier.forward);
        Check("Classifier, probabilities", classifier, OnnxOutput.Probabilities, rows, data => classifier.forward(data).softmax(1));
        Check("Classifier, log probabilities", classifier, OnnxOutput.LogProbabilities, rows, data => classifier.forward(data).log_softmax(1));

        using var normalized = classifier.WithBatchNormalization(rows);
        _ = normalized.forward(rows); // Moves the collected means.
        normalized.eval();
        Check("Classifier with batch normalization, logits", normalized, null, rows, normalized.forward);

        using var labels = dbn.ToMultiLabelClassifier(labels: 4, dropout: dropout);
        labels.eval();
        Check("MultiLabelClassifier, logits", labels, null, rows, labels.forward);
        Check("MultiLabelClassifier, probabilities", labels, OnnxOutput.Probabilities, rows, data => labels.forward(data).sigmoid());

        using var regressor = dbn.ToRegressor(targets: 2, dropout: dropout);
        regressor.eval();
        Check("Regressor, predictions", regressor, null, rows, regressor.forward);

        using var autoencoder = dbn.ToAutoencoder();
        using var codes = autoencoder.Encode(rows);
        Check("Autoencoder, reconstructions", autoencoder, null, rows, autoencoder.forward);
        Check("Autoencoder, codes", autoencoder, OnnxOutput.Codes, rows, autoencoder.Encode);
        Check("Autoencoder, rows of codes", autoencoder, OnnxOutput.Decoded, codes, autoencoder.Decode);
        Check("Autoencoder.Encoder", autoencoder.Encoder, null, rows, autoencoder.Encode);
        Check("Autoencoder.Decoder", autoencoder.Decoder, null, codes, autoencoder.Decode);
    }

    [Fact]
    public void Logits_of_a_thousand_keep_their_probabilities()
    {
        using var net = Make.Randomised(Classifier.Random([6, 5], classes: 3), 2, 700);
        using var rows = Make.Normal(3, 1, 20, 6);
        Check("Classifier, extreme probabilities", net, OnnxOutput.Probabilities, rows, data => net.forward(data).softmax(1));
        Check("Classifier, extreme log probabilities", net, OnnxOutput.LogProbabilities, rows, data => net.forward(data).log_softmax(1));
    }

    [Fact]
    public void Models_of_hundreds_of_units()
    {
        using var dbn = Make.Randomised(Dbn.Bernoulli(784, 500, 250), 3, 0.05);
        using var images = Make.Rows(dbn.Layers[0].Visible, 100);
        using var net = dbn.ToClassifier(classes: 10);
        Check("784-500-250-10, logits", net, null, images, net.forward);
        Check("784-500, free energy", dbn.Layers[0], OnnxOutput.FreeEnergy, images, dbn.Layers[0].FreeEnergy);

        using var numbers = Make.Randomised(new Rbm(new GaussianUnits(784), new ReluUnits(500)), 4, 0.05);
        using var rows = Make.Rows(numbers.Visible, 100);
        Check("784-500 gaussian-relu, features", numbers, null, rows, numbers.Transform);
        Check("784-500 gaussian-relu, free energy", numbers, OnnxOutput.FreeEnergy, rows, numbers.FreeEnergy);

        using var labelled = Make.Randomised(ClassificationRbm.Bernoulli(784, 500, classes: 10), 5, 0.05);
        Check("784-500 with 10 classes, free energy", labelled, OnnxOutput.FreeEnergy, images, labelled.FreeEnergy);
        Check("784-500 with 10 classes, log p(y | v)", labelled, null, images, labelled.forward);
        Check("784-500 with 10 classes, p(y | v)", labelled, OnnxOutput.Probabilities, images, data => labelled.forward(data).exp());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Deep_belief_networks(string kind)
    {
        using var dbn = new Dbn(Make.Rbm("gaussian", kind), Make.Rbm(kind, "spin", seed: 20));
        foreach (var count in new[] { 1, 17 })
        {
            using var rows = Make.Rows(dbn.Layers[0].Visible, count);
            Check($"Dbn, features through {kind}", dbn, null, rows, data => dbn.Transform(data));
            Check($"Dbn, reconstructions through {kind}", dbn, OnnxOutput.Reconstructions, rows, data => dbn.Reconstruct(data));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Machines_with_labels(string kind)
    {
        foreach (var (name, units) in new (string, Func<UnitLayer[]>)[] { ("bits", () => [new BernoulliUnits(4)]), ("numbers and counts", () => [new GaussianUnits(2), new BinomialUnits(3, 5)]) })
        {
            using var model = new ClassificationRbm(Make.Randomised(new Rbm(new CompositeUnits([.. units(), new SoftmaxUnits(1, 3)]), Make.Units(kind)), 4, 0.7));
            using var drawn = Make.Rows(model.Joint.Visible, 17);
            foreach (var count in new[] { 1, 17 })
            {
                using var rows = drawn.narrow(0, 0, count).narrow(1, 0, model.VisibleSize).contiguous();
                Check($"ClassificationRbm of {name}, {kind}, log p(y | v)", model, null, rows, model.forward);
                Check($"ClassificationRbm of {name}, {kind}, p(y | v)", model, OnnxOutput.Probabilities, rows, data => model.forward(data).exp());
                Check($"ClassificationRbm of {name}, {kind}, features", model, OnnxOutput.Features, rows, model.Transform);
                Check($"ClassificationRbm of {name}, {kind}, free energy", model, OnnxOutput.FreeEnergy, rows, model.FreeEnergy);
            }
        }
    }

    [Fact]
    public void Networks_with_a_machine_on_top()
    {
        using var labelled = Make.Randomised(ClassificationDbn.Bernoulli([6, 5, 4], classes: 3), 2, 1);
        using var rows = Make.Rows(labelled.Layers[0].Visible, 17);
        Check("ClassificationDbn, log p(y | v)", labelled, null, rows, labelled.forward);
        Check("ClassificationDbn, p(y | v)", labelled, OnnxOutput.Probabilities, rows, data => labelled.forward(data).exp());

        using var untied = Make.Randomised(labelled.Untie(), 30, 1);
        Check("UntiedDbn, log p(y | v)", untied, null, rows, untied.forward);

        using var dbn = Dbn.Bernoulli(6, 5, 4);
        using var features = Make.Randomised(dbn.Untie(), 40, 1);
        Check("UntiedDbn, features", features, null, rows, features.forward);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Deep_Boltzmann_machines(string kind)
    {
        using var single = Make.Randomised(new Dbm(Make.Units("gaussian"), [Make.Units(kind)]), 3, 0.7);
        using var rows = Make.Rows(single.Visible, 17);
        Check($"Dbm of one layer, {kind}", single, null, rows, data => single.Transform(data));

        // Small weights, so that inference of units without bounds settles.
        using var deep = Make.Randomised(new Dbm(Make.Units("gaussian"), [Make.Units(kind), new BernoulliUnits(5), Make.Units(kind), new SpinUnits(4)]), 3, 0.2);
        foreach (var sweeps in new[] { 1, 5 })
        {
            MeanField settings = new() { MostSweeps = sweeps, Tolerance = 0 };
            Check($"Dbm of four layers, {kind}, {sweeps} sweeps", deep, OnnxOutput.FeaturesAfter(sweeps), rows, data => deep.Transform(data, settings));
        }
    }

    private void Check(string what, torch.nn.Module model, OnnxOutput? output, Tensor rows, Func<Tensor, Tensor> map)
    {
        using var noGrad = torch.no_grad();
        using var file = new OnnxFile(model, output);
        using var expected = map(rows);
        var deviation = file.Deviation(rows, expected);
        log.WriteLine($"{what}: {deviation:e1}");
        deviation.Should().BeLessThan(Tolerance, what);
    }
}
