using DeepBelief.Files;
using DeepBelief.Sampling;
using DeepBelief.Tests.Support;
using DeepBelief.Training;

namespace DeepBelief.Tests.Training;

/// <summary>Which models and changed options a checkpoint may be resumed with, and the model in it.</summary>
public sealed class CheckpointUseTests
{
    private static readonly TrainingOptions Options = new()
    {
        Epochs = 4,
        BatchSize = 10,
        Optimizer = new AdamSettings(),
        NegativePhase = new PersistentContrastiveDivergence(1, 8),
        LearningRate = Schedule.Linear(0.05, 0.01),
        Patience = 3,
    };

    [Fact]
    public void A_checkpoint_of_other_initial_weights_is_refused()
    {
        using var folder = new TemporaryFolder();
        using var data = CheckpointScenario.Data();
        var options = Options with { Checkpoint = new() { Path = folder.File("run") } };
        // A sweep over initial weights that has one path for all.
        using var first = Rbm.Bernoulli(6, 4, seed: 1);
        _ = first.Fit(data, options);
        using var second = Rbm.Bernoulli(6, 4, seed: 2);
        var before = CheckpointScenario.Bytes(second);
        Refused(() => second.Fit(data, options), "model/initial weights: SHA-256*in the checkpoint, SHA-256*in this run");
        CheckpointScenario.Bytes(second).Should().BeEquivalentTo(before);

        // Also if it is the same object that gets others.
        using (torch.no_grad())
            _ = first.Weight.copy_(second.Weight);
        Refused(() => first.Fit(data, options), "model/initial weights: *");

        // Those of the run itself fit, and so do those that it ended with.
        using var again = Rbm.Bernoulli(6, 4, seed: 1);
        again.Fit(data, options).Epochs.Should().HaveCount(4);
        var ended = CheckpointScenario.Bytes(again);
        again.Fit(data, options).Epochs.Should().HaveCount(4);
        using var loaded = Rbm.Load(folder.File("run"));
        loaded.Fit(data, options).Epochs.Should().HaveCount(4);
        CheckpointScenario.Bytes(loaded).Should().BeEquivalentTo(ended);

        using var labels = torch.arange(data.shape[0], ScalarType.Int64).remainder(2);
        Others("net", seed => Classifier.Random([6, 4], 2, seed), (net, file) => net.FitClassifier(data, labels, new() { Epochs = 2, Checkpoint = file }));
        Others("dbn", seed => Dbn.Bernoulli([6, 4, 3], null, seed), (dbn, file) => dbn.Fit(data, new() { Epochs = 2, Checkpoint = file }));
        Others("untied", seed => Dbn.Bernoulli([6, 4, 3], null, seed).Untie(), (untied, file) => untied.Fit(data, options: new() { Epochs = 2, Checkpoint = file }));

        void Others<TModel>(string name, Func<long, TModel> create, Action<TModel, CheckpointOptions> fit)
            where TModel : torch.nn.Module
        {
            var file = new CheckpointOptions { Path = folder.File(name) };
            using var one = create(1);
            fit(one, file);
            using var another = create(2);
            var initial = CheckpointScenario.Bytes(another);
            Refused(() => fit(another, file), "model/initial weights: *");
            CheckpointScenario.Bytes(another).Should().BeEquivalentTo(initial);
            using var same = create(1);
            fit(same, file);
            CheckpointScenario.Bytes(same).Should().BeEquivalentTo(CheckpointScenario.Bytes(one));
        }
    }

    [Fact]
    public void A_model_that_is_disposed_in_a_run_leaves_the_checkpoint_of_its_last_epoch()
    {
        using var folder = new TemporaryFolder();
        using var data = CheckpointScenario.Data();
        var path = folder.File("run");
        var (rbm, dbn, net) = (Rbm.Bernoulli(6, 4), Dbn.Bernoulli(6, 4, 3), Classifier.Random([6, 4], 2));
        using var labels = torch.zeros(data.shape[0], ScalarType.Int64);
        Stops(rbm, progress => rbm.Fit(data, Options with { Checkpoint = new() { Path = path } }, progress: progress));
        // Its layer in training is whole.
        Stops(dbn.Layers[1], progress => dbn.Fit(data, new() { Epochs = 2, Checkpoint = new() { Path = path } }, progress: progress));
        Stops(net, progress => net.FitClassifier(data, labels, new() { Epochs = 2, Checkpoint = new() { Path = path } }, progress: progress));

        void Stops(torch.nn.Module part, Action<IProgress<TrainingProgress>> fit)
        {
            byte[]? saved = null;
            var run = () => fit(Told.AfterEpochs(_ =>
            {
                saved = File.ReadAllBytes(path);
                part.Dispose();
            }));
            run.Should().Throw<ObjectDisposedException>();
            File.ReadAllBytes(path).Should().Equal(saved);
            File.Delete(path);
        }
    }

