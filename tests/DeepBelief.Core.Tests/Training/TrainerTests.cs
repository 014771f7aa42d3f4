using DeepBelief.Evaluation;
using DeepBelief.Sampling;
using DeepBelief.Tests.Support;
using DeepBelief.Training;

namespace DeepBelief.Tests.Training;

/// <summary>A run in parts is the run as a whole.</summary>
public sealed class TrainerTests
{
    private static readonly OptimizerSettings PlainSgd = new SgdSettings { Momentum = 0 };

    public static TheoryData<string> Names => new(TrainerScenario.All.Select(scenario => scenario.Name));

    // An optimizer of torch begins anew.
    public static TheoryData<string> NamesOfThoseThatCheckpointsHold => new(TrainerScenario.All.Select(scenario => scenario.Name).Where(name => !name.Contains("of torch", StringComparison.Ordinal)));

    [Theory]
    [MemberData(nameof(Names))]
    public void Epochs_one_by_one_are_those_of_one_call(string name)
    {
        var (weights, history) = Whole(name);
        using var subject = Start(name, null);
        IReadOnlyList<string> found = [];
        for (var epoch = 1; epoch <= TrainerScenario.Epochs; epoch++)
        {
            subject.IsFinished().Should().Be(epoch > history.Count - 1);
            found = subject.Train(1);
            subject.Model.parameters().Should().NotContain(parameter => HasGradient(parameter));
            Use(subject.Model);
        }

        subject.IsFinished().Should().BeTrue();
        found.Should().Equal(history);
        CheckpointScenario.Bytes(subject.Model).Should().BeEquivalentTo(weights);
    }

    [Theory]
    [MemberData(nameof(NamesOfThoseThatCheckpointsHold))]
    public void Epochs_of_trainers_that_go_on_from_a_checkpoint_are_those_of_one_call(string name)
    {
        var (weights, history) = Whole(name);
        using var folder = new TemporaryFolder();
        // The end of a call saves whatever the interval.
        var checkpoint = new CheckpointOptions { Path = folder.File("run"), Interval = 100 };
        foreach (int? epochs in new int?[] { 1, 4, 2, null })
        {
            using var subject = Start(name, checkpoint);
            var found = subject.Train(epochs);
            if (epochs is not null)
                continue;
            found.Should().Equal(history);
            CheckpointScenario.Bytes(subject.Model).Should().BeEquivalentTo(weights);
        }
    }

    [Fact]
    public void Beyond_the_plan_schedules_keep_their_last_value()
    {
        using var scope = torch.NewDisposeScope();
        using var model = new CountingModel();
        using var trainer = model.StartTraining(torch.zeros(5, 1), new()
        {
            Epochs = 3,
            BatchSize = 5,
            LearningRate = Schedule.Linear(1, 0.5),
            Optimizer = new SgdSettings { Momentum = Schedule.Linear(0, 0.5) },
        });
        trainer.Train(2).Epochs.Should().HaveCount(2);
        trainer.IsFinished.Should().BeFalse();
        trainer.Train(4).Epochs.Select(epoch => epoch.LearningRate).Should().Equal(1, 0.75, 0.5, 0.5, 0.5, 0.5);
        (trainer.IsFinished, trainer.Epoch, trainer.History.StoppedEarly).Should().Be((true, 6, false));
        // The gradient is -1 throughout: the sums of momentum are 1, 1.25, 1.625, 1.8125, 1.90625, 1.953125.
        model.W.Should().BeApproximately(1 + (0.75 * 1.25) + (0.5 * (1.625 + 1.8125 + 1.90625 + 1.953125)), 1e-5);
        // The plan is done, so its rest is nothing.
        trainer.Train().Epochs.Should().HaveCount(6);
    }

    [Fact]
    public void Progress_of_a_later_call_knows_the_epochs_before_and_those_beyond_the_plan()
    {
        using var scope = torch.NewDisposeScope();
        using var model = new CountingModel();
        using var trainer = model.StartTraining(torch.zeros(4, 1), new() { Epochs = 3, BatchSize = 1, LearningRate = 1, Optimizer = PlainSgd });
        trainer.Train(2);
        var seen = new List<TrainingProgress>();
        // Slow enough for reports within the epoch.
        model.OnBatch = () => Thread.Sleep(60);
        trainer.Train(1, new Told(seen.Add));
        seen.Where(p => !p.EpochEnded).Should().NotBeEmpty().And.OnlyContain(p => p.Epoch == 3 && ReferenceEquals(p.Metrics, trainer.History.Epochs[1]));
        model.OnBatch = null;
        seen.Clear();
        trainer.Train(2, new Told(seen.Add));
        seen.Select(p => (p.Epoch, p.Epochs)).Should().Equal((4, 5), (5, 5));
        seen[^1].Fraction.Should().Be(1);
    }

