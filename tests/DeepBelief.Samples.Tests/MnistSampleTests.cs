using DeepBelief.Experiments;
using DeepBelief.Experiments.Running;
using DeepBelief.Experiments.Tables;
using DeepBelief.Samples.Mnist;
using DeepBelief.Samples.Reporting.Comparison;
using DeepBelief.Samples.Reporting.Output;
using DeepBelief.Tests.MnistProgram;
using DeepBelief.Tests.Support;

namespace DeepBelief.Samples.Tests;

/// <summary>The MNIST sample on a few images.</summary>
public sealed class MnistSampleTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    [Trait("Category", "Slow")]
    public void It_prints_every_table_writes_every_file_and_has_the_figures_of_the_experiment()
    {
        using var data = TinyImages.Create();
        using var outputs = new Outputs();

        MnistSample.Run(data.Original, [3], folder.Path, outputs.Output, default).Should().BeTrue();

        using var results = new TablesResults();
        using var others = new Outputs();
        using var otherFolder = new TemporaryFolder();
        var run = ExperimentRun.Run(new ExperimentOptions { Seeds = [3], OutputFolder = otherFolder.Path }, data, others.Output, results, default);
        run.Status.Should().Be(RunStatus.Complete);
        folder.Files.Should().BeEquivalentTo(TableDefinition.All.Select(table => table.CsvFile).Append("deepbelief-mnist-tables.html"));
        foreach (var table in TableDefinition.All)
        {
            outputs.Results.Should().Contain($"{table.Title}: fine-tuning: ").And.Contain($"Written to {folder.File(table.CsvFile)}");
            File.ReadAllText(folder.File(table.CsvFile)).Should().Be(File.ReadAllText(otherFolder.File(table.CsvFile)));
        }

        TablesOf(outputs.Results).Should().Equal(TablesOf(others.Results)).And.HaveCountGreaterThan(7 * 5);
        outputs.Errors.Should().BeEmpty();
        var report = File.ReadAllText(folder.File("deepbelief-mnist-tables.html"));
        report.Should().Contain("Does pre-training help?").And.Contain("How to get this again").And.NotContain("cancelled")
            .And.Contain("dotnet run -c Release --project samples/DeepBelief.Samples.Mnist -- --seed 3 --seeds 1");
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void Cancelled_it_keeps_what_is_finished()
    {
        using var data = TinyImages.Create();
        using var cancellation = new CancellationTokenSource();
        using var text = new CancellingWriter($"Written to {folder.File("RBM_without_pretraining_classifier.csv")}", cancellation);
        using var errors = new StringWriter();

        MnistSample.Run(data.Original, [0], folder.Path, new RunOutput(Terminal.Create(text, redirected: true), errors), cancellation.Token).Should().BeFalse();

        folder.Files.Should().BeEquivalentTo("RBM_without_pretraining_classifier.csv", "deepbelief-mnist-tables.html");
        File.ReadAllText(folder.File("deepbelief-mnist-tables.html")).Should().Contain("The run was cancelled").And.Contain("RBM 784-2500-10 without pre-training");
        text.ToString().Should().Contain("Cancelled after");
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_told_before_any_training()
    {
        File.WriteAllText(folder.File("file"), "in the way");
        using var data = TinyImages.Create();
        using var outputs = new Outputs();

        var run = () => MnistSample.Run(data.Original, [0], Path.Combine(folder.File("file"), "below"), outputs.Output, default);

        run.Should().Throw<IOException>().WithMessage("The folder '*below' can't be written: *");
        outputs.Results.Should().BeEmpty();
    }

    private static string[] TablesOf(string text) => [.. text.Split('\n').Where(line => line.StartsWith('│'))];
}
