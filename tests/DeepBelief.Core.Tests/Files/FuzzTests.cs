using DeepBelief.Files;
using DeepBelief.Sampling;
using DeepBelief.Tests.Support;
using DeepBelief.Training;

namespace DeepBelief.Tests.Files;

public sealed class FuzzTests
{
    [Fact]
    [Trait("Category", "Slow")]
    public void Broken_files_are_loaded_or_refused_and_nothing_else()
    {
        using var fuzzer = new FileFuzzer(seed: 1);
        var report = fuzzer.Run(16_000);
        report.Failures.Should().BeEmpty();

        // Else it would test little: every reader must have seen both good and bad files.
        report.Files.Should().Be(16_000);
        report.Loaded.Keys.Should().HaveCount(16);
        report.Loaded.Values.Should().OnlyContain(n => n > 20);
        report.Refused.Values.Should().OnlyContain(n => n > 5000);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void A_run_goes_on_from_a_broken_checkpoint_or_refuses_it_and_nothing_else()
    {
        using var folder = new TemporaryFolder();
        using var data = CheckpointScenario.Data();
        var options = new TrainingOptions
        {
            Epochs = 2,
            Optimizer = new AdamSettings(),
            NegativePhase = new PersistentContrastiveDivergence(1, 8),
            Patience = 2,
            Checkpoint = new() { Path = folder.File("run") },
        };
        using (var rbm = Rbm.Bernoulli(6, 4))
        {
            var kill = () => rbm.Fit(data, options, progress: new Interruption(1));
            kill.Should().Throw<Interruption.Killed>();
        }

        var whole = File.ReadAllBytes(folder.File("run"));
        var mutator = new Mutator(new Random(1), [whole]);
        var (ended, refused) = (0, 0);
        for (var i = 0; i < 500; i++)
        {
            File.WriteAllBytes(folder.File("run"), mutator.Next());
            var alive = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
            using (var rbm = Rbm.Bernoulli(6, 4))
            {
                var before = CheckpointScenario.Bytes(rbm);
                try
                {
                    rbm.Fit(data, options).Epochs.Should().HaveCount(2);
                    ended++;
                }
                catch (Exception e) when (e is DataFormatException or CheckpointMismatchException)
                {
                    refused++;
                    CheckpointScenario.Bytes(rbm).Should().OnlyContain(t => t.Value.SequenceEqual(before[t.Key]), $"file {i} is refused");
                }
                catch (TrainingDivergedException)
                {
                    // Chains or momenta may be anything; such a run ends as any that diverges.
                }
            }

            DisposeScopeManager.Statistics.ThreadTotalLiveCount.Should().Be(alive, $"file {i} leaves nothing behind");
        }

        ended.Should().BeGreaterThan(15);
        refused.Should().BeGreaterThan(250);
    }
}
