using DeepBelief.Tests.Support;
using DeepBelief.Training;

namespace DeepBelief.Tests.Training;

public sealed class TrainingLoopTests
{
    private static readonly OptimizerSettings PlainSgd = new SgdSettings { Momentum = 0, WeightDecay = 0 };

    [Fact]
    public void Every_row_is_used_once_an_epoch_in_a_new_order_and_the_last_batch_is_smaller()
    {
        using var scope = torch.NewDisposeScope();
        using var model = new CountingModel();
        var data = torch.arange(10, ScalarType.Float32).reshape(10, 1);

        _ = model.Fit(data, new() { Epochs = 2, BatchSize = 4, Optimizer = PlainSgd, Seed = 7 });

        model.Batches.Select(batch => batch.Length).Should().Equal(4, 4, 2, 4, 4, 2);
        var first = model.Batches.Take(3).SelectMany(batch => batch).ToArray();
        var second = model.Batches.Skip(3).SelectMany(batch => batch).ToArray();
        first.Should().BeEquivalentTo(Enumerable.Range(0, 10).Select(i => (float)i));
        second.Should().BeEquivalentTo(first);
        first.Should().NotEqual(second);
        first.Should().NotBeInAscendingOrder();
    }

    [Fact]
    public void Early_stopping_ends_the_run_and_restores_the_best_epoch()
    {
        using var scope = torch.NewDisposeScope();
        using var model = new CountingModel();
        // One batch an epoch and a rate of 1: w is 1, 2, 3, 4, ... and the error (w - 3)² is least after epoch 3.
        var history = model.Fit(torch.zeros(5, 1), new() { Epochs = 50, BatchSize = 5, LearningRate = 1, Optimizer = PlainSgd, Patience = 4 });

        history.Epochs.Select(e => e.ReconstructionError).Should().Equal(4, 1, 0, 1, 4, 9, 16);
        history.BestEpoch.Should().Be(3);
        history.Best.ReconstructionError.Should().Be(0);
        history.StoppedEarly.Should().BeTrue();
        model.W.Should().Be(3);
    }

    [Fact]
    public void Best_weights_are_restored_when_all_epochs_ran()
    {
        using var scope = torch.NewDisposeScope();
        using var model = new CountingModel();
        var history = model.Fit(torch.zeros(5, 1), new() { Epochs = 5, BatchSize = 5, LearningRate = 1, Optimizer = PlainSgd, Patience = 10 });
        history.StoppedEarly.Should().BeFalse();
        model.W.Should().Be(3);
    }

    [Fact]
    public void Without_patience_the_last_weights_stay()
    {
        using var scope = torch.NewDisposeScope();
        using var model = new CountingModel();
        var history = model.Fit(torch.zeros(5, 1), new() { Epochs = 5, BatchSize = 5, LearningRate = 1, Optimizer = PlainSgd });
        history.BestEpoch.Should().Be(3);
        model.W.Should().Be(5);
    }

    [Fact]
    public void Learning_rate_and_momentum_follow_their_schedules()
    {
        using var scope = torch.NewDisposeScope();
        using var model = new CountingModel();
        var history = model.Fit(torch.zeros(5, 1), new()
        {
            Epochs = 3,
            BatchSize = 5,
            LearningRate = Schedule.Linear(1, 0.5),
            Optimizer = new SgdSettings { Momentum = Schedule.Switch(0, 3, 0.5), WeightDecay = 0.25 },
        });

        history.Epochs.Select(e => e.LearningRate).Should().Equal(1, 0.75, 0.5);
        // The gradient is -1 throughout, and no weight decay for a parameter of one dimension. Momentum begins in epoch 3,
        // with the gradient of epoch 2.
        model.W.Should().BeApproximately(1 + 0.75 + (0.5 * 1.5), 1e-6);
    }

