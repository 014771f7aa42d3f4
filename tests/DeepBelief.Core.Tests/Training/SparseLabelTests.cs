using DeepBelief.Sampling;
using DeepBelief.Tests.Support;
using DeepBelief.Training;

namespace DeepBelief.Tests.Training;

/// <summary>Sparse rows of models with labels or targets, and of other networks.</summary>
public sealed class SparseLabelTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_classifier_learns_the_same_bits(bool areWeighted)
    {
        using var scope = torch.NewDisposeScope();
        var (rows, labels) = Data();
        var weights = areWeighted ? torch.arange(rows.shape[0]).remainder(4) : null;
        // The rows to score decide where the run stops.
        var options = new ClassifierTrainingOptions { Epochs = 8, Patience = 1, EvaluationRows = 20, ClassWeights = ClassWeights.Balanced, Optimizer = new AdamSettings() };
        Same(
            () => Classifier.Random([12, 8], 3, seed: 1, dropout: new DropoutRates(0.1, 0.2)),
            (net, given) => net.FitClassifier(given, labels, options, weights: weights).Epochs);
    }

    [Fact]
    public void The_classifier_of_a_network_that_learned_from_sparse_rows_learns_from_them()
    {
        using var scope = torch.NewDisposeScope();
        var (rows, labels) = Data();
        using var dbn = Dbn.Bernoulli([12, 16], seed: 1);
        _ = dbn.Fit(rows.to_sparse(), new() { Epochs = 3 });
        using var net = dbn.ToClassifier(3);
        _ = net.FitClassifier(rows.to_sparse(), labels, new() { Epochs = 40, Optimizer = new AdamSettings() });
        net.Score(rows, labels).Accuracy.Should().BeGreaterThan(0.95);
    }

    [Fact]
    public void Rows_without_labels_may_be_sparse_too()
    {
        using var scope = torch.NewDisposeScope();
        var (rows, labels) = Data();
        var few = labels.narrow(0, 0, 40);
        var options = new ClassifierTrainingOptions { Epochs = 2 };
        Same(
            () => Classifier.Random([12, 8], 3, seed: 1),
            (net, given) => net.FitClassifier(Of(given, 40), few, options, unlabelled: given).Epochs);

        Tensor Of(Tensor given, int count) => given.is_sparse ? rows.narrow(0, 0, count).to_sparse() : rows.narrow(0, 0, count);
    }

    [Fact]
    public void Other_networks_learn_the_same_bits()
    {
        using var scope = torch.NewDisposeScope();
        var (rows, labels) = Data();
        var targets = torch.nn.functional.one_hot(labels, 3).to(ScalarType.Float32);
        var weights = torch.arange(rows.shape[0]).remainder(4);
        var options = new NetworkTrainingOptions { Epochs = 2 };
        Same(() => Regressor.Random([12, 8], 3, seed: 1), (net, given) => net.Fit(given, targets, options, (given, targets), weights: weights).Epochs);
        Same(() => MultiLabelClassifier.Random([12, 8], 3, seed: 1), (net, given) => net.Fit(given, targets, options, (given, targets), weights: weights).Epochs);
        Same(() => Dbn.Bernoulli([12, 5], seed: 1).ToAutoencoder(), (net, given) => net.FitAutoencoder(given, new() { Epochs = 2 }, given, weights: weights).Epochs);
        Same(
            () => Regressor.Random([12, 8], 3, seed: 1),
            (net, given) => NetworkTraining.Fit(net, given, targets, (output, target) => (output - target).abs().sum(1), options, (given, targets), weights: weights).Epochs);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_machine_with_labels_learns_the_same_bits(bool hasGaps)
    {
        using var scope = torch.NewDisposeScope();
        var (rows, labels) = Data(hasGaps);
        var weights = torch.arange(rows.shape[0]).remainder(4);
        var options = new ClassificationRbmOptions { Epochs = 2, GenerativeWeight = 0.5 };
        Same(
            () => ClassificationRbm.Bernoulli(12, 6, 3, seed: 1),
            (machine, given) => machine.Fit(given, labels, options, (given, labels.clamp(min: 0)), weights: weights).Epochs);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Deep_networks_with_labels_learn_the_same_bits(bool hasGaps)
    {
        using var scope = torch.NewDisposeScope();
        var (rows, labels) = Data(hasGaps);
        var weights = torch.arange(rows.shape[0]).remainder(4);
        // Without what initializes from a sample.
        var options = new ClassificationDbnOptions { Epochs = 2, InitializeFromData = false, Centering = null, NegativePhase = new ContrastiveDivergence(), EvaluationRows = 1000 };
        Same(
            () => ClassificationDbn.Bernoulli([12, 6, 5], 3, seed: 1),
            (network, given) => network.Fit(given, labels, options, weights: weights).Top.Epochs);
        Same(
            () => ClassificationDbn.Bernoulli([12, 6, 5], 3, seed: 1).Untie(),
            (network, given) => network.Fit(given, labels, new() { Epochs = 2 }, weights: weights).Epochs);
        Same(() => Dbn.Bernoulli([12, 6, 5], seed: 1).Untie(), (network, given) => network.Fit(given, options: new() { Epochs = 2 }).Epochs);
    }

    [Fact]
    public void Sparse_rows_are_predicted_and_scored_as_dense_ones()
    {
        using var scope = torch.NewDisposeScope();
        // More rows than a block has of so many columns.
        const int Rows = 200, Columns = 100_000;
        var places = torch.stack([torch.arange(400).remainder(Rows), torch.arange(400) * 249]);
        var sparse = torch.sparse_coo_tensor(places, torch.ones(400), [Rows, Columns]);
        var dense = sparse.to_dense();
        var labels = torch.arange(Rows).remainder(2);
        var targets = torch.stack([labels, labels], 1).to(ScalarType.Float32);
        var weights = torch.arange(Rows).remainder(4);
        using var net = Classifier.Random([Columns, 3], 2, seed: 1);
        net.PredictProbabilities(sparse).ShouldBeNear(net.PredictProbabilities(dense), 1e-6);
        net.Predict(sparse).ShouldBeNear(net.Predict(dense), 0);
        net.Score(sparse, labels, weights).Loss.Should().BeApproximately(net.Score(dense, labels, weights).Loss, 1e-6);
        using var regressor = Regressor.Random([Columns, 3], 2, seed: 1);
        regressor.Predict(sparse).ShouldBeNear(regressor.Predict(dense), 1e-5);
        regressor.Score(sparse, targets, weights).RootMeanSquaredError[0].Should().BeApproximately(regressor.Score(dense, targets, weights).RootMeanSquaredError[0], 1e-6);
        using var several = MultiLabelClassifier.Random([Columns, 3], 2, seed: 1);
        several.Score(sparse, targets, weights).Loss.Should().BeApproximately(several.Score(dense, targets, weights).Loss, 1e-6);
        using var autoencoder = Dbn.Bernoulli([Columns, 2], seed: 1).ToAutoencoder();
        autoencoder.Losses(sparse).ShouldBeNear(autoencoder.Losses(dense), 0.1);
        using var machine = ClassificationRbm.Bernoulli(Columns, 3, 2, seed: 1);
        machine.PredictProbabilities(sparse).ShouldBeNear(machine.PredictProbabilities(dense), 1e-6);
        // The labels and the losses of a block stand beside its rows.
        var history = NetworkTraining.Fit(
            regressor, dense.narrow(0, 0, 20), targets.narrow(0, 0, 20), (output, target) => (output - target).square().sum(1), new() { Epochs = 1 }, (sparse, targets));
        history.Last.Validation.Should().BeApproximately((regressor.Predict(dense) - targets).square().sum(1).mean().item<float>(), 1e-5);
    }

    [Fact]
    public void A_run_goes_on_from_its_checkpoint_and_knows_its_rows()
    {
        using var scope = torch.NewDisposeScope();
        using var folder = new TemporaryFolder();
        var (rows, labels) = Data();
        var options = new ClassifierTrainingOptions { Epochs = 2, Averaging = 0, Checkpoint = new() { Path = folder.File("run") } };
        var sparse = rows.to_sparse();
        _ = Fit(sparse, labels, sparse, options);
        var more = Fit(sparse, labels, sparse, options with { Epochs = 4 });
        more.Should().Equal(Fit(rows, labels, rows, options with { Epochs = 4, Checkpoint = null }));

        var others = (1 - rows).to_sparse();
        foreach (var other in new Action[] { () => Fit(others, labels, sparse, options), () => Fit(sparse, 2 - labels, sparse, options), () => Fit(sparse, labels, others, options) })
            other.Should().Throw<CheckpointMismatchException>();

        static List<string> Fit(Tensor inputs, Tensor labels, Tensor validation, ClassifierTrainingOptions options)
        {
            using var net = Classifier.Random([12, 8], 3, seed: 1);
            return [.. net.FitClassifier(inputs, labels, options, (validation, labels)).Epochs.Select(MetricsText.Of)];
        }
    }

    [Fact]
    public void What_does_not_fit_is_refused_by_name()
    {
        using var scope = torch.NewDisposeScope();
        var (rows, labels) = (torch.eye(3).to_sparse(), torch.tensor(new[] { 0L, 1, 0 }));
        var (twos, infinite, wide) = ((torch.eye(3) * 2).to_sparse(), (torch.eye(3) / 0).nan_to_num(0, posinf: double.PositiveInfinity).to_sparse(), torch.eye(4).to_sparse());
        using var net = Classifier.Random([3], 2);
        using var machine = ClassificationRbm.Bernoulli(3, 2, 2);
        using var untied = Dbn.Bernoulli(3, 2, 2).Untie();
        using var network = ClassificationDbn.Bernoulli([3, 2, 2], 2);
        Refused(() => net.FitClassifier(infinite, labels), "inputs", "*finite*");
        Refused(() => net.FitClassifier(wide, labels), "inputs", "*[rows, 3]*[4, 4]*");
        Refused(() => net.FitClassifier(rows, labels, validation: (infinite, labels)), "validation", "*finite*");
        Refused(() => net.FitClassifier(rows, labels, unlabelled: infinite), "unlabelled", "*finite*");
        Refused(() => net.FitClassifier(rows, labels.narrow(0, 0, 2)), "labels", "*[3]*[2]*");
        Refused(() => net.FitClassifier(rows, labels + 1), "labels", "*[0, 1]*[1, 2]*");
        Refused(() => net.Predict(infinite), "inputs", "*finite*");
        Refused(() => net.Score(wide, labels), "inputs", "*[rows, 3]*[4, 4]*");
        Refused(() => machine.Fit(twos, labels), "visible", "*[0, 1]*[0, 2]*");
        Refused(() => machine.Fit(rows, labels, validation: (twos, labels)), "validation", "*[0, 1]*[0, 2]*");
        Refused(() => machine.Predict(twos), "inputs", "*[0, 1]*[0, 2]*");
        Refused(() => network.Fit(twos, labels), "visible", "*[0, 1]*[0, 2]*");
        Refused(() => untied.Fit(twos), "data", "*[0, 1]*[0, 2]*");
        // Of layers that learn without labels.
        Refused(() => untied.Fit(rows, validation: (rows, null)), "validation", "*dense*to_dense()*");
        Refused(() => network.Fit(rows, labels, validation: (rows, labels)), "validation", "*dense*to_dense()*");
        var source = new ShuffledLabelledSource(torch.eye(3), labels, new ClassifierTrainingOptions());
        Refused(() => net.FitClassifier(source, validation: (wide, labels)), "validation", "*[rows, 3]*[4, 4]*");

        static void Refused(Action action, string name, string message) => action.Should().Throw<ArgumentException>().WithMessage(message).WithParameterName(name);
    }

    // Rows of three classes, each with bits of its own; -1 for a row without a label.
    private static (Tensor Rows, Tensor Labels) Data(bool hasGaps = false)
    {
        const int Rows = 230;
        var labels = torch.arange(Rows).remainder(7).clamp(max: 2);
        var own = labels.unsqueeze(1).eq(torch.arange(12).remainder(3).unsqueeze(0)).to(ScalarType.Float32);
        var rows = own * Make.Bits(1, Rows, 12, 0.8).to(ScalarType.Float32);
        return (rows, hasGaps ? labels.masked_fill(torch.arange(Rows).remainder(3).eq(0), -1) : labels);
    }

    private static void Same<TModel>(Func<TModel> make, Func<TModel, Tensor, IEnumerable<IEpochMetrics>> fit)
        where TModel : torch.nn.Module
    {
        var rows = Data().Rows;
        using var one = make();
        using var other = make();
        var expected = fit(one, rows).Select(MetricsText.Of).ToList();
        fit(other, rows.to_sparse()).Select(MetricsText.Of).Should().Equal(expected);
        foreach (var (a, b) in other.parameters().Zip(one.parameters()))
            Near.SameBits(a, b).Should().BeTrue();
    }
}
