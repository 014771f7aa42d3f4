using DeepBelief.Evaluation;
using DeepBelief.Tests.Oracles;
using DeepBelief.Tests.Support;
using DeepBelief.Training;
using DeepBelief.Units;

namespace DeepBelief.Tests.Models;

public sealed class ClassificationDbnTests
{
    [Fact]
    public void The_probability_of_a_class_is_that_of_the_joint_distribution_of_features_and_labels()
    {
        using var scope = torch.NewDisposeScope();
        using var dbn = Small();
        var rows = Enumeration.States(4);
        var features = dbn.Layers[0].HiddenMean(rows);
        dbn.TransformToTop(rows).ShouldBeNear(features, 0);
        var expected = Enumeration.Matrix(features).SelectMany(x =>
        {
            var logs = OneHot.Select(y => Marginal(dbn, x, y)).ToArray();
            return logs.Select(log => Math.Exp(log - Enumeration.LogSumExp(logs)));
        }).ToArray();
        dbn.forward(rows).exp().ShouldBeNear(expected, 1e-12);
        dbn.PredictProbabilities(rows).ShouldBeNear(expected, 1e-12);
        Enumeration.Read(dbn.Predict(rows)).Should().Equal(expected.Chunk(3).Select(row => (double)Array.IndexOf(row, row.Max())));
        var labels = torch.tensor(Enumerable.Range(0, 16).Select(i => i % 3L).ToArray());
        dbn.Score(rows, labels).Loss.Should().BeApproximately(-expected.Chunk(3).Select((row, i) => Math.Log(row[i % 3])).Average(), 1e-12);
    }

    [Fact]
    public void The_likelihood_is_the_sum_over_hidden_states_and_labels()
    {
        using var scope = torch.NewDisposeScope();
        using var dbn = Small();
        var rows = Enumeration.States(4);
        var oracle = Oracle(dbn);
        var expected = Enumeration.Matrix(rows).Select(oracle.Log).ToArray();
        var exact = DeepLogLikelihood.Exact(dbn, rows);
        exact.Rows.ToArray().ShouldBeNear(expected, 1e-12);
        exact.Rows.Sum(Math.Exp).Should().BeApproximately(1, 1e-12);

        using var generator = new Generator(1);
        var logZ = ExactEnumeration.LogPartition(dbn.TopMachine);
        var bound = DeepLogLikelihood.LowerBound(dbn, rows, logZ, samples: 2000, generator);
        bound.Mean.Should().BeApproximately(Enumeration.Matrix(rows).Average(oracle.Bound), 5 * bound.SamplingError);
    }

    [Fact]
    public void Chains_that_hold_a_label_have_the_distribution_of_its_rows()
    {
        const int Rows = 20_000;
        using var scope = torch.NewDisposeScope();
        using var dbn = Small();
        var features = Enumeration.States(3);
        var means = dbn.Layers[0].VisibleMean(features);
        for (var label = 0; label < 3; label++)
        {
            using var generator = new Generator((ulong)label + 1);
            var rows = dbn.Sample(torch.full(Rows, label, ScalarType.Int64), steps: 50, generator);
            // A row is E[v | features], which tells the features.
            var (distances, numbers) = (rows.unsqueeze(1) - means).abs().sum(2).min(1);
            distances.max().item<double>().Should().BeLessThan(1e-12);
            var logs = Enumeration.Matrix(features).Select(x => Marginal(dbn, x, OneHot[label])).ToArray();
            Enumeration.Read(torch.bincount(numbers, minlength: 8)).Select(count => count / Rows).ToArray()
                .ShouldBeFrequencies([.. logs.Select(log => Math.Exp(log - Enumeration.LogSumExp(logs)))], Rows);
        }
    }

