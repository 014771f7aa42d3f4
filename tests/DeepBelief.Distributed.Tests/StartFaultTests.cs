using DeepBelief.Distributed.Tests.Support;
using DeepBelief.Evaluation;
using DeepBelief.Tensors;
using DeepBelief.Tests.Support;
using DeepBelief.Training;

namespace DeepBelief.Distributed.Tests;

/// <summary>What goes wrong on one rank before its first update, between the layers of a network or in annealing ends the call on all.</summary>
public sealed class StartFaultTests
{
    private const string Gone = "IOException: the disk is gone";

    public static TheoryData<string, string, Action<IProcessGroup, bool>> Calls => new()
    {
        { "a source, first read", Gone, (group, fails) => Machine(rbm => rbm.Fit(new Source(fails ? 1 : 0), new() { Epochs = 2, Group = group })) },
        { "rows", "ArgumentException: Expected values in [0, 1] *", (group, fails) => Machine(rbm => rbm.Fit(Rows(fails ? 2 : 1), new() { Epochs = 2, Group = group })) },
        { "validation rows", "ArgumentException: Expected *", (group, fails) => Machine(rbm => rbm.Fit(Rows(1), new() { Epochs = 2, Group = group }, Rows(1).narrow(1, 0, fails ? 5 : 12))) },
        { "options", "ArgumentOutOfRangeException: BatchSize: *", (group, fails) => Machine(rbm => rbm.Fit(Rows(1), new() { Epochs = 2, BatchSize = fails ? 0 : 10, Group = group })) },
        {
            "a frozen model", "ArgumentException: Expected at least one parameter whose requires_grad is true, *", (group, fails) => Machine(rbm =>
            {
                foreach (var parameter in rbm.parameters())
                    parameter.requires_grad_(!fails);
                _ = rbm.Fit(Rows(1), new() { Epochs = 2, Group = group });
            })
        },
        // Asked twice for the first batch, to see whether it keeps them, then once an epoch; the first layer has two.
        { "a source, between layers", Gone, (group, fails) => Network(dbn => dbn.Fit(new Source(fails ? 4 : 0), new() { Epochs = 2, Group = group })) },
        {
            "labels", "ArgumentException: Expected *", (group, fails) => Network(dbn =>
            {
                using var net = dbn.ToClassifier(classes: 2);
                using var labels = torch.full([40], fails ? 2 : 1, ScalarType.Int64);
                _ = net.FitClassifier(Rows(1), labels, new() { Epochs = 2, Group = group });
            })
        },
        {
            "a deep machine's rows", "ArgumentException: Expected values in [0, 1] *", (group, fails) =>
            {
                using var dbm = Dbm.Bernoulli(12, 8, 5);
                _ = dbm.Pretrain(Rows(fails ? 2 : 1), new() { Epochs = 2, Group = group });
            }
        },
        {
            "a trainer's model", "ObjectDisposedException: *", (group, fails) => Machine(rbm =>
            {
                using var trainer = rbm.StartTraining(Rows(1), new() { Epochs = 2, Group = group });
                if (fails)
                    rbm.Dispose();
                _ = trainer.Train();
            })
        },
        {
            "a trainer's epochs", "ArgumentOutOfRangeException: *epochs*", (group, fails) => Machine(rbm =>
            {
                using var trainer = rbm.StartTraining(Rows(1), new() { Epochs = 2, Group = group });
                _ = trainer.Train(fails ? 0 : 1);
            })
        },
        {
            "a trainer", "ObjectDisposedException: *", (group, fails) => Machine(rbm =>
            {
                using var trainer = rbm.StartTraining(Rows(1), new() { Epochs = 2, Group = group });
                if (fails)
                    trainer.Dispose();
                _ = trainer.Train();
            })
        },
        { "gathered rows", "ArgumentException: Expected rows, found a single number.*", (group, fails) => Machine(rbm => _ = group.Gather(fails ? rbm.Weight.sum() : rbm.Weight)) },
        { "annealing's data", "ArgumentException: Expected values in [0, 1] *", (group, fails) => Machine(rbm => AnnealedImportanceSampling.Forward(rbm, Rows(fails ? 2 : 1), Options(group))) },
        { "annealing's progress", Gone, (group, fails) => Machine(rbm => AnnealedImportanceSampling.Bracket(rbm, Rows(1), Options(group), new Progress(fails))) },
        {
            "annealing a deep machine", "ArgumentException: Expected values in [0, 1] *", (group, fails) =>
            {
                using var dbm = Dbm.Bernoulli(12, 8, 5);
                _ = AnnealedImportanceSampling.Forward(dbm, Rows(fails ? 2 : 1), Options(group));
            }
        },
    };

    [Theory]
    [MemberData(nameof(Calls))]
    public void One_rank_fails_and_the_others_say_why(string name, string message, Action<IProcessGroup, bool> call)
    {
        name.Should().NotBeEmpty();
        var ends = Trained.Ends(3, group =>
        {
            try
            {
                call(group, group.Rank == 1);
            }
            finally
            {
                // They are in step, and so can go on.
                group.Barrier();
            }
        });
        $"{ends[1]!.GetType().Name}: {ends[1]!.Message}".Should().Match(message);
        foreach (var other in new[] { ends[0], ends[2] })
            other.Should().BeOfType<GroupFailedException>().Which.Message.Should().Match($"Rank 1 has ended the run: {message}");
    }

