using DeepBelief.Files;
using System.Globalization;
using DeepBelief.Tests.Support;
using Xunit.Abstractions;

namespace DeepBelief.Tests.Training;

/// <summary>
/// Processes that are killed while they train, and started again, until one ends by itself. The environment variable
/// DEEPBELIEF_KILLS says how often for each kind of model, where the few times of every test run are not enough.
/// </summary>
public sealed class KilledProcessTests(ITestOutputHelper log)
{
    private const int LongestMilliseconds = 200;

    private static readonly Dictionary<string, Lazy<Dictionary<string, string>>> References
        = new[] { "rbm", "dbn", "classifier" }.ToDictionary(kind => kind, kind => new Lazy<Dictionary<string, string>>(() => Reference(kind)));

    private static int Kills => int.Parse(Environment.GetEnvironmentVariable("DEEPBELIEF_KILLS") ?? "2", CultureInfo.InvariantCulture);

    [Theory]
    [Trait("Category", "Slow")]
    [InlineData("rbm")]
    [InlineData("dbn")]
    [InlineData("classifier")]
    public void A_run_that_is_killed_at_random_moments_ends_as_one_that_never_was(string kind)
    {
        using var folder = new TemporaryFolder();
        var (output, checkpoint) = (folder.File("output"), folder.File("checkpoint"));
        var expected = References[kind].Value;
        var random = new Random(kind[0]);
        var (kills, writes, runs) = (0, 0, 0);
        while (kills < Kills)
        {
            while (Killed())
            {
                kills++;
                // A reader never sees half a file, whatever the moment; what was being written is beside it.
                Tensors(checkpoint).Should().NotBeEmpty();
                if (File.Exists($"{checkpoint}.tmp"))
                    writes++;
            }

            runs++;
            Tensors(output).Should().BeEquivalentTo(expected);
            File.Exists($"{checkpoint}.tmp").Should().BeFalse();
            File.Delete(output);
            File.Delete(checkpoint);
        }

        log.WriteLine($"{kind}: {kills} kills, {writes} of them while a checkpoint was written; {runs} runs ended, each as one that was never killed.");

        bool Killed()
        {
            using var trainer = Trainer.Start(kind, output, checkpoint);
            trainer.WaitForTraining();
            if (kills < Kills && trainer.KillAfter(TimeSpan.FromMilliseconds(random.Next(LongestMilliseconds))))
                return true;
            trainer.End().Should().Be((0, string.Empty));
            return false;
        }
    }

    [SkippableFact]
    [Trait("Category", "Slow")]
    public void A_full_disk_leaves_the_old_checkpoint_and_nothing_else()
    {
        Skip.If(OperatingSystem.IsWindows(), "Needs a Unix shell: run it on Linux or macOS.");
        using var folder = new TemporaryFolder();
        var (output, checkpoint) = (folder.File("output"), folder.File("checkpoint"));
        using (var trainer = Trainer.Start("rbm", output, checkpoint))
        {
            trainer.WaitForTraining();
            trainer.KillAfter(TimeSpan.FromMilliseconds(50)).Should().BeTrue();
        }

        var before = File.ReadAllBytes(checkpoint);
        before.Length.Should().BeGreaterThan(1_000_000);
        using (var trainer = Trainer.StartLimited(bytes: 51_200, "rbm", output, checkpoint))
        {
            var (code, errors) = trainer.End();
            code.Should().Be(Trainer.CouldNotWrite, errors);
        }

        File.ReadAllBytes(checkpoint).Should().Equal(before);
        Directory.GetFiles(folder.Path).Should().Equal(checkpoint);

        using (var trainer = Trainer.Start("rbm", output, checkpoint))
            trainer.End().Should().Be((0, string.Empty));
        Tensors(output).Should().BeEquivalentTo(References["rbm"].Value);
    }

    /// <summary>The tensors of a run without a checkpoint.</summary>
    private static Dictionary<string, string> Reference(string kind)
    {
        using var folder = new TemporaryFolder();
        using (var trainer = Trainer.Start(kind, folder.File("reference")))
            trainer.End().Should().Be((0, string.Empty));
        return Tensors(folder.File("reference"));
    }

    /// <summary>All tensors of a file as texts of their bits, by their place in it.</summary>
    private static Dictionary<string, string> Tensors(string file)
    {
        using var scope = torch.NewDisposeScope();
        var found = new Dictionary<string, string>();
        Collect(PtFile.Load(file), string.Empty);
        return found;

        void Collect(object? value, string place)
        {
            if (value is Tensor tensor)
                found[place] = $"{tensor.dtype} [{string.Join(", ", tensor.shape)}] {Convert.ToHexString(tensor.contiguous().bytes)}";
            else if (value is IEnumerable<KeyValuePair<object, object?>> entries)
                entries.ToList().ForEach(e => Collect(e.Value, $"{place}/{e.Key}"));
        }
    }
}