    [Fact]
    public void A_row_without_a_label_gives_the_gradient_of_its_probability()
    {
        using var scope = torch.NewDisposeScope();
        using var model = Small();
        var top = model.Top;
        var states = Enumeration.States(3);
        var joint = torch.cat([.. Enumerable.Range(0, 3).Select(y => top.Join(states, torch.full(8, y, ScalarType.Int64)))]);
        var counts = top.Joint.FreeEnergy(joint).neg().softmax(0).mul(200_000).round().to(ScalarType.Int64);
        const int Copies = 40_000;
        var rows = states.narrow(0, 5, 1).repeat(Copies, 1);
        // One row has a label, as one has to.
        var labels = torch.cat([torch.zeros(1, ScalarType.Int64), torch.full(Copies - 1, -1, ScalarType.Int64)]);
        var options = new ClassificationRbmOptions { GenerativeWeight = 1, DiscriminativeWeight = 0, BatchSize = Copies, NegativePhase = new GivenRows(joint.repeat_interleave(counts.detach(), 0)) };
        using var batches = new InMemoryBatches(new(rows, labels), options);
        using var task = new ClassificationRbmTask(top, batches, null, options, initialize: false);
        task.BeginEpoch(1);
        task.ComputeGradient(1, keep: 0);
        var found = top.parameters().Select(p => Enumeration.Read(p.grad!)).ToArray();

        // -log p(v), and -log p(y | v) of the row that has a label, by autograd of the exact values.
        foreach (var parameter in top.parameters())
            parameter.grad = null;
        var row = states.narrow(0, 5, 1);
        (top.FreeEnergy(row).sum() + top.Joint.FreeEnergy(joint).neg().logsumexp(0) - top.forward(row)[0, 0]).backward();
        foreach (var (gradient, parameter) in found.Zip(top.parameters()))
            gradient.ShouldBeNear(Enumeration.Read(parameter.grad!), 5 * 0.5 / Math.Sqrt(Copies));
        found[0].Max(Math.Abs).Should().BeGreaterThan(0.1);
    }

    [Fact]
    public void It_learns_classes_and_draws_rows_of_them()
    {
        using var scope = torch.NewDisposeScope();
        var (rows, labels) = Bars(600, 1);
        var (unseen, unseenLabels) = Bars(300, 2);
        using var dbn = ClassificationDbn.Bernoulli([16, 20, 30], classes: 4, seed: 3);
        var history = dbn.Fit(rows, labels, Options, (unseen, unseenLabels));
        history.Layers.Should().HaveCount(1);
        history.Layers[0].Last.FreeEnergyGap.Should().NotBeNull();
        history.Top.Last.Validation!.Accuracy.Should().BeGreaterThan(0.95);
        dbn.Score(unseen, unseenLabels).Should().Be(history.Top.Last.Validation);

        using var generator = new Generator(4);
        var classes = torch.tensor(Enumerable.Range(0, 400).Select(i => i % 4L).ToArray());
        var drawn = dbn.Sample(classes, steps: 200, generator);
        // By the bar that is on most, without the network.
        drawn.reshape(-1, 4, 4).mean([2L]).argmax(1).eq(classes).to(ScalarType.Float64).mean().ToDouble().Should().BeGreaterThan(0.9);
    }

    [Fact]
    public void Rows_without_labels_help_the_few_that_have_them()
    {
        const int Known = 12;
        using var scope = torch.NewDisposeScope();
        for (var seed = 1; seed <= 3; seed++)
        {
            var (rows, labels) = Bars(600, seed);
            var (unseen, unseenLabels) = Bars(1000, seed + 50);
            var few = torch.where(torch.arange(600).lt(Known), labels, torch.full_like(labels, -1));
            using var all = ClassificationDbn.Bernoulli([16, 20, 30], classes: 4, seed: seed);
            _ = all.Fit(rows, few, Options with { Seed = seed });
            using var alone = ClassificationDbn.Bernoulli([16, 20, 30], classes: 4, seed: seed);
            _ = alone.Fit(rows.narrow(0, 0, Known), labels.narrow(0, 0, Known), Options with { Seed = seed });
            all.Score(unseen, unseenLabels).Accuracy.Should().BeGreaterThan(0.98).And.BeGreaterThan(alone.Score(unseen, unseenLabels).Accuracy);
        }
    }

    [Fact]
    public void The_weights_of_rows_count_in_all_layers()
    {
        using var scope = torch.NewDisposeScope();
        // Rows of class 1 are on everywhere, and weigh nothing.
        var labels = torch.arange(100).remainder(2);
        var rows = labels.unsqueeze(1).expand(100, 6).to(ScalarType.Float32);
        using var dbn = ClassificationDbn.Bernoulli([6, 4, 4], classes: 2, seed: 3);
        _ = dbn.Fit(rows, labels, Options, weights: labels.eq(0).to(ScalarType.Float32));
        using var generator = new Generator(4);
        dbn.Sample(torch.zeros(50, ScalarType.Int64), steps: 20, generator).mean().ToDouble().Should().BeLessThan(0.1);
        dbn.Layers[0].VisibleMean(torch.zeros(1, 4)).mean().ToDouble().Should().BeLessThan(0.1);
    }