    [Fact]
    public void Beyond_the_plan_the_model_is_the_mean_and_the_run_goes_on_from_the_last_parameters()
    {
        using var scope = torch.NewDisposeScope();
        using var model = new CountingModel();
        // One update an epoch: w is 1, 2, 3, ... and the mean over the last half is one with weights of exp(-1/4), from epoch 1 on.
        using var trainer = model.StartTraining(torch.zeros(5, 1), new() { Epochs = 8, BatchSize = 5, LearningRate = 1, Optimizer = PlainSgd, Averaging = 0.5 });
        trainer.Train(7);
        model.W.Should().Be(7);
        trainer.Train();
        model.W.Should().BeApproximately(Mean(8), 1e-5);
        trainer.Train(1);
        model.W.Should().BeApproximately(Mean(9), 1e-5);
        trainer.Train(3);
        model.W.Should().BeApproximately(Mean(12), 1e-5);

        static double Mean(int updates)
        {
            var mean = 0.0;
            for (var update = 1; update <= updates; update++)
            {
                var keep = Math.Min(1 - (1.0 / update), Math.Exp(-1 / 4.0));
                mean = (keep * mean) + ((1 - keep) * update);
            }

            return mean;
        }
    }

    [Fact]
    public void Beyond_the_plan_the_model_is_the_best_until_early_stopping_ends_the_run()
    {
        using var scope = torch.NewDisposeScope();
        using var model = new CountingModel();
        // One batch an epoch and a rate of 1: w is 1, 2, 3, 4, ... and the error (w - 3)² is least after epoch 3.
        using var trainer = model.StartTraining(torch.zeros(5, 1), new() { Epochs = 2, BatchSize = 5, LearningRate = 1, Optimizer = PlainSgd, Patience = 4 });
        trainer.Train();
        (model.W, trainer.History.BestEpoch).Should().Be((2, 2));
        trainer.Train(3).Epochs.Select(epoch => epoch.ReconstructionError).Should().Equal(4, 1, 0, 1, 4);
        (model.W, trainer.History.BestEpoch).Should().Be((3, 3));
        trainer.Train(50).Epochs.Select(epoch => epoch.ReconstructionError).Should().Equal(4, 1, 0, 1, 4, 9, 16);
        trainer.Train(50).Epochs.Should().HaveCount(7);
        model.W.Should().Be(3);
    }

    [Fact]
    public void A_checkpoint_holds_the_epochs_beyond_the_plan()
    {
        using var folder = new TemporaryFolder();
        using var data = CheckpointScenario.Data();
        var options = new TrainingOptions { Epochs = 3, BatchSize = 12, Averaging = 0.9 };
        using var never = Rbm.Bernoulli(6, 4);
        using (var trainer = never.StartTraining(data, options))
            trainer.Train(8);
        var saved = options with { Checkpoint = new() { Path = folder.File("run") } };
        foreach (var (epochs, all) in new[] { (5, 5), (2, 7), (1, 8) })
        {
            using var rbm = Rbm.Bernoulli(6, 4);
            using var trainer = rbm.StartTraining(data, saved);
            trainer.Train(epochs).Epochs.Should().HaveCount(all);
            if (all == 8)
                CheckpointScenario.Bytes(rbm).Should().BeEquivalentTo(CheckpointScenario.Bytes(never));
        }

        using var again = Rbm.Bernoulli(6, 4);
        again.Fit(data, saved).Epochs.Should().HaveCount(8);
        CheckpointScenario.Bytes(again).Should().BeEquivalentTo(CheckpointScenario.Bytes(never));
    }

    [Fact]
    public void A_cancelled_call_may_be_followed_by_another()
    {
        using var scope = torch.NewDisposeScope();
        using var cancellation = new CancellationTokenSource();
        using var model = new CountingModel();
        using var trainer = model.StartTraining(torch.zeros(5, 1), new() { Epochs = 3, BatchSize = 1, LearningRate = 1, Optimizer = PlainSgd });
        model.OnBatch = () =>
        {
            if (model.Batches.Count == 6)
                cancellation.Cancel();
        };
        var train = () => trainer.Train(cancellationToken: cancellation.Token);
        train.Should().Throw<TrainingCanceledException<EpochMetrics>>().Which.History.Epochs.Should().HaveCount(1);
        (model.W, trainer.Epoch).Should().Be((7, 1));
        model.parameters().Should().NotContain(parameter => HasGradient(parameter));
        // The second epoch begins again, with every row.
        model.OnBatch = null;
        trainer.Train(1).Epochs.Should().HaveCount(2);
        model.W.Should().Be(12);
    }

    [Fact]
    public void A_disposed_trainer_leaves_the_model_and_refuses_to_train()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Rbm.Bernoulli(6, 4);
        var data = CheckpointScenario.Data();
        var trainer = rbm.StartTraining(data, new() { Epochs = 3 });
        trainer.Train(1);
        trainer.Dispose();
        trainer.Dispose();
        (data.IsInvalid, rbm.Weight.IsInvalid).Should().Be((false, false));
        trainer.Invoking(t => t.Train(1)).Should().Throw<ObjectDisposedException>();
        trainer.History.Epochs.Should().HaveCount(1);
        rbm.Fit(data, new() { Epochs = 1 }).Epochs.Should().HaveCount(1);