    [Fact]
    public void Rows_of_other_lengths_or_types_are_not_gathered()
    {
        Differs(group => torch.zeros(2, 3 + group.Rank), "a row: Float32 [3] on rank 0, Float32 [4] on rank 1");
        Differs(group => torch.zeros(2, 3, group.Rank == 0 ? ScalarType.Float32 : ScalarType.Float64), "a row: Float32 [3] on rank 0, Float64 [3] on rank 1");

        static void Differs(Func<IProcessGroup, Tensor> rows, string difference)
        {
            var ends = Trained.Ends(2, group =>
            {
                using var scope = torch.NewDisposeScope();
                _ = group.Gather(rows(group));
            });
            ends.Should().AllSatisfy(end => end.Should().BeOfType<ArgumentException>().Which.Message.Should().StartWith($"Expected the same on all ranks of the group, found {difference}."));
        }
    }

    [Fact]
    public void Ranks_train_for_the_same_number_of_epochs()
    {
        var parameters = new Tensor[2][];
        var ends = Trained.Ends(2, group =>
        {
            var rbm = Rbm.Bernoulli(12, 6);
            using var rows = Rows(1);
            using var trainer = rbm.StartTraining(rows, new() { Epochs = 4, Group = group });
            var other = () => trainer.Train(1 + group.Rank);
            other.Should().Throw<ArgumentException>().WithMessage("Expected the same on all ranks of the group, found epochs: 1 on rank 0, 2 on rank 1.*");
            // Nothing has happened, so that they can go on.
            _ = trainer.Train(2);
            parameters[group.Rank] = Trained.Parameters(rbm);
        });
        ends.Should().OnlyContain(end => end == null);
        Trained.BeSameBits(parameters);
    }

    [Fact]
    public void Ranks_that_work_together_after_an_epoch_hear_of_a_checkpoint_that_failed()
    {
        using var folder = new TemporaryFolder();
        var inner = Directory.CreateDirectory(folder.File("inner")).FullName;
        var ends = Trained.Ends(2, group => Machine(rbm =>
        {
            var options = new TrainingOptions { Epochs = 4, Group = group, Checkpoint = new() { Path = Path.Combine(inner, "checkpoint") } };
            _ = rbm.Fit(Rows(1), options, progress: new Together(group, () => Directory.Delete(inner, recursive: true)));
        }));
        ends[0].Should().BeOfType<DirectoryNotFoundException>();
        ends[1].Should().BeOfType<GroupFailedException>().Which.Message.Should().StartWith("Rank 0 has ended the run: DirectoryNotFoundException: ");
    }

    [Fact]
    public void A_token_that_is_cancelled_on_one_rank_cancels_annealing_on_all()
    {
        var ends = Trained.Ends(2, group => Machine(rbm =>
            AnnealedImportanceSampling.Forward(rbm, Rows(1), Options(group), cancellationToken: new CancellationToken(canceled: group.Rank == 1))));
        ends.Should().AllBeAssignableTo<OperationCanceledException>();
    }

    private static AnnealingOptions Options(IProcessGroup group) => new() { Chains = 6, Schedule = AnnealingSchedule.Uniform(20), Group = group };

    private static Tensor Rows(float largest)
    {
        var rows = torch.zeros(40, 12, ScalarType.Float32, torch.CPU);
        rows[3, 4] = largest;
        return rows;
    }

    private static void Machine(Action<Rbm> use)
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Rbm.Bernoulli(12, 6);
        use(rbm);
    }

    private static void Network(Action<Dbn> use)
    {
        using var scope = torch.NewDisposeScope();
        using var dbn = Dbn.Bernoulli(12, 8, 5);
        use(dbn);
    }

    /// <summary>A batch, and a disk that is gone at some read of it, numbered from 1; 0 if it stays.</summary>
    private sealed class Source(int failing) : Data.IBatchSource
    {
        private int reads;

        public int Batches => 1;

        public Tensor Read(int epoch, int batch) => ++reads == failing ? throw new IOException("the disk is gone") : Rows(1);
    }

    /// <summary>Ranks that sum a number after every epoch; after the first, rank 0 does something else, too.</summary>
    private sealed class Together(IProcessGroup group, Action afterFirst) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (!value.EpochEnded)
                return;
            using var number = torch.ones(1, ScalarType.Float32, torch.CPU);
            group.AllReduce(number);
            number.item<float>().Should().Be(2);
            if (value.Epoch == 1 && group.Rank == 0)
                afterFirst();
        }
    }

    private sealed class Progress(bool fails) : IProgress<AnnealingProgress>
    {
        public void Report(AnnealingProgress value)
        {
            if (fails)
                throw new IOException("the disk is gone");
        }
    }
}