    [Fact]
    public void A_source_teaches_what_rows_in_memory_do()
    {
        using var scope = torch.NewDisposeScope();
        var (rows, labels) = Bars(600, 1);
        var some = torch.where(torch.arange(600).remainder(3).eq(0), labels, torch.full_like(labels, -1));
        var (unseen, unseenLabels) = Bars(300, 2);
        using var dbn = ClassificationDbn.Bernoulli([16, 20, 30], classes: 4, seed: 3);
        var history = dbn.Fit(new ShuffledLabelledSource(rows, some, new ClassifierTrainingOptions { BatchSize = 30 }), Options, (unseen, unseenLabels));
        history.Layers[0].Epochs.Should().HaveCount(20);
        var found = history.Top.Last.Validation!;
        found.Accuracy.Should().BeGreaterThan(0.95);

        // The same batches, but chains that begin elsewhere.
        using var other = ClassificationDbn.Bernoulli([16, 20, 30], classes: 4, seed: 3);
        var expected = other.Fit(rows, some, Options with { BatchSize = 30, Top = Options.Top with { BatchSize = 30 } }, (unseen, unseenLabels)).Top.Last.Validation!;
        found.Loss.Should().BeApproximately(expected.Loss, 0.01);
    }

    [Fact]
    public void Cancelling_the_top_keeps_what_the_layers_below_have_done()
    {
        using var scope = torch.NewDisposeScope();
        var (rows, labels) = Bars(60, 1);
        using var source = new CancellationTokenSource();
        using var dbn = ClassificationDbn.Bernoulli([16, 5, 4, 3], classes: 4, seed: 3);
        var fit = () => dbn.Fit(rows, labels, Options with { Epochs = 3 }, progress: Told.AfterEpochs(p =>
        {
            p.Layers.Should().Be(3);
            if (p is { Layer: 3, Epoch: 2 })
                source.Cancel();
        }), cancellationToken: source.Token);
        var cancelled = fit.Should().Throw<TrainingCanceledException<ClassifierMetrics>>().Which;
        cancelled.History.Epochs.Should().HaveCount(2);
        cancelled.Below.Select(layer => layer.Epochs.Count).Should().Equal(3, 3);
    }