    [Fact]
    public void A_checkpoint_may_have_other_initial_weights_where_that_is_allowed()
    {
        using var checkpoint = new InterruptedRun(Options);
        using var data = CheckpointScenario.Data();
        using var never = Rbm.Bernoulli(6, 4);
        _ = never.Fit(data, Options);
        using var other = Rbm.Bernoulli(6, 4, seed: 9);
        _ = other.Fit(data, Options with { Checkpoint = checkpoint.File with { AllowChanges = true } });
        CheckpointScenario.Bytes(other).Should().BeEquivalentTo(CheckpointScenario.Bytes(never));
    }

    [Fact]
    public void A_run_goes_on_with_another_rate_or_seed_where_that_is_allowed()
    {
        using var data = CheckpointScenario.Data();
        // To the last epoch, not back to a best one before the change.
        var options = Options with { Patience = null, Averaging = 0 };
        var same = Resumed(options);
        var rate = Resumed(options with { LearningRate = 0.02 });
        var seed = Resumed(options with { Seed = 5 });
        rate.History.Epochs.Select(epoch => epoch.LearningRate).Should().Equal(0.05, 0.05 - (0.04 / 3), 0.02, 0.02);
        rate.Weights.Should().NotEqual(same.Weights);
        seed.Weights.Should().NotEqual(same.Weights).And.NotEqual(rate.Weights);
        seed.History.Epochs.Take(2).Should().Equal(same.History.Epochs.Take(2), (one, other) => one.ReconstructionError == other.ReconstructionError);
        Resumed(options with { Seed = 5 }).Weights.Should().Equal(seed.Weights);

        (byte[] Weights, TrainingHistory<EpochMetrics> History) Resumed(TrainingOptions own)
        {
            using var checkpoint = new InterruptedRun(options);
            using var rbm = Rbm.Bernoulli(6, 4);
            var history = rbm.Fit(data, own with { Checkpoint = checkpoint.File with { AllowChanges = true } });
            // From then on the file is that of the new run.
            rbm.Fit(data, own with { Checkpoint = checkpoint.File }).Epochs.Should().Equal(history.Epochs);
            return (CheckpointScenario.Bytes(rbm)["weight"], history);
        }
    }

    [Fact]
    public void What_the_file_has_no_state_for_begins_anew()
    {
        // Each batch adds the sum of momentum to w, and an epoch is one batch: by Adam w is 1 and then 2.
        var options = new TrainingOptions { Epochs = 5, BatchSize = 5, LearningRate = 1, Optimizer = new AdamSettings { Epsilon = 1e-12 }, Averaging = 0 };
        var (w, history) = GoOn(options, afterEpochs: 2, options with { Optimizer = new SgdSettings { Momentum = 0.5 } });
        w.Should().BeApproximately(2 + 1 + 1.5 + 1.75, 1e-5);
        history.Epochs.Should().HaveCount(5);

        // The error is (w - 3)². The parameters of the third epoch, the best, are gone, so the fourth is the best to begin with.
        var plain = options with { Optimizer = new SgdSettings { Momentum = 0 }, Epochs = 50 };
        (w, history) = GoOn(plain, afterEpochs: 4, plain with { Patience = 2 });
        (w, history.BestEpoch, history.Epochs.Count, history.StoppedEarly).Should().Be((4, 4, 6, true));
        // From the second epoch on the best is ahead.
        (w, history) = GoOn(plain, afterEpochs: 2, plain with { Patience = 2 });
        (w, history.BestEpoch, history.Epochs.Count, history.StoppedEarly).Should().Be((3, 3, 5, true));

        static (double W, TrainingHistory<EpochMetrics> History) GoOn(TrainingOptions before, int afterEpochs, TrainingOptions after)
        {
            using var scope = torch.NewDisposeScope();
            using var folder = new TemporaryFolder();
            var checkpoint = new CheckpointOptions { Path = folder.File("run"), AllowChanges = true };
            using var killed = new CountingModel();
            killed.Invoking(model => model.Fit(torch.zeros(5, 1), before with { Checkpoint = checkpoint }, progress: new Interruption(afterEpochs)))
                .Should().Throw<Interruption.Killed>();
            using var model = new CountingModel();
            var history = model.Fit(torch.zeros(5, 1), after with { Checkpoint = checkpoint });
            return (model.W, history);
        }
    }

