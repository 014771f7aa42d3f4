using DeepBelief.Distributed.Tests.Support;
using DeepBelief.Files;
using DeepBelief.Sampling;
using DeepBelief.Tensors;
using DeepBelief.Tests.Support;
using DeepBelief.Training;

namespace DeepBelief.Distributed.Tests;

/// <summary>A run of several ranks goes on from its checkpoint, which rank 0 alone writes and reads.</summary>
public sealed class ResumeTests
{
    public static TheoryData<string> Models => ["cd", "pcd", "gaps", "dbn", "classifier", "dbm"];

    [Theory]
    [MemberData(nameof(Models))]
    public void A_run_that_was_broken_off_ends_with_the_same_bits(string kind)
    {
        using var folder = new TemporaryFolder();
        var whole = ThreadGroup.Run(3, group => Train(kind, group, null, null));
        var broken = () => ThreadGroup.Run(3, group => Train(kind, group, Own(group), () => throw new IOException("killed")));
        broken.Should().Throw<IOException>();
        File.Exists(folder.File("checkpoint.0")).Should().BeTrue();
        // The other ranks need not see the folder.
        var resumed = ThreadGroup.Run(3, group => Train(kind, group, Own(group), null));
        Trained.BeSameBits(resumed);
        Trained.AreSame(resumed[0], whole[0]).Should().BeTrue();
        folder.Files.Should().Equal("checkpoint.0");

        string Own(IProcessGroup group) => group.Rank == 0 ? folder.File("checkpoint.0") : Path.Combine(folder.Path, "nowhere", "checkpoint");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void A_run_goes_on_with_another_number_of_ranks(int ranks)
    {
        using var folder = new TemporaryFolder();
        var broken = () => ThreadGroup.Run(3, group => Train("pcd", group, folder.File("checkpoint"), () => throw new IOException("killed")));
        broken.Should().Throw<IOException>();
        var resumed = ThreadGroup.Run(ranks, group => Train("pcd", group, folder.File("checkpoint"), null));
        Trained.BeSameBits(resumed);
        // Also without a group.
        var alone = Train("pcd", null, folder.File("checkpoint"), null);
        // The run has ended.
        Trained.AreSame(alone, resumed[0]).Should().BeTrue();
    }

    [Fact]
    public void A_rank_more_than_there_were_draws_numbers_of_its_own()
    {
        using var folder = new TemporaryFolder();
        using var data = Trained.Bits(40, 9);
        var options = new TrainingOptions { Epochs = 3, BatchSize = 10, NegativePhase = new PersistentContrastiveDivergence(1, 4), Checkpoint = new() { Path = folder.File("checkpoint") } };
        using (var rbm = Rbm.Bernoulli(9, 6))
            _ = rbm.Fit(data, options);
        ThreadGroup.Run(2, group =>
        {
            using var rbm = Rbm.Bernoulli(9, 6);
            _ = rbm.Fit(data, options with { Epochs = 6, Group = group });
        });
        using var scope = torch.NewDisposeScope();
        var file = (OrderedDictionary<object, object?>)PtFile.Load(folder.File("checkpoint"))!;
        var stage = (OrderedDictionary<object, object?>)((List<object?>)file["stages"]!)[0]!;
        var first = (Tensor)((OrderedDictionary<object, object?>)stage["tensors"]!)["task.chains"]!;
        var second = (Tensor)((OrderedDictionary<object, object?>)stage["ranks"]!)["1.task.chains"]!;
        first.shape.Should().Equal(second.shape);
        first.Equals(second).Should().BeFalse();
    }

    [SkippableFact]
    [Trait("Category", "Slow")]
    public void A_rank_that_is_killed_ends_the_others_and_the_run_goes_on_to_the_same_bits()
    {
        using var folder = new TemporaryFolder();
        var checkpoint = folder.File("checkpoint");
        using (var run = Mpirun.Start(folder, 2, "train", "60", checkpoint))
        {
            run.WaitFor("training");
            run.Signal(1, "KILL");
            var watch = System.Diagnostics.Stopwatch.StartNew();
            run.End().Code.Should().NotBe(0);
            watch.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(20));
        }

        File.ReadAllText(folder.File("end.0")).Should().StartWith("GroupFailedException: Rank 0 of 2 was asked to end (SIGTERM)");
        File.Exists(folder.File("model.0.pt")).Should().BeFalse();
        using (var again = Mpirun.Start(folder, 2, "train", "60", checkpoint))
            again.End().Code.Should().Be(0);
        using var other = new TemporaryFolder();
        using (var whole = Mpirun.StartAlone(other, "threads"))
            whole.End().Code.Should().Be(0);
        // Of processes as of threads.
        foreach (var file in new[] { folder.File("model.0.pt"), folder.File("model.1.pt"), other.File("model.1.pt") })
            File.ReadAllBytes(file).Should().Equal(File.ReadAllBytes(other.File("model.0.pt")));
    }

