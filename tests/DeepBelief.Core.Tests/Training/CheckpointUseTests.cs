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

        using var folder = new TemporaryFolder();
        var changed = () => Resumed(options with { Optimizer = new SgdSettings() });
        changed.Should().Throw<DataFormatException>().WithMessage("*optimizer.momentum.0*");

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
    public void Other_data_or_another_model_is_never_allowed()
    {
        using var checkpoint = new InterruptedRun(Options);
        using var data = CheckpointScenario.Data(seed: 2);
        var options = Options with { Checkpoint = checkpoint.File with { AllowChanges = true } };
        checkpoint.ShouldBeRefused<CheckpointMismatchException>(rbm => rbm.Fit(data, options)).Differences.Should().ContainSingle().Which.Should().StartWith("data/training");
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

        using var counting = new CountingModel(6);
        counting.Fit(data, new() { Epochs = 1, Checkpoint = checkpoint });
        var none = () => Rbm.Load(checkpoint.Path);
        none.Should().Throw<DataFormatException>().WithMessage("*LoadStateDict*");

        static void Same(torch.nn.Module one, torch.nn.Module two) => CheckpointScenario.Bytes(one).Should().BeEquivalentTo(CheckpointScenario.Bytes(two));
    }

    private static void Refused(Action fit, string difference)
        => fit.Should().Throw<CheckpointMismatchException>().Which.Differences.Should().ContainMatch(difference);
}
