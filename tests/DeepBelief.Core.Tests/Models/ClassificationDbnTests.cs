using DeepBelief.Evaluation;
using DeepBelief.Sampling;
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
        // log Σ_h exp(-E(features, y, h)), literally.
        var expected = Enumeration.Matrix(features).SelectMany(x =>
        {
            var logs = OneHot.Select(y => Enumeration.LogSumExp(UnitCases.States(dbn.TopMachine.Hidden).Select(h => Enumeration.MinusEnergy(dbn.TopMachine, [.. x, .. y], h)))).ToArray();
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
    public void Samples_of_a_class_are_distributed_as_the_model_says()
    {
        const int Rows = 20_000;
        using var scope = torch.NewDisposeScope();
        using var dbn = Small();
        for (var label = 0; label < 3; label++)
        {
            // E[v | y] = Σ_h E[v | h] p(h | y).
            var states = UnitCases.States(dbn.Layers[0].Hidden);
            var logs = states.Select(x => Marginal(dbn, x, OneHot[label])).ToArray();
            var total = Enumeration.LogSumExp(logs);
            var means = Enumeration.Matrix(dbn.Layers[0].VisibleMean(Enumeration.States(3)));
            var byState = Enumeration.Matrix(Enumeration.States(3));
            var expected = Enumerable.Range(0, 4).Select(i => states.Select((x, s) => Math.Exp(logs[s] - total) * means[Array.FindIndex(byState, row => row.SequenceEqual(x))][i]).Sum()).ToArray();

            using var generator = new Generator((ulong)label + 1);
            var samples = dbn.Sample(torch.full(Rows, label, ScalarType.Int64), steps: 50, generator);
            // Means within [0, 1]: a deviation of at most a half.
            samples.mean([0L]).ShouldBeNear(expected, 5 * 0.5 / Math.Sqrt(Rows));
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
        history.Top.Last.Validation!.Accuracy.Should().BeGreaterThan(0.95);
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
    public void An_interrupted_run_goes_on()
    {
        using var scope = torch.NewDisposeScope();
        using var folder = new TemporaryFolder();
        var (rows, labels) = Bars(60, 5);
        labels = torch.where(torch.arange(60).remainder(3).eq(0), torch.full_like(labels, -1), labels);
        var options = Options with
        {
            Layers = [new() { Epochs = 3 }, new() { Epochs = 2 }],
            Top = new() { Epochs = 4, GenerativeWeight = 1, NegativePhase = new PersistentContrastiveDivergence(1, 7) },
        };
        using var straight = ClassificationDbn.Bernoulli([16, 5, 4, 3], classes: 4, seed: 3);
        var expected = straight.Fit(rows, labels, options);
        // Epochs 1 to 5 are the layers', 6 to 9 the top's.
        for (var epoch = 1; epoch < 9; epoch++)
        {
            var saved = options with { Checkpoint = new() { Path = folder.File($"run-{epoch}") } };
            using var broken = ClassificationDbn.Bernoulli([16, 5, 4, 3], classes: 4, seed: 3);
            var fit = () => broken.Fit(rows, labels, saved, progress: new Interruption(epoch));
            fit.Should().Throw<Exception>();
            using var resumed = ClassificationDbn.Bernoulli([16, 5, 4, 3], classes: 4, seed: 3);
            var history = resumed.Fit(rows, labels, saved);
            history.Top.Epochs.Select(e => e with { Elapsed = default }).Should().Equal(expected.Top.Epochs.Select(e => e with { Elapsed = default }));
            CheckpointScenario.Bytes(resumed).Should().BeEquivalentTo(CheckpointScenario.Bytes(straight), $"it was broken off after epoch {epoch}");
            using var read = ClassificationDbn.Load(folder.File($"run-{epoch}"));
            CheckpointScenario.Bytes(read).Should().BeEquivalentTo(CheckpointScenario.Bytes(straight));
        }

        using var longer = ClassificationDbn.Bernoulli([16, 5, 4, 3], classes: 4, seed: 3);
        var more = options with { Top = options.Top with { Epochs = 6 }, Checkpoint = new() { Path = folder.File("run-8") } };
        longer.Fit(rows, labels, more).Top.Epochs.Should().HaveCount(6);
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
        Refused(() => ClassificationDbn.Bernoulli([4, 3], classes: 2), "sizes", "*three sizes*");
        Refused(() => dbn.Fit(rows, labels + 1), "labels", "*[-1, 1]*");
        Refused(() => dbn.Fit(torch.zeros(3, 5), labels), "visible", "*[batch, 4]*");
        Refused(() => dbn.Fit(rows + 2, labels), "visible", "*[0, 1]*");
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
