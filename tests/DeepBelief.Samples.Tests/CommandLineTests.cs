using DeepBelief.Samples.Mnist;
using DeepBelief.Samples.Mnist.Experiments.Tables;
using DeepBelief.Samples.Mnist.Pretraining;

namespace DeepBelief.Samples.Tests;

public sealed class CommandLineTests
{
    [Fact]
    public async Task Without_arguments_all_tables_run_with_the_documented_defaults()
    {
        var (code, options, _) = await Run([]);

        code.Should().Be(0);
        options.Should().BeEquivalentTo(new MnistOptions
        {
            Preset = Preset.Quick,
            Device = ComputeDevice.Cpu,
            Seeds = [0],
            Loss = LossKind.Original,
            DataFolder = null,
            OutputFolder = null,
            ReportFile = "deepbelief-mnist-tables.html",
            CheckpointFolder = PretrainingStore.DefaultFolder(),
            Threads = null,
        });
        options!.Experiment.Name.Should().Be("tables");
        options.Tables.Should().Equal(Enum.GetValues<TableKind>());
    }

    [Fact]
    public async Task Every_option_reaches_its_place()
    {
        using var folder = new TemporaryFolder();

        var (code, options, _) = await Run(
        [
            "--experiment", "tables", "--preset", "paper", "--device", "cuda", "--seed", "-7", "--seeds", "3", "--loss", "logits", "--threads", "2",
            "--data", folder.Path, "--out", folder["results"], "--only", "dbn", "rbm",
            "--report", "page.html", "--json", "run.json", "--checkpoints", "kept", "--fresh", "--quiet",
        ]);

        code.Should().Be(0);
        options.Should().BeEquivalentTo(new MnistOptions
        {
            Preset = Preset.Paper,
            Device = ComputeDevice.Cuda,
            Seeds = [-7, -6, -5],
            Loss = LossKind.Logits,
            Threads = 2,
            DataFolder = folder.Path,
            OutputFolder = folder["results"],
            Tables = [TableKind.Rbm, TableKind.Dbn],
            ReportFile = "page.html",
            JsonFile = "run.json",
            CheckpointFolder = "kept",
            Fresh = true,
            Quiet = true,
        });
        Directory.Exists(folder["results"]).Should().BeFalse("parsing makes nothing");
    }

    [Theory]
    [InlineData("--only dbn-binarized", "DbnPretrained DbnBinarized")]
    [InlineData("--only dbn-binarized --only rbm", "Rbm DbnPretrained DbnBinarized")]
    [InlineData("--only rbm-pretrained dbn-pretrained", "RbmPretrained DbnPretrained")]
    [InlineData("--only rbm rbm", "Rbm")]
    public async Task Only_brings_along_what_a_table_goes_on_from(string line, string expected)
    {
        var (_, options, _) = await Run(line.Split(' '));

        string.Join(' ', options!.Tables).Should().Be(expected);
    }

    [Theory]
    [InlineData("--preset slow", "slow")]
    [InlineData("--preset 1", "1")]
    [InlineData("--device gpu", "gpu")]
    [InlineData("--loss mse", "mse")]
    [InlineData("--only rbm,dbn", "rbm,dbn")]
    [InlineData("--seed one", "one")]
    [InlineData("--threads 0", "at least 1")]
    [InlineData("--data /does/not/exist", "/does/not/exist")]
    [InlineData("--epochs 3", "--epochs")]
    [InlineData("stray", "stray")]
    public async Task Wrong_usage_is_named_and_nothing_runs(string line, string named)
    {
        var (code, options, text) = await Run(line.Split(' '));

        code.Should().Be(2);
        options.Should().BeNull();
        text.Should().Contain(named).And.Contain("--help");
    }

    [Fact]
    public async Task Help_names_every_option_every_table_and_the_exit_codes()
    {
        var (code, options, text) = await Run(["--help"]);

        code.Should().Be(0);
        options.Should().BeNull();
        text.Should().ContainAll(
            "--preset", "--device", "--seed", "--only", "--loss", "--data", "--out", "--threads", "Examples:", "Exit codes:",
            "rbm-pretrained", "dbn-pretrained", "dbn-binarized", "130");
    }

    [Fact]
    public async Task The_exit_code_is_that_of_the_work()
    {
        using var output = new StringWriter();

        var code = await CommandLine.RunAsync([], (_, _) => Task.FromResult(ExitCode.Cancelled), output, output);

        code.Should().Be(130);
    }

    private static async Task<(int Code, MnistOptions? Options, string Text)> Run(string[] args)
    {
        MnistOptions? seen = null;
        using var text = new StringWriter();
        var code = await CommandLine.RunAsync(
            args,
            (options, _) =>
            {
                seen = options;
                return Task.FromResult(ExitCode.Success);
            },
            text,
            text);
        return (code, seen, text.ToString());
    }
}
