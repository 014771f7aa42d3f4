using DeepBelief.Experiments;
using DeepBelief.Experiments.ImageSets;
using DeepBelief.Experiments.Likelihood;
using DeepBelief.Experiments.Pretraining;
using DeepBelief.Experiments.Running;
using DeepBelief.Experiments.Tables;
using DeepBelief.Samples.Reporting.Comparison;
using DeepBelief.Sampling;
using DeepBelief.Tests.Support;
using DeepBelief.Training;

namespace DeepBelief.Samples.Tests;

public sealed class CommandLineTests
{
    [Fact]
    public async Task Without_arguments_all_tables_run_with_the_documented_defaults()
    {
        var (code, options, _) = await Run([]);

        code.Should().Be(0);
        options.Should().BeEquivalentTo(new ExperimentOptions
        {
            Preset = Preset.Quick,
            Device = ComputeDevice.Cpu,
            Seeds = [0],
            Loss = LossKind.Original,
            DataFolder = null,
            OutputFolder = null,
            ReportFile = "deepbelief-mnist-tables.html",
            CheckpointFolder = CheckpointFolder.Default(),
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
            "--experiment", "tables", "--preset", "paper", "--device", "cuda", "--seed", "-7", "--seeds", "3", "--loss", "logits", "--threads", "2", "--products", "bfloat16",
            "--data", folder.Path, "--out", folder.File("results"), "--only", "dbn", "rbm",
            "--report", "page.html", "--json", "run.json", "--checkpoints", "kept", "--fresh", "--quiet",
        ]);

        code.Should().Be(0);
        options.Should().BeEquivalentTo(new ExperimentOptions
        {
            Preset = Preset.Paper,
            Device = ComputeDevice.Cuda,
            Seeds = [-7, -6, -5],
            Loss = LossKind.Logits,
            Products = ProductPrecision.BFloat16,
            Threads = 2,
            DataFolder = folder.Path,
            OutputFolder = folder.File("results"),
            Tables = [TableKind.Rbm, TableKind.Dbn],
            ReportFile = "page.html",
            JsonFile = "run.json",
            CheckpointFolder = "kept",
            Fresh = true,
            Quiet = true,
        });
        Directory.Exists(folder.File("results")).Should().BeFalse("parsing makes nothing");
    }

    [Theory]
    [InlineData("--only dbn-binarized", "DbnPretrained DbnBinarized")]
    [InlineData("--only dbn-binarized --only rbm", "Rbm DbnPretrained DbnBinarized")]
    [InlineData("--only rbm-pretrained dbn-pretrained", "RbmPretrained DbnPretrained")]
    [InlineData("--only rbm rbm", "Rbm")]
    [InlineData("--only dbn-control rbm-control", "RbmControl DbnControl")]
    public async Task Only_brings_along_what_a_table_goes_on_from(string line, string expected)
    {
        var (_, options, _) = await Run(line.Split(' '));

        string.Join(' ', options!.Tables).Should().Be(expected);
    }

    [Fact]
    public async Task The_anomaly_experiment_may_have_fashion_images()
    {
        using var folder = new TemporaryFolder();

        var (code, options, _) = await Run(["--experiment", "anomaly", "--fashion", folder.Path]);

        code.Should().Be(0);
        (options!.Experiment.Name, options.FashionFolder).Should().Be(("anomaly", folder.Path));
    }