    [Theory]
    [InlineData("chains")]
    [InlineData("number of chains")]
    [InlineData("no chains")]
    [InlineData("centering")]
    [InlineData("averaging")]
    public void Chains_offsets_and_means_begin_anew_too(string change)
    {
        using var data = CheckpointScenario.Data();
        var options = Options with { Patience = null, Averaging = 0.5, Centering = new() };
        var changed = change switch
        {
            "chains" => options with { NegativePhase = new ParallelTempering(3, 5) },
            "number of chains" => options with { NegativePhase = new PersistentContrastiveDivergence(1, 9) },
            "no chains" => options with { NegativePhase = new ContrastiveDivergence() },
            "centering" => options with { Centering = null },
            _ => options with { Averaging = 0 },
        };
        using var checkpoint = new InterruptedRun(options);
        using var rbm = Rbm.Bernoulli(6, 4);
        var history = rbm.Fit(data, changed with { Checkpoint = checkpoint.File with { AllowChanges = true } });
        history.Epochs.Should().HaveCount(4);
        // From then on the file is that of the new run.
        using var again = Rbm.Bernoulli(6, 4);
        var epochs = again.Fit(data, changed with { Checkpoint = checkpoint.File }).Epochs;
        epochs.Should().Equal(history.Epochs, (one, other) => one.ReconstructionError == other.ReconstructionError);
        foreach (var (read, kept) in epochs.Zip(history.Epochs))
        {
            kept.Diagnostics.Except(read.Diagnostics).Should().BeEmpty();
            read.Diagnostics.Where(d => !kept.Diagnostics.ContainsKey(d.Key) && !double.IsNaN(d.Value)).Should().BeEmpty();
        }

        CheckpointScenario.Bytes(again).Should().BeEquivalentTo(CheckpointScenario.Bytes(rbm));
    }

    [Fact]
    public void Layers_that_others_have_learned_from_get_no_more_epochs()
    {
        using var folder = new TemporaryFolder();
        using var data = CheckpointScenario.Data();
        var options = new DbnTrainingOptions { Epochs = 2, BatchSize = 12, Checkpoint = new() { Path = folder.File("run"), AllowChanges = true } };
        using var dbn = Dbn.Bernoulli(6, 4, 3);
        _ = dbn.Fit(data, options);
        using var other = Dbn.Bernoulli(6, 4, 3);
        var before = CheckpointScenario.Bytes(other);
        Refused(() => other.Fit(data, options with { Epochs = 3 }), "*0*: a layer that has ended*");
        CheckpointScenario.Bytes(other).Should().BeEquivalentTo(before);
    }

    [Fact]
    public void Other_rows_to_evaluate_leave_the_chains_as_they_are()
    {
        using var scope = torch.NewDisposeScope();
        using var folder = new TemporaryFolder();
        var data = Make.Bits(1, 1200, 6).to(ScalarType.Float32);
        var dbn = Dbn.Bernoulli(6, 4, 3);
        var options = new UpDownOptions { Epochs = 2, BatchSize = 100 };
        var ends = new List<int?> { null, 1100 }.ConvertAll(rows =>
        {
            var checkpoint = new CheckpointOptions { Path = folder.File($"run {rows}"), AllowChanges = true };
            _ = dbn.Untie().Fit(data, options: options with { Checkpoint = checkpoint });
            var model = dbn.Untie();
            _ = model.Fit(data, options: options with { Epochs = 3, Checkpoint = checkpoint, EvaluationRows = rows });
            return CheckpointScenario.Bytes(model);
        });
        ends[1].Should().BeEquivalentTo(ends[0]);
    }

    [Fact]
    public void Other_data_or_another_model_is_never_allowed()
    {
        using var checkpoint = new InterruptedRun(Options);
        using var data = CheckpointScenario.Data(seed: 2);
        var options = Options with { Checkpoint = checkpoint.File with { AllowChanges = true } };
        checkpoint.ShouldBeRefused<CheckpointMismatchException>(rbm => rbm.Fit(data, options)).Differences.Should().ContainSingle().Which.Should().StartWith("data/training");
        using var same = CheckpointScenario.Data();
        using var weights = torch.ones(same.shape[0]);
        checkpoint.ShouldBeRefused<CheckpointMismatchException>(rbm => rbm.Fit(same, options, weights: weights)).Differences.Should().ContainSingle().Which.Should().StartWith("data/training weights: none in the checkpoint");
        using var wide = Rbm.Bernoulli(6, 5);
        Refused(() => wide.Fit(data, options), "model/weight: *");
    }

