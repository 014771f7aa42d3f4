using DeepBelief.Distributed.Tests.Support;
using DeepBelief.Tensors;
using DeepBelief.Tests.Support;
using DeepBelief.Training;

namespace DeepBelief.Distributed.Tests;

/// <summary>What goes wrong on one rank ends the run on all.</summary>
public sealed class FaultTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_source_that_fails_on_one_rank(int failing)
    {
        using var data = Trained.Bits(40, 9);
        var ends = Trained.Ends(3, group =>
        {
            using var rbm = Rbm.Bernoulli(9, 6);
            _ = rbm.Fit(new Source(data, group.Rank == failing), new() { Epochs = 5, Group = group });
        });
        for (var rank = 0; rank < 3; rank++)
        {
            if (rank == failing)
                ends[rank].Should().BeOfType<IOException>();
            else
                ends[rank].Should().BeOfType<GroupFailedException>().Which.Message.Should().Be($"Rank {failing} has ended the run: IOException: the disk is gone");
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(6)]
    public void Progress_that_fails_after_an_epoch_also_the_last(int epoch)
    {
        using var data = Trained.Bits(40, 9);
        var ends = Trained.Ends(2, group =>
        {
            using var rbm = Rbm.Bernoulli(9, 6);
            var progress = new AfterEpoch(epoch, () => _ = group.Rank == 1 ? throw new IOException("the disk is gone") : true);
            _ = rbm.Fit(data, new() { Epochs = 6, Group = group }, progress: progress);
        });
        ends[0].Should().BeOfType<GroupFailedException>().Which.Message.Should().Be("Rank 1 has ended the run: IOException: the disk is gone");
        ends[1].Should().BeOfType<IOException>();
    }

    [Fact]
    public void A_checkpoint_that_can_t_be_written()
    {
        using var data = Trained.Bits(40, 9);
        using var folder = new TemporaryFolder();
        var inner = Directory.CreateDirectory(folder.File("inner"));
        var ends = Trained.Ends(2, group =>
        {
            using var rbm = Rbm.Bernoulli(9, 6);
            var progress = new AfterEpoch(2, () =>
            {
                if (group.Rank == 0)
                    inner.Delete(recursive: true);
            });
            _ = rbm.Fit(data, new() { Epochs = 6, Group = group, Checkpoint = new() { Path = Path.Combine(inner.FullName, "checkpoint") } }, progress: progress);
        });
        ends[0].Should().BeAssignableTo<IOException>();
        ends[1].Should().BeOfType<GroupFailedException>().Which.Message.Should().StartWith("Rank 0 has ended the run: DirectoryNotFoundException: ");
    }

    [Fact]
    public void Parameters_that_one_rank_changes_by_itself()
    {
        using var data = Trained.Bits(40, 9);
        var ends = Trained.Ends(3, group =>
        {
            using var rbm = Rbm.Bernoulli(9, 6);
            var progress = new AfterEpoch(2, () =>
            {
                using var noGrad = torch.no_grad();
                if (group.Rank == 2)
                    _ = rbm.Weight[0, 0].add_(1e-6f);
            });
            _ = rbm.Fit(data, new() { Epochs = 6, Group = group }, progress: progress);
        });
        ends.Should().AllBeOfType<GroupFailedException>();
        ends.Select(end => end!.Message).Should().AllSatisfy(message => message.Should().StartWith("After epoch 3 the parameters of rank 2 are not those of rank 0."));
    }

    [Fact]
    public void A_run_that_diverges_does_so_on_all_ranks()
    {
        using var data = Trained.Bits(40, 9);
        var ends = Trained.Ends(2, group =>
        {
            using var rbm = Rbm.Bernoulli(9, 6);
            _ = rbm.Fit(data, new() { Epochs = 6, LearningRate = 1e38, Group = group });
        });
        ends.Should().AllBeOfType<TrainingDivergedException>();
    }

    [Fact]
    public void A_token_that_is_cancelled_on_one_rank_stops_all_at_the_same_update()
    {
        using var data = Trained.Bits(400, 9);
        using var folder = new TemporaryFolder();
        // More epochs than any machine finishes before the timer has fired, however late it is.
        var options = new TrainingOptions
        {
            Epochs = 1_000_000,
            BatchSize = 10,
            Checkpoint = new() { Path = folder.File("checkpoint"), Interval = 1_000_000 },
        };
        var parameters = new Tensor[2][];
        var epochs = new int[2];
        ThreadGroup.Run(2, group =>
        {
            using var source = new CancellationTokenSource();
            var rbm = Rbm.Bernoulli(9, 6);
            var progress = new AfterEpoch(7, () =>
            {
                if (group.Rank == 1)
                    source.CancelAfter(3);
            });
            // Only one of the ranks can be cancelled at all.
            var run = () => rbm.Fit(data, options with { Group = group }, progress: progress, cancellationToken: group.Rank == 1 ? source.Token : default);
            epochs[group.Rank] = run.Should().Throw<TrainingCanceledException<EpochMetrics>>().Which.History.Epochs.Count;
            parameters[group.Rank] = Trained.Parameters(rbm);
        });
        Trained.BeSameBits(parameters);
        epochs[0].Should().Be(epochs[1]).And.BeInRange(7, 999_999);
        // The epochs that were finished can be gone on with.
        ThreadGroup.Run(2, group =>
        {
            using var rbm = Rbm.Bernoulli(9, 6);
            using var trainer = rbm.StartTraining(data, options with { Group = group });
            trainer.Train(3).Epochs.Should().HaveCount(epochs[0] + 3);
        });
    }

    [Fact]
    public void A_source_that_notices_the_token_of_its_rank_cancels_the_run_on_all()
    {
        using var data = Trained.Bits(40, 9);
        var parameters = new Tensor[3][];
        var ends = Trained.Ends(3, group =>
        {
            using var source = new CancellationTokenSource();
            var rbm = Rbm.Bernoulli(9, 6);
            try
            {
                _ = rbm.Fit(new Cancels(data, group.Rank == 1 ? source : null), new() { Epochs = 5, Group = group }, cancellationToken: source.Token);
            }
            finally
            {
                parameters[group.Rank] = Trained.Parameters(rbm);
            }
        });
        ends.Should().AllSatisfy(end => end.Should().BeOfType<TrainingCanceledException<EpochMetrics>>().Which.History.Epochs.Should().HaveCount(2));
        Trained.BeSameBits(parameters);
    }

    public static TheoryData<string, string> Refusals => new()
    {
        { "rows", "data/training: Float32 [40, 9], SHA-256 of 40 rows * on rank 0, Float32 [41, 9], SHA-256 of 41 rows * on rank 1" },
        { "values", "data/training: Float32 [40, 9], SHA-256 of 40 rows * on rank 0, Float32 [40, 9], SHA-256 of 40 rows * on rank 1" },
        { "epochs", "options/Epochs: 3 on rank 0, 4 on rank 1" },
        { "momentum", "options/Optimizer/Momentum: 0.5 on rank 0, 0.25 on rank 1" },
        { "hidden", "model/weight: Float32 [6, 9], trained on rank 0, Float32 [7, 9], trained on rank 1; model/hidden.bias: Float32 [6], trained on rank 0, Float32 [7], trained on rank 1" },
        { "checkpoint", "options/Checkpoint: none on rank 0, every 1 epochs, resumed, without changes on rank 1" },
        { "validation", "data/validation: none on rank 0, Float32 [40, 9], * on rank 1" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void Ranks_that_differ_are_refused_at_the_start(string what, string difference)
    {
        using var folder = new TemporaryFolder();
        var before = new Tensor[2][];
        var after = new Tensor[2][];
        var ends = Trained.Ends(2, group =>
        {
            var other = group.Rank == 1;
            using var data = Trained.Bits(other && what == "rows" ? 41 : 40, 9, seed: other && what == "values" ? 6UL : 5);
            var rbm = Rbm.Bernoulli(9, other && what == "hidden" ? 7 : 6, seed: group.Rank);
            before[group.Rank] = [.. rbm.parameters().Select(parameter => parameter.detach().clone())];
            var options = new TrainingOptions
            {
                Epochs = other && what == "epochs" ? 4 : 3,
                Optimizer = new SgdSettings { Momentum = other && what == "momentum" ? 0.25 : 0.5 },
                Checkpoint = other && what == "checkpoint" ? new() { Path = folder.File("checkpoint") } : null,
                Group = group,
            };
            try
            {
                _ = rbm.Fit(data, options, validation: other && what == "validation" ? data : null);
            }
            finally
            {
                after[group.Rank] = Trained.Parameters(rbm);
            }
        });
        ends.Should().AllSatisfy(end => end.Should().BeOfType<ArgumentException>().Which.Message.Should().Match($"Expected the same on all ranks of the group, found *{difference}*(Parameter 'options')"));
        for (var rank = 0; rank < 2; rank++)
            Trained.AreSame(before[rank], after[rank]).Should().BeTrue();
    }

    [SkippableFact]
    public void Processes_with_other_data_are_refused_at_the_start()
    {
        using var folder = new TemporaryFolder();
        using var run = Mpirun.Start(folder, 2, "data");
        run.End().Code.Should().Be(3);
        File.ReadAllText(folder.File("end.0")).Should().Be(File.ReadAllText(folder.File("end.1")))
            .And.Match("ArgumentException: Expected the same on all ranks of the group, found data/training: Float32 [100, 30], * on rank 0, Float32 [101, 30], * on rank 1*");
    }

    private sealed class Source(Tensor data, bool fails) : Data.IBatchSource
    {
        public int Batches => 4;

        public Tensor Read(int epoch, int batch)
            => fails && (epoch, batch) == (3, 2) ? throw new IOException("the disk is gone") : data.narrow(0, (batch - 1) * 10, 10);
    }

    private sealed class Cancels(Tensor data, CancellationTokenSource? source) : Data.IBatchSource
    {
        public int Batches => 4;

        public Tensor Read(int epoch, int batch)
        {
            if ((epoch, batch) == (3, 2))
                source?.Cancel();
            source?.Token.ThrowIfCancellationRequested();
            return data.narrow(0, (batch - 1) * 10, 10);
        }
    }

    private sealed class AfterEpoch(int epoch, Action act) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Epoch == epoch && value.Batch == value.Batches)
                act();
        }
    }
}