    [Theory]
    [InlineData("", false, null)]
    [InlineData("--json", true, null)]
    [InlineData("--json --quiet", true, null)]
    [InlineData("--json run.json", false, "run.json")]
    public async Task Json_goes_to_a_file_or_to_standard_output(string line, bool toOutput, string? file)
    {
        var (_, options, _) = await Run(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        (options!.JsonToOutput, options.JsonFile).Should().Be((toOutput, file));
    }

    [Theory]
    [InlineData("--out results", "results/deepbelief-mnist-tables.html")]
    [InlineData("--out results --report page.html", "page.html")]
    [InlineData("--experiment full --images fashion", "deepbelief-fashion-full.html")]
    [InlineData("--no-report", null)]
    public async Task The_report_has_a_place(string line, string? expected)
    {
        var (_, options, _) = await Run(line.Split(' '));

        options!.ReportFile.Should().Be(expected is null || !expected.Contains('/') ? expected : Path.GetFullPath(expected));
    }

    [Fact]
    public async Task Clothes_can_be_learned_in_place_of_digits()
    {
        using var folder = new TemporaryFolder();

        var (_, options, _) = await Run(["--experiment", "deep-likelihood", "--images", "fashion", "--fashion", folder.Path]);

        options!.Images.Should().Be(ImageSet.Fashion);
        options.FashionFolder.Should().Be(folder.Path);
    }

    [Fact]
    public async Task Checkpoints_can_be_had_nowhere()
    {
        var (_, options, _) = await Run(["--checkpoints", "none"]);

        options!.CheckpointFolder.Should().BeNull();
    }

    [Theory]
    [InlineData("--preset slow", "slow")]
    [InlineData("--preset 1", "1")]
    [InlineData("--device gpu", "gpu")]
    [InlineData("--loss mse", "mse")]
    [InlineData("--only rbm,dbn", "rbm,dbn")]
    [InlineData("--seed one", "one")]
    [InlineData("--threads 0", "at least 1")]
    [InlineData("--seeds 0", "'--seeds' takes a number of at least 1")]
    [InlineData("--experiment mine", "mine")]
    [InlineData("--report page.html --no-report", "exclude each other")]
    [InlineData("--json a b", "b")]
    [InlineData("--data /does/not/exist", "/does/not/exist")]
    [InlineData("--experiment anomaly --fashion /does/not/exist", "/does/not/exist")]
    [InlineData("--fashion .", "'--fashion' is for the experiment 'anomaly'")]
    [InlineData("--experiment full --fashion .", "'--fashion' is for the experiment 'anomaly'")]
    [InlineData("--experiment full --images mnist --fashion .", "and for '--images fashion'")]
    [InlineData("--experiment full --images fashion --data .", "'--data' is for MNIST: with '--images fashion', '--fashion' names the folder")]
    [InlineData("--images fashion", "'--images' is for the experiments 'full', 'deep-likelihood', 'generative-classifier'")]
    [InlineData("--experiment autoencoder --images fashion", "'--images' is for the experiments")]
    [InlineData("--experiment full --images clothes", "clothes")]
    [InlineData("--experiment full --only rbm", "'--only' is for the experiment 'tables'")]
    [InlineData("--experiment full --products bfloat16", "'--products' is for the experiments 'tables', 'likelihood'")]
    [InlineData("--products float16", "float16")]
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
    public void The_type_of_products_reaches_every_layer_that_can_have_it()
    {
        var options = new ExperimentOptions { Products = ProductPrecision.BFloat16 };

        var recipe = TablesExperiment.RecipeOf(options, seed: 3);
        recipe.Rbm.Layers.Should().HaveCount(1).And.OnlyContain(layer => layer.ProductPrecision == ProductPrecision.BFloat16 && layer.Seed == 3);
        recipe.Dbn.Layers.Should().HaveCount(3).And.OnlyContain(layer => layer.ProductPrecision == ProductPrecision.BFloat16);
        LikelihoodRecipe.Default.Machines.Select(machine => options.WithProducts(machine.Training)).Should().OnlyContain(
            training => (training.ProductPrecision == ProductPrecision.BFloat16) != (training.NegativePhase is ParallelTempering));
        options.WithProducts(new() { NegativePhase = new ParallelTempering() }).ProductPrecision.Should().Be(ProductPrecision.Float32);
    }

    [Fact]
    public async Task Help_names_every_option_every_table_and_the_exit_codes()
    {
        var (code, options, text) = await Run(["--help"]);

        code.Should().Be(0);
        options.Should().BeNull();
        text.Should().ContainAll(
            "--preset", "--device", "--seed", "--only", "--loss", "--data", "--out", "--threads", "Examples, to follow dotnet run -c Release --project samples/DeepBelief.Experiments --:", "Exit codes:",
            "--experiment", "--seeds", "--report", "--no-report", "--json", "--checkpoints", "--fresh", "--quiet", "--fashion", "--images", "--products",
            "rbm-pretrained", "rbm-control", "dbn-pretrained", "dbn-binarized", "dbn-control", "500 MB",
            "Twice: the program ends at once", "130  cancelled (Ctrl-C once or twice, SIGTERM)", "143  ended by a second SIGTERM");
        foreach (var experiment in ExperimentList.All)
            text.Should().MatchRegex($"(?m)^  {experiment.Name} +{experiment.Description}$");
    }

    [Fact]
    public async Task The_exit_code_is_that_of_the_work()
    {
        using var output = new StringWriter();

        var code = await CommandLine.RunAsync([], (_, _) => Task.FromResult(ExitCode.Cancelled), output, output);

        code.Should().Be(130);
    }

    private static async Task<(int Code, ExperimentOptions? Options, string Text)> Run(string[] args)
    {
        ExperimentOptions? seen = null;
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