    [SkippableFact]
    [Trait("Category", "Slow")]
    public void A_rank_that_hangs_ends_the_others_in_time()
    {
        using var folder = new TemporaryFolder();
        using var run = Mpirun.Start(folder, 2, "train", "2");
        run.WaitFor("training");
        run.Signal(1, "STOP");
        run.WaitFor("end.0");
        var text = string.Empty;
        for (var i = 0; i < 100 && text.Length == 0; i++, Thread.Sleep(20))
            text = File.ReadAllText(folder.File("end.0"));
        text.Should().Be("GroupFailedException: Rank 0 of 2 has waited 2 s for the other ranks: one of them has died, hangs, or does something else.");
        run.Signal(1, "KILL");
        run.End().Code.Should().NotBe(0);
    }

    [SkippableFact]
    [Trait("Category", "Slow")]
    public void Four_ranks_on_fewer_cores_train_for_a_while_without_a_leak()
    {
        using var folder = new TemporaryFolder();
        using var run = Mpirun.Start(folder, 4, "endure", "45");
        var (code, text) = run.End();
        code.Should().Be(0, text);
        for (var rank = 0; rank < 4; rank++)
        {
            var numbers = File.ReadAllText(folder.File($"memory.{rank}")).Split(' ').Select(long.Parse).ToArray();
            // The gradient alone is a quarter of a megabyte, and an epoch has ten.
            (numbers[1] - numbers[0]).Should().BeLessThan(8 << 20);
            numbers[2].Should().BeGreaterThan(50);
        }
    }

    private static Tensor[] Train(string kind, IProcessGroup? group, string? path, Action? afterThirdEpoch)
    {
        using var data = Trained.Bits(45, 12);
        var checkpoint = path is null ? null : new CheckpointOptions { Path = path };
        var progress = new ThirdEpoch(group is { Rank: 1 } ? afterThirdEpoch : null, layer: kind == "dbn" ? 2 : 1);
        var options = new TrainingOptions
        {
            Epochs = 6,
            BatchSize = 10,
            NegativePhase = kind == "cd" ? new ContrastiveDivergence() : new PersistentContrastiveDivergence(1, 7),
            Checkpoint = checkpoint,
            Group = group,
        };
        switch (kind)
        {
            case "dbn":
                var dbn = Dbn.Bernoulli(12, 8, 5);
                _ = dbn.Fit(data, new() { Epochs = 6, BatchSize = 10, Inputs = LayerInputs.Samples, Checkpoint = checkpoint, Group = group }, progress: progress);
                return Trained.Parameters(dbn);
            case "dbm":
                var dbm = Dbm.Bernoulli(12, 8, 5);
                _ = dbm.Fit(data, new() { Epochs = 6, BatchSize = 10, Checkpoint = checkpoint, Group = group }, progress: progress);
                return Trained.Parameters(dbm);
            case "classifier":
                using (var features = Dbn.Bernoulli(12, 8))
                {
                    using var labels = Trained.Labels(data);
                    var net = features.ToClassifier(classes: 4, dropout: new(Input: 0.1, Hidden: 0.3));
                    _ = net.FitClassifier(data, labels, new() { Epochs = 6, BatchSize = 10, Checkpoint = checkpoint, Group = group }, progress: progress);
                    return Trained.Parameters(net);
                }

            default:
                if (kind == "gaps")
                {
                    _ = data.narrow(1, 3, 1).narrow(0, 5, 20).fill_(float.NaN);
                    options = options with { MissingValues = MissingValues.Draw };
                }

                var rbm = Rbm.Bernoulli(12, 8, seed: group?.Rank ?? 0);
                _ = rbm.Fit(data, options, progress: progress);
                return Trained.Parameters(rbm);
        }
    }

    private sealed class ThirdEpoch(Action? act, int layer) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Epoch == 3 && value.Layer == layer && value.Batch == value.Batches)
                act?.Invoke();
        }
    }
}