    [Fact]
    public void A_model_is_read_out_of_a_checkpoint()
    {
        using var folder = new TemporaryFolder();
        using var scope = torch.NewDisposeScope();
        var data = CheckpointScenario.Data();
        var labels = data.select(1, 0).to(ScalarType.Int64);
        var checkpoint = new CheckpointOptions { Path = folder.File("run"), Resume = false };

        using var rbm = Rbm.Gaussian(6, 4);
        rbm.Fit(data, new() { Epochs = 1, Checkpoint = checkpoint });
        using (var loaded = Rbm.Load(checkpoint.Path))
            Same(loaded, rbm);
        using var target = Rbm.Gaussian(6, 4, seed: 7);
        target.LoadStateDict(checkpoint.Path);
        Same(target, rbm);
        var other = () => Dbn.Load(checkpoint.Path);
        other.Should().Throw<DataFormatException>().WithMessage("*expected 'dbn', found 'rbm'*Rbm.Load*");

        using var dbn = Dbn.Bernoulli(6, 4, 3);
        dbn.Fit(data, new() { Epochs = 1, Checkpoint = checkpoint });
        using (var loaded = Dbn.Load(checkpoint.Path))
            Same(loaded, dbn);

        using var net = Classifier.Random([6, 4], 2);
        net.FitClassifier(data, labels, new() { Epochs = 1, Checkpoint = checkpoint });
        using (var loaded = Classifier.Load(checkpoint.Path))
            Same(loaded, net);

        using var classifier = ClassificationRbm.Bernoulli(6, 4, 2);
        classifier.Fit(data, labels, new() { Epochs = 1, Checkpoint = checkpoint });
        using (var loaded = ClassificationRbm.Load(checkpoint.Path))
            Same(loaded, classifier);

        using var dbm = Dbm.Bernoulli(6, 4, 3);
        dbm.Fit(data, new() { Epochs = 1, Checkpoint = checkpoint });
        using (var loaded = Dbm.Load(checkpoint.Path))
            Same(loaded, dbm);

        using var labelled = ClassificationDbn.Bernoulli([6, 4, 3], 2);
        labelled.Fit(data, labels, new() { Epochs = 1, Top = new() { Epochs = 1 }, Checkpoint = checkpoint });
        using (var loaded = ClassificationDbn.Load(checkpoint.Path))
            Same(loaded, labelled);

        using var untied = labelled.Untie();
        untied.Fit(data, labels, new() { Epochs = 1, Checkpoint = checkpoint });
        using (var loaded = UntiedDbn.Load(checkpoint.Path))
            Same(loaded, untied);

        using var autoencoder = dbn.ToAutoencoder();
        autoencoder.FitAutoencoder(data, new() { Epochs = 1, Checkpoint = checkpoint });
        using (var loaded = Autoencoder.Load(checkpoint.Path))
            Same(loaded, autoencoder);

        using var regressor = Regressor.Random([6, 4], 6);
        regressor.Fit(data, data, new() { Epochs = 1, Checkpoint = checkpoint });
        using (var loaded = Regressor.Load(checkpoint.Path))
            Same(loaded, regressor);

        using var several = MultiLabelClassifier.Random([6, 4], 6);
        several.Fit(data, data.gt(0.5).to(ScalarType.Float32), new() { Epochs = 1, Checkpoint = checkpoint });
        using (var loaded = MultiLabelClassifier.Load(checkpoint.Path))
            Same(loaded, several);

        using var counting = new CountingModel(6);
        counting.Fit(data, new() { Epochs = 1, Checkpoint = checkpoint });
        var none = () => Rbm.Load(checkpoint.Path);
        none.Should().Throw<DataFormatException>().WithMessage("*LoadStateDict*");

        static void Same(torch.nn.Module one, torch.nn.Module two) => CheckpointScenario.Bytes(one).Should().BeEquivalentTo(CheckpointScenario.Bytes(two));
    }

    private static void Refused(Action fit, string difference)
        => fit.Should().Throw<CheckpointMismatchException>().Which.Differences.Should().ContainMatch(difference);
}
