using DeepBelief.Data;
using DeepBelief.Files;
using DeepBelief.Sampling;
using DeepBelief.Tests.Support;
using DeepBelief.Training;

namespace DeepBelief.Tests.Training;

/// <summary>A run that was interrupted ends as one that never was, bit for bit.</summary>
public sealed class ResumeTests
{
    // The model's seed in a first start, and in those that go on: what they start from must come from the file.
    private const int First = 3;
    private const int Later = 8;

    public static TheoryData<string> Names => new(All.Select(s => s.Name));

    private static IEnumerable<CheckpointScenario> All => [.. CheckpointScenario.EnergyModels, CheckpointScenario.Classifier, CheckpointScenario.ClassifierFromSource];

    [Theory]
    [Trait("Category", "Slow")]
    [MemberData(nameof(Names))]
    public void A_run_goes_on_from_any_epoch(string name)
    {
        var scenario = All.Single(s => s.Name == name);
        using var folder = new TemporaryFolder();
        var expected = scenario.Fit(First, null, null);
        var epochs = scenario.Epochs > 0 ? scenario.Epochs : expected.History.Count - 1;
        var never = new CheckpointOptions { Path = folder.File("never") };
        scenario.Fit(First, never, null).ShouldBe(expected);

        for (var epoch = 1; epoch <= epochs; epoch++)
        {
            var checkpoint = new CheckpointOptions { Path = folder.File($"{epoch}") };
            Kill(() => scenario.Fit(First, checkpoint, new Interruption(epoch)));
            scenario.Fit(Later, checkpoint with { AllowChanges = true }, null).ShouldBe(expected);
            // And from the file of a run that has ended.
            scenario.Fit(Later, checkpoint with { AllowChanges = true }, null).ShouldBe(expected);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_run_that_is_interrupted_again_and_again_goes_on_each_time(string name)
    {
        var scenario = All.Single(s => s.Name == name);
        using var folder = new TemporaryFolder();
        var expected = scenario.Fit(First, null, null);
        var epochs = scenario.Epochs > 0 ? scenario.Epochs : expected.History.Count - 1;
        foreach (var interval in new[] { 1, 2 })
        {
            var checkpoint = new CheckpointOptions { Path = folder.File($"every {interval}"), Interval = interval, AllowChanges = true };
            // Layers begin counting anew, and end with a checkpoint whatever the interval.
            for (var start = 0; start < epochs - 1; start++)
                Attempt(() => scenario.Fit(start == 0 ? First : Later, checkpoint, new Interruption(interval)));
            scenario.Fit(Later, checkpoint, null).ShouldBe(expected);
        }
    }

    [Fact]
    public void A_run_that_is_cancelled_between_two_checkpoints_goes_on_from_its_last_epoch()
    {
        using var scope = torch.NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var data = CheckpointScenario.Data();
        var options = new TrainingOptions { Epochs = 7, BatchSize = 10, Checkpoint = new() { Path = folder.File("run"), Interval = 3 } };
        var file = new List<int>();
        using var rbm = Rbm.Bernoulli(6, 4);
        using var cancellation = new CancellationTokenSource();
        var fit = () => rbm.Fit(data, options, progress: Told.AfterEpochs(p =>
        {
            file.Add(EpochsIn(folder.File("run")));
            if (p.Epoch == 5)
                cancellation.Cancel();
        }), cancellationToken: cancellation.Token);
        fit.Should().Throw<OperationCanceledException>();
        file.Should().Equal(0, 0, 3, 3, 3);
        EpochsIn(folder.File("run")).Should().Be(5);

        var seen = new List<int>();
        using var again = Rbm.Bernoulli(6, 4);
        var history = again.Fit(data, options, progress: Told.AfterEpochs(p => seen.Add(p.Epoch)));
        seen.Should().Equal(6, 7);
        EpochsIn(folder.File("run")).Should().Be(7);

        using var never = Rbm.Bernoulli(6, 4);
        var expected = never.Fit(data, options with { Checkpoint = null });
        Near.SameBits(again.Weight, never.Weight).Should().BeTrue();
        history.Epochs.Select(e => e.ReconstructionError).Should().Equal(expected.Epochs.Select(e => e.ReconstructionError));
    }

    [Fact]
    public void A_run_that_is_cancelled_within_an_epoch_goes_on_from_the_one_before_with_the_model_that_it_left()
    {
        using var scope = torch.NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var data = CheckpointScenario.Data();
        using var cancellation = new CancellationTokenSource();
        var options = new TrainingOptions { Epochs = 6, BatchSize = 10, InitializeFromData = false, NegativePhase = new PersistentContrastiveDivergence(1, 8) };
        var source = new CancellingSource(data, cancellation) { At = (5, 3) };
        var alive = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using var rbm = Rbm.Bernoulli(6, 4);
        var checkpoint = options with { Checkpoint = new() { Path = folder.File("run"), Interval = 10 } };
        var fit = () => rbm.Fit(source, checkpoint, cancellationToken: cancellation.Token);
        fit.Should().Throw<OperationCanceledException>();
        EpochsIn(folder.File("run")).Should().Be(4);
        // Batches of the fifth epoch have changed it.
        using (var saved = Rbm.Load(folder.File("run")))
            Near.SameBits(saved.Weight, rbm.Weight).Should().BeFalse();

        source.At = default;
        rbm.Fit(source, checkpoint).Epochs.Should().HaveCount(6);
        using var never = Rbm.Bernoulli(6, 4);
        _ = never.Fit(source, options);
        Near.SameBits(rbm.Weight, never.Weight).Should().BeTrue();
        DisposeScopeManager.Statistics.ThreadTotalLiveCount.Should().BeLessThan(alive + 30, "two machines and the lines above");
    }

    [Theory]
    [InlineData(null)]
    [InlineData(20)]
    public void A_run_that_has_ended_goes_on_if_it_is_given_more_epochs(int? patience)
    {
        using var folder = new TemporaryFolder();
        using var data = CheckpointScenario.Data();
        var options = new TrainingOptions
        {
            Epochs = 12,
            BatchSize = 12,
            LearningRate = 0.05,
            Optimizer = new AdamSettings(),
            NegativePhase = new PersistentContrastiveDivergence(1, 10),
            // A mean over the end of a shorter run would not be on the way of a longer one.
            Averaging = 0,
            Patience = patience,
        };
        using var never = Rbm.Bernoulli(6, 4);
        var expected = never.Fit(data, options);
        var checkpoint = new CheckpointOptions { Path = folder.File("run") };
        foreach (var epochs in new[] { 3, 7, 12 })
        {
            using var rbm = Rbm.Bernoulli(6, 4);
            var history = rbm.Fit(data, options with { Epochs = epochs, Checkpoint = checkpoint });
            history.Epochs.Should().HaveCount(epochs);
            history.Epochs.Select(epoch => epoch.ReconstructionError).Should().Equal(expected.Epochs.Take(epochs).Select(epoch => epoch.ReconstructionError));
            if (epochs == 12)
                CheckpointScenario.Bytes(rbm).Should().BeEquivalentTo(CheckpointScenario.Bytes(never));
        }
    }

    [Fact]
    public void So_does_the_last_layer_of_a_network()
    {
        using var folder = new TemporaryFolder();
        using var data = CheckpointScenario.Data();
        using var never = Dbn.Bernoulli(6, 4, 3);
        _ = never.Fit(data, Options(5));
        using var dbn = Dbn.Bernoulli(6, 4, 3);
        var checkpoint = new CheckpointOptions { Path = folder.File("run") };
        _ = dbn.Fit(data, Options(2) with { Checkpoint = checkpoint });
        dbn.Fit(data, Options(5) with { Checkpoint = checkpoint }).Select(history => history.Epochs.Count).Should().Equal(2, 5);
        CheckpointScenario.Bytes(dbn).Should().BeEquivalentTo(CheckpointScenario.Bytes(never));

        static DbnTrainingOptions Options(int last) => new() { Layers = [new() { Epochs = 2, BatchSize = 12, LearningRate = 0.05 }, new() { Epochs = last, BatchSize = 12, LearningRate = 0.05, Averaging = 0 }] };
    }

    [Fact]
    public void Time_goes_on_where_it_stopped()
    {
        using var folder = new TemporaryFolder();
        using var data = CheckpointScenario.Data();
        var options = new TrainingOptions { Epochs = 3, Checkpoint = new() { Path = folder.File("run") } };
        var first = new List<TrainingProgress>();
        using var rbm = Rbm.Bernoulli(6, 4);
        Kill(() => rbm.Fit(data, options, progress: Told.AfterEpochs(p =>
        {
            first.Add(p);
            Thread.Sleep(60);
            if (p.Epoch == 2)
                throw new Interruption.Killed();
        })));
        var second = new List<TrainingProgress>();
        var history = rbm.Fit(data, options, progress: Told.AfterEpochs(second.Add));

        history.Epochs.Select(e => e.Elapsed).Should().BeInAscendingOrder();
        history.Epochs[1].Elapsed.Should().BeGreaterThan(TimeSpan.FromMilliseconds(60));
        second.Should().ContainSingle().Which.Elapsed.Should().BeGreaterThan(history.Epochs[1].Elapsed);
        history.Epochs[1].Elapsed.Should().BeLessThanOrEqualTo(first[1].Elapsed);
    }

    [Fact]
    public void A_finished_run_gives_its_result_without_training()
    {
        using var scope = torch.NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var data = torch.zeros(5, 1);
        // One batch an epoch and a rate of 1: w is 1, 2, 3, ... and the error (w - 3)² is least after epoch 3.
        var options = new TrainingOptions
        {
            Epochs = 50,
            BatchSize = 5,
            LearningRate = 1,
            Optimizer = new SgdSettings { Momentum = 0, WeightDecay = 0 },
            Patience = 4,
            Checkpoint = new() { Path = folder.File("run") },
        };
        using var model = new CountingModel();
        var history = model.Fit(data, options);
        using var again = new CountingModel { OnBatch = () => throw new Interruption.Killed() };
        var result = again.Fit(data, options);

        again.W.Should().Be(3);
        result.Epochs.Should().Equal(history.Epochs);
        (result.BestEpoch, result.StoppedEarly).Should().Be((3, true));
    }

    [Fact]
    public void A_run_that_shall_not_resume_starts_afresh()
    {
        using var folder = new TemporaryFolder();
        using var data = torch.zeros(5, 1);
        var options = new TrainingOptions { Epochs = 3, Checkpoint = new() { Path = folder.File("run"), Resume = false } };
        for (var i = 0; i < 2; i++)
        {
            using var model = new CountingModel();
            _ = model.Fit(data, options);
            model.Batches.Should().HaveCount(3);
        }

        // Nor does it look at what the file holds.
        File.WriteAllText(folder.File("run"), "something else");
        using var other = new CountingModel();
        _ = other.Fit(data, options with { Epochs = 4 });
        EpochsIn(folder.File("run")).Should().Be(4);
    }

    [Fact]
    public void Saving_and_resuming_leave_no_tensor_behind()
    {
        using var folder = new TemporaryFolder();
        var scenario = CheckpointScenario.EnergyModels.Single(s => s.Name.Contains("sampled states", StringComparison.Ordinal));
        Run("warm");
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Run("run");
        DisposeScopeManager.Statistics.ThreadTotalLiveCount.Should().Be(before);

        void Run(string name)
        {
            var checkpoint = new CheckpointOptions { Path = folder.File(name) };
            Kill(() => scenario.Fit(First, checkpoint, new Interruption(3)));
            _ = scenario.Fit(First, checkpoint, null);
            _ = scenario.Fit(First, checkpoint, null);
        }
    }

    [Fact]
    public void Dropout_follows_the_seed_of_the_run_and_the_default_generator_is_given_back()
    {
        using var scope = torch.NewDisposeScope();
        var before = torch.random.get_rng_state();
        var (one, same, other) = (Weights(seed: 1, burn: 0), Weights(seed: 1, burn: 5), Weights(seed: 2, burn: 0));
        same.Should().Equal(one);
        other.Should().NotEqual(one);
        torch.random.set_rng_state(before);

        static byte[] Weights(long seed, long burn)
        {
            using var data = CheckpointScenario.Data();
            using var labels = data.select(1, 0).to(ScalarType.Int64);
            using var linear = torch.nn.Linear(6, 2);
            using var fixedWeights = torch.full(2, 6, 0.1f);
            using (torch.no_grad())
                _ = linear.weight.copy_(fixedWeights);
            using (torch.no_grad())
                _ = linear.bias!.zero_();
            using var net = torch.nn.Sequential(("0", torch.nn.Dropout(0.5)), ("1", linear));
            using var burned = torch.rand(burn);
            using var expected = torch.random.get_rng_state();
            _ = ClassifierTraining.FitClassifier(net, data, labels, new() { Epochs = 2, BatchSize = 40, Seed = seed });
            using var found = torch.random.get_rng_state();
            found.bytes.ToArray().Should().Equal(expected.bytes.ToArray());
            return CheckpointScenario.Bytes(net)["1.weight"];
        }
    }

    private static int EpochsIn(string path)
    {
        if (!File.Exists(path))
            return 0;
        using var scope = torch.NewDisposeScope();
        return ConfigSection.Of(PtFile.Load(path), "file").GetSections("stages")[0].GetSection("history").GetNumbers("elapsed_seconds")!.Length;
    }

    private static void Kill(Action run) => run.Should().Throw<Interruption.Killed>();

    private static void Attempt(Action run)
    {
        try
        {
            run();
        }
        catch (Interruption.Killed)
        {
        }
    }

    /// <summary>Cancels a run as it asks for a batch.</summary>
    private sealed class CancellingSource(Tensor rows, CancellationTokenSource cancellation) : IBatchSource
    {
        public (int Epoch, int Batch) At { get; set; }

        public int Batches => 4;

        public Tensor Read(int epoch, int batch)
        {
            if ((epoch, batch) == At)
                cancellation.Cancel();
            return rows.narrow(0, 10 * (batch - 1), 10);
        }
    }
}
