#region usings
using DeepBelief;
using DeepBelief.Distributed;
using DeepBelief.Evaluation;
using DeepBelief.Tensors;
using DeepBelief.Training;
using static TorchSharp.torch;
#endregion

namespace Snippets;

/// <summary>docs/distributed.md, and the readme of the package DeepBelief.Distributed.</summary>
public sealed class DistributedSnippets : Support.SnippetTests
{
    [SkippableFact]
    public void A_program_for_mpirun_also_runs_alone()
    {
        using var images = rand(200, 784).round();
        try
        {
            Run();
        }
        catch (DllNotFoundException e)
        {
            Skip.If(true, e.Message);
        }

        File.Exists("rbm.pt").Should().BeTrue();

        void Run()
        {
            #region program
            using var group = MpiGroup.Join();
            using var rbm = Rbm.Bernoulli(visible: 784, hidden: 500);
            rbm.Fit(images, new() { Epochs = 20, BatchSize = 100, Group = group });
            if (group.Rank == 0)
                rbm.Save("rbm.pt");
            #endregion
            group.Size.Should().Be(1);
        }
    }

    [Fact]
    public void Networks_and_classifiers_take_a_group()
    {
        var accuracies = ThreadGroup.Run(2, group =>
        {
            using var scope = NewDisposeScope();
            // Nearly all ones or nearly all zeros.
            var labels = arange(200, dtype: ScalarType.Int64).remainder(2);
            var images = rand(200, 12).lt(0.1).logical_xor(labels.unsqueeze(1).to(ScalarType.Bool)).to(ScalarType.Float32);
            group.Broadcast(images);

            #region network
            using var dbn = Dbn.Bernoulli(12, 8, 4);
            var checkpoint = new CheckpointOptions { Path = "dbn.checkpoint" };
            dbn.Fit(images, new() { Epochs = 5, Group = group, Checkpoint = checkpoint });
            using var net = dbn.ToClassifier(classes: 2);
            net.FitClassifier(images, labels, new() { Epochs = 20, Group = group });
            #endregion

            return net.Score(images, labels).Accuracy;
        });
        accuracies[0].Should().BeGreaterThan(0.9).And.Be(accuracies[1]);
        File.Exists("dbn.checkpoint").Should().BeTrue();
    }

    [Fact]
    public void Ranks_on_threads()
    {
        using var images = rand(200, 20).round();

        #region threads
        ThreadGroup.Run(ranks: 2, group =>
        {
            using var rbm = Rbm.Bernoulli(visible: 20, hidden: 10);
            rbm.Fit(images, new() { Epochs = 5, Group = group });
            if (group.Rank == 0)
                rbm.Save("rbm.pt");
        });
        #endregion

        File.Exists("rbm.pt").Should().BeTrue();
    }

    [Fact]
    public void Chains_are_shared()
    {
        using var images = rand(200, 8).round();
        var results = ThreadGroup.Run(2, group =>
        {
            using var rbm = Rbm.Bernoulli(visible: 8, hidden: 4);

            #region chains
            var options = new AnnealingOptions { Chains = 200, Group = group };
            var bracket = AnnealedImportanceSampling.Bracket(rbm, images, options);

            using var generator = new Generator(100UL + (ulong)group.Rank);
            using var own = rbm.Sample(group.ShareOf(1000), steps: 1000, generator: generator);
            using var all = group.Gather(own);                  // [1000, 8], on every rank
            #endregion

            all.shape.Should().Equal(1000, 8);
            return (bracket.Forward.LogPartition, ExactEnumeration.LogPartition(rbm));
        });
        results[0].Item1.Should().BeApproximately(results[0].Item2, 0.05).And.Be(results[1].Item1);
    }

    [Fact]
    public void What_ends_a_run()
    {
        using var images = rand(200, 8).round();
        var printed = Printed(() => ThreadGroup.Run(2, group =>
        {
            using var rbm = Rbm.Bernoulli(visible: 8, hidden: 4);
            var progress = new Fails(group.Rank == 1);

            #region failure
            try
            {
                rbm.Fit(images, new() { Epochs = 5, Group = group }, progress: progress);
            }
            catch (GroupFailedException e)
            {
                Console.WriteLine(e.Message);   // Rank 1 has ended the run: IOException: the disk is full
            }
            #endregion
            catch (IOException)
            {
                // On rank 1.
            }
        }));
        printed.Should().Equal("Rank 1 has ended the run: IOException: the disk is full");
    }

    private sealed class Fails(bool now) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (now)
                throw new IOException("the disk is full");
        }
    }
}