    [Fact]
    public void A_checkpoint_holds_the_network_and_more_epochs_go_on_from_it()
    {
        using var scope = torch.NewDisposeScope();
        using var folder = new TemporaryFolder();
        var (rows, labels) = Bars(60, 5);
        // A mean over the end of a shorter run would not be on the way of a longer one.
        var options = new ClassificationDbnOptions { Epochs = 2, Top = new() { Epochs = 4, Averaging = 0 }, Checkpoint = new() { Path = folder.File("run") } };
        using var first = ClassificationDbn.Bernoulli([16, 5, 4, 3], classes: 4, seed: 3);
        var history = first.Fit(rows, labels, options);
        using var read = ClassificationDbn.Load(folder.File("run"));
        CheckpointScenario.Bytes(read).Should().BeEquivalentTo(CheckpointScenario.Bytes(first));

        options = options with { Top = options.Top with { Epochs = 6 } };
        using var longer = ClassificationDbn.Bernoulli([16, 5, 4, 3], classes: 4, seed: 3);
        var more = longer.Fit(rows, labels, options).Top.Epochs;
        more.Take(4).Should().Equal(history.Top.Epochs);
        using var atOnce = ClassificationDbn.Bernoulli([16, 5, 4, 3], classes: 4, seed: 3);
        more.Select(MetricsText.Of).Should().Equal(atOnce.Fit(rows, labels, options with { Checkpoint = null }).Top.Epochs.Select(MetricsText.Of));
        CheckpointScenario.Bytes(longer).Should().BeEquivalentTo(CheckpointScenario.Bytes(atOnce));
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        using var scope = torch.NewDisposeScope();
        using var dbn = ClassificationDbn.Bernoulli([4, 3, 2], classes: 2);
        var rows = torch.zeros(3, 4);
        var labels = torch.tensor(new[] { 0L, 1, 1 });
        Refused(() => new ClassificationDbn([Rbm.Bernoulli(4, 3)], ClassificationRbm.Bernoulli(5, 2, 2)), "top", "*3 bernoulli*");
        Refused(() => new ClassificationDbn([], ClassificationRbm.Bernoulli(5, 2, 2)), "layers", "*at least one layer*");
        Refused(() => ClassificationDbn.Bernoulli([4, 3], classes: 2), "sizes", "*3 or more sizes*");
        Refused(() => dbn.Fit(rows, labels + 1), "labels", "*[-1, 1]*");
        Refused(() => dbn.Fit(torch.zeros(3, 5), labels), "visible", "*[batch, 4]*");
        Refused(() => dbn.Fit(rows + 2, labels), "visible", "*[0, 1]*");
        Refused(() => dbn.Fit(rows, torch.tensor(new[] { 0L, -1, 1 }), weights: torch.tensor(new[] { 0f, 1, 0 })), "labels", "*with a label and a weight above 0, found none*");
        Refused(() => dbn.Fit(rows, labels, validation: (rows, labels - 1)), "validation", "*[0, 1]*");
        Refused(() => dbn.Fit(rows, labels, new() { Layers = [new(), new()] }), "options", "*1 layers, found 2*");
        Refused(() => dbn.Fit(rows, labels, new() { Top = new() { Checkpoint = new() { Path = "x" } } }), "Top.Checkpoint", "*one checkpoint*");
        Refused(() => dbn.Sample(torch.tensor(new[] { 2L })), "labels", "*[0, 1]*");
        Refused(() => dbn.Sample(torch.zeros(0, ScalarType.Int64)), "labels", "*one or more*");
        Refused(() => dbn.Predict(torch.zeros(3, 5)), "inputs", "*[batch, 4]*");
        Refused(() => dbn.Predict(rows + 2), "inputs", "*[0, 1]*");
        dbn.Dispose();
        dbn.Invoking(d => d.Predict(rows)).Should().Throw<ObjectDisposedException>();

        static void Refused(Func<object> call, string name, string message)
            => call.Should().Throw<ArgumentException>().WithMessage(message).WithParameterName(name);
    }

    private static ClassificationDbnOptions Options => new() { Epochs = 20, Top = new() { Epochs = 40, DiscriminativeWeight = 0, GenerativeWeight = 1 } };

    private static double[][] OneHot { get; } = [[1, 0, 0], [0, 1, 0], [0, 0, 1]];

    private static ClassificationDbn Small()
    {
        var top = new ClassificationRbm(new Rbm(new CompositeUnits(new BernoulliUnits(3), new SoftmaxUnits(1, 3)), new BernoulliUnits(2)));
        _ = top.to(ScalarType.Float64);
        Make.Randomise(top, 30, 1);
        return new([Make.Rbm("bernoulli", 4, "bernoulli", 3)], top);
    }

    // log Σ_h exp(-E(x, y, h)), literally.
    private static double Marginal(ClassificationDbn dbn, double[] x, double[] y)
        => Enumeration.LogSumExp(UnitCases.States(dbn.TopMachine.Hidden).Select(h => Enumeration.MinusEnergy(dbn.TopMachine, [.. x, .. y], h)));

    private static DeepEnumeration Oracle(ClassificationDbn dbn)
    {
        var joint = DeepEnumeration.LogMarginal(dbn.TopMachine);
        return new([.. dbn.Layers.Select(rbm => (rbm, rbm))], x => Enumeration.LogSumExp(OneHot.Select(y => joint([.. x, .. y]))));
    }

    /// <summary>Images of four by four bits: the row that the label names, which is a bar, and one bit in ten flipped.</summary>
    private static (Tensor Rows, Tensor Labels) Bars(int rows, int seed)
    {
        var labels = torch.arange(rows, ScalarType.Int64).remainder(4);
        var bars = torch.nn.functional.one_hot(labels, 4).repeat_interleave(4, 1).to(ScalarType.Bool);
        return (bars.ne(Make.Bits(seed + 100, rows, 16, 0.1).to(ScalarType.Bool)).to(ScalarType.Float32), labels);
    }
}