    [Fact]
    public void Momentum_accumulates_over_updates()
    {
        using var scope = torch.NewDisposeScope();
        using var model = new CountingModel();
        _ = model.Fit(torch.zeros(3, 1), new() { Epochs = 1, BatchSize = 1, LearningRate = 1, Optimizer = new SgdSettings { Momentum = 0.5 } });
        model.W.Should().BeApproximately(1 + 1.5 + 1.75, 1e-6);
    }

    [Fact]
    public void Weight_decay_shrinks_weights_but_not_biases()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm("bernoulli", 3, "bernoulli", 2, weights: 1);
        var before = rbm.Weight.detach().clone();
        var bias = ((DeepBelief.Units.BernoulliUnits)rbm.Hidden).Bias;
        var biasBefore = bias.detach().clone();
        var optimizer = new SgdSettings { Momentum = 0, WeightDecay = 0.5 }.Create([.. rbm.parameters()]);
        optimizer.LearningRate = 0.1;
        foreach (var parameter in rbm.parameters())
            parameter.grad = torch.zeros_like(parameter);
        optimizer.Step();
        optimizer.Dispose();
        rbm.Weight.detach().ShouldBeNear(before * 0.95, 1e-12);
        bias.detach().ShouldBeNear(biasBefore, 0);
    }

    [Fact]
    public void A_parameter_that_is_no_number_stops_the_run_and_the_last_good_one_is_put_back()
    {
        using var scope = torch.NewDisposeScope();
        using var model = new CountingModel { BreaksAt = 140 };
        // 100 batches an epoch: the 141st batch of all is the 41st of epoch 2, seen by the check after the 64th.
        var fit = () => model.Fit(torch.zeros(100, 1), new() { Epochs = 3, BatchSize = 1, LearningRate = 1, Optimizer = PlainSgd });

        var thrown = fit.Should().Throw<TrainingDivergedException>().WithMessage("*epoch 2*between batches 33 and 64*").Which;
        (thrown.Epoch, thrown.FirstBatch, thrown.LastBatch).Should().Be((2, 33, 64));
        model.W.Should().Be(132);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void So_is_it_where_labels_are_drawn(bool isDeep)
    {
        using var scope = torch.NewDisposeScope();
        var rows = CheckpointScenario.Data();
        var labels = torch.arange(40).remainder(3) - 1;
        using var machine = ClassificationRbm.Bernoulli(6, 4, 2);
        using var dbn = ClassificationDbn.Bernoulli([6, 5, 4], 2);
        using var untied = dbn.Untie();
        Action fit = isDeep
            ? () => untied.Fit(rows, labels, new() { LearningRate = 1e38, BatchSize = 5 })
            : () => machine.Fit(rows, labels, new() { LearningRate = 1e38, BatchSize = 5, GenerativeWeight = 1 });
        fit.Should().Throw<TrainingDivergedException>().Which.Epoch.Should().Be(1);
        (isDeep ? untied.parameters() : machine.parameters()).Should().OnlyContain(parameter => parameter.isfinite().all().ToBoolean());
    }

    [Fact]
    public void A_run_that_is_cancelled_after_diverging_leaves_good_parameters()
    {
        using var scope = torch.NewDisposeScope();
        using var cancellation = new CancellationTokenSource();
        using var model = new CountingModel { BreaksAt = 40 };
        model.OnBatch = () =>
        {
            if (model.Batches.Count == 50)
                cancellation.Cancel();
        };
        var fit = () => model.Fit(torch.zeros(100, 1), new() { Epochs = 1, BatchSize = 1, LearningRate = 1, Optimizer = PlainSgd }, cancellationToken: cancellation.Token);
        fit.Should().Throw<OperationCanceledException>();
        model.W.Should().Be(32);
    }

    [Fact]
    public void Gradients_are_gone_after_a_run()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Rbm.Bernoulli(3, 2);
        _ = rbm.Fit(torch.zeros(5, 3), new() { Epochs = 1 });
        rbm.parameters().Select(p => p.grad).Should().AllBeEquivalentTo((Tensor?)null);
    }

    [Fact]
    public void A_monitored_value_that_is_no_number_stops_the_run()
    {
        using var scope = torch.NewDisposeScope();
        using var model = new CountingModel();
        // 1e30 squared is beyond float32, though w itself is finite.
        var fit = () => model.Fit(torch.zeros(5, 1), new() { Epochs = 3, BatchSize = 5, LearningRate = 1e30, Optimizer = PlainSgd });
        fit.Should().Throw<TrainingDivergedException>().Which.Epoch.Should().Be(1);
    }

    [Fact]
    public void Cancellation_stops_before_the_next_batch_and_keeps_what_was_learned()
    {
        using var scope = torch.NewDisposeScope();
        using var cancellation = new CancellationTokenSource();
        using var model = new CountingModel();
        model.OnBatch = () =>
        {
            if (model.Batches.Count == 6)
                cancellation.Cancel();
        };
        var fit = () => model.Fit(torch.zeros(5, 1), new() { Epochs = 3, BatchSize = 1, LearningRate = 1, Optimizer = PlainSgd }, cancellationToken: cancellation.Token);
        fit.Should().Throw<OperationCanceledException>();
        model.W.Should().Be(7);
    }

    [Fact]
    public void Progress_goes_from_epoch_to_epoch_up_to_the_end()
    {
        using var scope = torch.NewDisposeScope();
        using var model = new CountingModel();
        var reports = new Collector();
        _ = model.Fit(torch.zeros(5, 1), new() { Epochs = 3, BatchSize = 2, LearningRate = 1, Optimizer = PlainSgd }, progress: reports);

        var ends = reports.Seen.Where(p => p.Batch == p.Batches).ToList();
        ends.Select(p => p.Epoch).Should().Equal(1, 2, 3);
        ends.Select(p => p.Monitored).Should().Equal(0, 9, 36);
        reports.Seen.Select(p => p.Fraction).Should().BeInAscendingOrder();
        ends[^1].Should().Match<TrainingProgress>(p => p.Fraction == 1 && p.Layer == 1 && p.Layers == 1 && p.Epochs == 3 && p.Batches == 3);
    }

    [Fact]
    public void Progress_carries_the_metrics_of_the_last_finished_epoch()
    {
        using var scope = torch.NewDisposeScope();
        // Slow enough for reports between the ends of epochs.
        using var model = new CountingModel { OnBatch = () => Thread.Sleep(60) };
        var reports = new Collector();
        var history = model.Fit(torch.zeros(6, 1), new() { Epochs = 2, BatchSize = 1 }, progress: reports);

        var between = reports.Seen.Where(p => !p.EpochEnded).ToLookup(p => p.Epoch, p => p.Metrics);
        between[1].Should().NotBeEmpty().And.AllBeEquivalentTo((IEpochMetrics?)null);
        between[2].Should().NotBeEmpty().And.OnlyContain(metrics => ReferenceEquals(metrics, history.Epochs[0]));
        reports.Seen.Where(p => p.EpochEnded).Select(p => p.Metrics).Should().Equal(history.Epochs);
        reports.Seen.Should().OnlyContain(p => p.Metrics == null || p.Monitored == ((EpochMetrics)p.Metrics).ReconstructionError);
        reports.Seen.Where(p => p.EpochEnded).Select(p => (p.Metrics!.Epoch, p.Metrics.LearningRate)).Should().Equal(history.Epochs.Select(e => (e.Epoch, e.LearningRate)));

        using var net = Classifier.Random([3], 2);
        reports.Seen.Clear();
        var scores = net.FitClassifier(torch.zeros(5, 3), torch.zeros(5, ScalarType.Int64), new() { Epochs = 2 }, progress: reports);
        reports.Seen.Select(p => p.Metrics).OfType<ClassifierMetrics>().Should().Equal(scores.Epochs);
    }

    [Fact]
    public void A_cancelled_run_hands_over_its_finished_epochs()
    {
        using var scope = torch.NewDisposeScope();
        var data = CheckpointScenario.Data();
        var labels = data.select(1, 0).to(ScalarType.Int64);
        using var rbm = Rbm.Bernoulli(6, 4);
        using var same = Rbm.Bernoulli(6, 4);
        var whole = same.Fit(data, new() { Epochs = 5 });
        var partial = Cancelled<EpochMetrics>(2, (progress, token) => rbm.Fit(data, new() { Epochs = 5 }, progress: progress, cancellationToken: token));
        partial.Histories.Should().Equal(partial.History);
        partial.History.Epochs.Select(epoch => epoch.ReconstructionError).Should().Equal(whole.Epochs.Take(2).Select(epoch => epoch.ReconstructionError));
        (partial.History.BestEpoch, partial.History.StoppedEarly).Should().Be((partial.History.Epochs.Select(e => (e.ReconstructionError, e.Epoch)).Min().Epoch, false));

        using var net = Classifier.Random([6], 2);
        Cancelled<ClassifierMetrics>(3, (progress, token) => net.FitClassifier(data, labels, new() { Epochs = 5 }, null, progress, cancellationToken: token))
            .History.Epochs.Select(epoch => epoch.Epoch).Should().Equal(1, 2, 3);

        using var before = new CancellationTokenSource();
        before.Cancel();
        var fit = () => rbm.Fit(data, cancellationToken: before.Token);
        fit.Should().Throw<OperationCanceledException>().Which.Should().BeOfType<TrainingCanceledException<EpochMetrics>>()
            .Which.History.Should().Match<TrainingHistory<EpochMetrics>>(none => none.Epochs.Count == 0 && none.BestEpoch == 0);
    }

    [Fact]
    public void A_cancelled_network_hands_over_the_layers_up_to_the_one_in_training()
    {
        using var scope = torch.NewDisposeScope();
        using var dbn = Dbn.Bernoulli(6, 5, 4, 3);
        // The second layer's fourth epoch is the seventh of all.
        var partial = Cancelled<EpochMetrics>(7, (progress, token) => dbn.Fit(
            CheckpointScenario.Data(),
            new() { Layers = [new() { Epochs = 3 }, new() { Epochs = 6 }, new() { Epochs = 2 }] },
            progress: progress,
            cancellationToken: token));
        partial.Histories.Select(history => history.Epochs.Count).Should().Equal(3, 4);
        partial.History.Should().Be(partial.Histories[1]);
        partial.Message.Should().Contain("4").And.Contain("layer 2");
    }

    [Fact]
    public void A_cancellation_that_is_not_the_run_s_passes_as_it_is()
    {
        using var scope = torch.NewDisposeScope();
        using var own = new CancellationTokenSource();
        var thrown = new OperationCanceledException();
        using var model = new CountingModel { OnBatch = () => throw thrown };
        var fit = () => model.Fit(torch.zeros(5, 1), cancellationToken: own.Token);
        fit.Should().Throw<OperationCanceledException>().Which.Should().BeSameAs(thrown);
    }

    private static TrainingCanceledException<TMetrics> Cancelled<TMetrics>(int epochs, Action<IProgress<TrainingProgress>, CancellationToken> fit)
    {
        using var cancellation = new CancellationTokenSource();
        var run = () => fit(new Cancelling(cancellation, epochs), cancellation.Token);
        var thrown = run.Should().Throw<TrainingCanceledException<TMetrics>>().Which;
        thrown.CancellationToken.Should().Be(cancellation.Token);
        thrown.InnerException.Should().BeOfType<OperationCanceledException>();
        return thrown;
    }

    /// <summary>Cancels at the end of an epoch, counted over all layers.</summary>
    private sealed class Cancelling(CancellationTokenSource cancellation, int epochs) : IProgress<TrainingProgress>
    {
        private int ended;

        public void Report(TrainingProgress value)
        {
            if (value.EpochEnded && ++ended == epochs)
                cancellation.Cancel();
        }
    }

    private sealed class Collector : IProgress<TrainingProgress>
    {
        public List<TrainingProgress> Seen { get; } = [];

        public void Report(TrainingProgress value) => Seen.Add(value);
    }
}