        using var orphan = rbm.StartTraining(data);
        rbm.Dispose();
        orphan.Invoking(t => t.Train(1)).Should().Throw<ObjectDisposedException>();
    }

    [Fact]
    public void A_trainer_that_is_disposed_amid_training_ends_its_call_first()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Rbm.Bernoulli(6, 4);
        Trainer<EpochMetrics>? trainer = null;
        Exception? nested = null;
        var told = new Told(_ =>
        {
            nested ??= ((Action)(() => trainer!.Train(1))).Should().Throw<InvalidOperationException>().Which;
            trainer!.Dispose();
        });
        trainer = rbm.StartTraining(CheckpointScenario.Data(), new() { Epochs = 3 });
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        trainer.Train(2, told).Epochs.Should().HaveCount(2);
        nested.Should().NotBeNull();
        DisposeScopeManager.Statistics.ThreadTotalLiveCount.Should().BeLessThan(before);
        trainer.Invoking(t => t.Train(1)).Should().Throw<ObjectDisposedException>();
    }

    [Fact]
    public void Parameters_that_were_replaced_or_frozen_are_refused()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Rbm.Bernoulli(6, 4);
        using var trainer = rbm.StartTraining(CheckpointScenario.Data(), new() { Epochs = 3 });
        trainer.Train(1);
        rbm.Weight.requires_grad = false;
        trainer.Invoking(t => t.Train(1)).Should().Throw<InvalidOperationException>().WithMessage("*frozen*");
        rbm.Weight.requires_grad = true;
        trainer.Train(1).Epochs.Should().HaveCount(2);
        _ = rbm.to(ScalarType.Float64);
        trainer.Invoking(t => t.Train(1)).Should().Throw<InvalidOperationException>().WithMessage("*moved*");
    }

    [Fact]
    public void A_number_of_epochs_is_one_or_more()
    {
        using var scope = torch.NewDisposeScope();
        using var model = new CountingModel();
        using var trainer = model.StartTraining(torch.zeros(5, 1));
        trainer.Invoking(t => t.Train(0)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("epochs");
        (trainer.Epoch, trainer.History.Epochs.Count, trainer.IsFinished).Should().Be((0, 0, false));
    }

    [Fact]
    public void Only_training_takes_time()
    {
        using var scope = torch.NewDisposeScope();
        using var model = new CountingModel();
        using var trainer = model.StartTraining(torch.zeros(5, 1), new() { Epochs = 2 });
        trainer.Train(1);
        Thread.Sleep(900);
        trainer.Train(1).Last.Elapsed.Should().BeLessThan(TimeSpan.FromMilliseconds(600));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_trainer_leaves_no_tensor_behind(string name)
    {
        Run();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Run();
        DisposeScopeManager.Statistics.ThreadTotalLiveCount.Should().Be(before);

        void Run()
        {
            using var scope = torch.NewDisposeScope();
            using var subject = TrainerScenario.All.Single(scenario => scenario.Name == name).Start(null);
            subject.Train(2);
            subject.Train(1);
        }
    }

    private static (Dictionary<string, byte[]> Weights, IReadOnlyList<string> History) Whole(string name)
    {
        using var subject = Start(name, null);
        var history = subject.Train(null);
        return (CheckpointScenario.Bytes(subject.Model), history);
    }

    /// <summary>Starts in a scope of the caller that ends before the first epoch.</summary>
    private static TrainerScenario.Subject Start(string name, CheckpointOptions? checkpoint)
    {
        using var scope = torch.NewDisposeScope();
        var subject = TrainerScenario.All.Single(scenario => scenario.Name == name).Start(checkpoint);
        scope.Detach(subject.Model.parameters());
        return subject;
    }

    /// <summary>What a caller does between two epochs: draws, evaluates, samples, saves, trains something else.</summary>
    private static void Use(torch.nn.Module model)
    {
        using var scope = torch.NewDisposeScope();
        _ = torch.rand(7);
        var data = CheckpointScenario.Data(seed: 5);
        _ = CheckpointScenario.Bytes(model);
        using var other = Rbm.Bernoulli(6, 3);
        _ = other.Fit(data, new() { Epochs = 1, NegativePhase = new ParallelTempering(2, 3) });
        if (model is not IEnergyModel energy)
            return;
        _ = ModelEvaluation.ReconstructionError(energy, data);
        _ = MarkovChain.Run(energy, data, steps: 2);
        if (model is Rbm rbm)
            rbm.Save(Stream.Null);
    }

    private static bool HasGradient(Tensor parameter) => parameter.grad is not null;
}
