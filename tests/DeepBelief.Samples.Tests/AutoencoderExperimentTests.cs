using System.Text.Json;
using System.Xml.Linq;
using DeepBelief.Evaluation;
using DeepBelief.Experiments;
using DeepBelief.Experiments.Autoencoders;
using DeepBelief.Experiments.Running;
using DeepBelief.Samples.Data;
using DeepBelief.Samples.Reporting.Output;
using DeepBelief.Samples.Reporting.Results;
using DeepBelief.Tests.MnistProgram;
using DeepBelief.Tests.Support;
using DeepBelief.Training;
using TorchSharp;

namespace DeepBelief.Samples.Tests;

public sealed class AutoencoderExperimentTests
{
    private static readonly TrainingOptions Layer = new() { Epochs = 10, BatchSize = 20 };

    private static readonly AutoencoderTrainingOptions FineTuning = new()
    {
        Epochs = 60,
        BatchSize = 20,
        Loss = ReconstructionLoss.SquaredError,
        LearningRate = Schedule.Linear(0.01, 0.001),
        EvaluationRows = 120,
    };

    private static readonly AutoencoderRecipe Recipe = new(
        new([24, 16], WeightInitialization.Normal(0.1), [Layer]),
        Layer,
        new(4, FineTuning) { PublishedComponents = 9, PublishedNetwork = 3 },
        new(2, FineTuning));

    [Fact]
    public void Every_network_is_pretrained_trained_and_scored()
    {
        using var data = TinyDigits.Split();
        using var results = new AutoencoderResults();
        var context = Run(results, TinyDigits.Split());

        results.Networks.Select(one => one.Name).Should().Equal("24-16-4", "24-16-2");
        // What was scored are the networks that are kept, and their last epoch saw all training images.
        foreach (var one in results.Networks)
        {
            one.Epochs.Should().HaveCount(60);
            one.Train.Should().BeLessThan(0.7 * one.Start).And.BeApproximately(one.Epochs[^1].Train, 1e-4);
            var autoencoder = results.Autoencoders[one.Network.Code];
            autoencoder.Score(data.TestImages).SquaredError.Should().Be(one.Test);
            using var rows = autoencoder.call(data.TestImages);
            (rows - data.TestImages).square().sum(1).mean().ToDouble().Should().BeApproximately(one.Test, 1e-4);
            // The code is linear: no function follows its weights.
            autoencoder.CodeSize.Should().Be(one.Network.Code);
            using var codes = autoencoder.Encode(data.TestImages);
            codes.abs().max().ToDouble().Should().BeGreaterThan(1);
        }

        results.Networks[0].Test.Should().BeLessThan(results.Networks[1].Test);
        results.Pretraining.Select(layer => layer.Name).Should().Equal("24-16", "16-4", "16-2");
        context.Stages.Select(stage => stage.Title).Should().Equal(
            "DBN 24-16: pre-training",
            "RBM 16-4 with a linear code: pre-training",
            "autoencoder 24-16-4: fine-tuning",
            "RBM 16-2 with a linear code: pre-training",
            "autoencoder 24-16-2: fine-tuning");
        context.Stages[2].Rows.Should().Be(120 * 60);
    }

    [Fact]
    public void Test_images_have_a_say_in_nothing_but_the_test_errors()
    {
        using var results = new AutoencoderResults();
        using var others = new AutoencoderResults();
        var changed = TinyDigits.Split();
        _ = changed.TestImages.fill_(0.5f);
        _ = Run(results, TinyDigits.Split());
        _ = Run(others, changed);

        foreach (var (one, other) in results.Networks.Zip(others.Networks))
        {
            (other.Start, other.Train).Should().Be((one.Start, one.Train));
            other.Epochs.Select(epoch => epoch.Train).Should().Equal(one.Epochs.Select(epoch => epoch.Train));
            other.Test.Should().NotBe(one.Test);
        }

        others.Components.Select(one => one.Result.Train).Should().Equal(results.Components.Select(one => one.Result.Train));
        others.Components[0].Result.Test.Should().NotBe(results.Components[0].Result.Test);
    }

    [Fact]
    public void Same_seed_same_figures_and_several_seeds_have_a_mean()
    {
        using var results = new AutoencoderResults();
        using var again = new AutoencoderResults();
        _ = Run(results, TinyDigits.Split(), seeds: [1, 2]);
        _ = Run(again, TinyDigits.Split(), seeds: [2]);

        again.Networks.Select(one => one.Test).Should().Equal(results.Networks.Skip(2).Select(one => one.Test));
        again.Networks.Select(one => one.Test).Should().NotEqual(results.Networks.Take(2).Select(one => one.Test));
        using var data = TinyDigits.Split();
        results.Autoencoders[2].Score(data.TestImages).SquaredError.Should().Be(results.Networks[1].Test, "the first seed's networks are kept");
        results.Pretraining.Should().HaveCount(3);
        var rows = results.ToTable().Rows;
        rows.Select(row => row[0]).Should().Equal("principal components", "autoencoder 24-16-4", "principal components", "autoencoder 24-16-2");
        rows[1][2].Should().Be(Statistics.Of([results.Networks[0].Test, results.Networks[2].Test]));
        rows.Select(row => row[3]).Should().Equal(9.0, 3.0, null, null);
    }

    [Fact]
    public void Pretraining_that_is_kept_gives_the_same_figures()
    {
        using var folder = new TemporaryFolder();
        using var first = new AutoencoderResults();
        using var second = new AutoencoderResults();
        var trained = Run(first, TinyDigits.Split(), folder.Path);
        var reused = Run(second, TinyDigits.Split(), folder.Path);

        trained.Stages.Should().OnlyContain(stage => !stage.Reused);
        reused.Stages.Select(stage => stage.Reused).Should().Equal(true, true, false, true, false);
        second.Networks.Select(one => one.Test).Should().Equal(first.Networks.Select(one => one.Test));
    }

    [Fact]
    public void Principal_components_of_known_variances_leave_the_others_as_error()
    {
        using var scope = torch.NewDisposeScope();
        // Along each of four orthogonal directions two rows at ± a: of eight rows, the variance is a quarter of a squared.
        double[] lengths = [1, 4, 2, 3];
        using var generator = new torch.Generator(3);
        var directions = torch.linalg.qr(torch.randn([4, 4], torch.ScalarType.Float64, generator: generator)).Q;
        var spread = torch.diag(torch.tensor(lengths)).mm(directions);
        var center = torch.tensor([5.0, -7, 0, 100]);
        var rows = torch.cat([spread, -spread]) + center;

        using var all = PrincipalComponents.Of(rows, 4);
        using var two = PrincipalComponents.Of(rows, 2);
        using var one = two.First(1);

        one.SquaredError(rows).Should().BeApproximately((9 + 4 + 1) / 4.0, 1e-9);
        two.SquaredError(rows).Should().BeApproximately((4 + 1) / 4.0, 1e-9);
        all.SquaredError(rows).Should().BeApproximately(0, 1e-9);
        // The largest first, of either sign; a row beside them is the mean.
        var codes = two.Encode(rows).abs();
        codes[1].data<double>().ToArray().Should().SatisfyRespectively(value => value.Should().BeApproximately(4, 1e-9), value => value.Should().BeApproximately(0, 1e-9));
        codes[3].data<double>().ToArray().Should().SatisfyRespectively(value => value.Should().BeApproximately(0, 1e-9), value => value.Should().BeApproximately(3, 1e-9));
        (two.Decode(two.Encode(rows))[2] - center).abs().max().ToDouble().Should().BeLessThan(1e-9);
        // Rows that were not learned from: the error is what lies outside the plane.
        two.SquaredError((center + (directions[0] * 10.0) + directions[1]).unsqueeze(0)).Should().BeApproximately(100, 1e-9);
    }

    [Fact]
    public void The_report_and_the_json_have_the_figures()
    {
        using var data = TinyImages.Create();
        using var outputs = new Outputs();
        using var results = new AutoencoderResults();
        var recipe = Recipe with { Below = Recipe.Below with { Sizes = [784, 16] }, Networks = [.. Recipe.Networks.Select(one => one with { FineTuning = FineTuning with { Epochs = 3 } })] };
        var options = new ExperimentOptions { Experiment = new AutoencoderExperiment { Recipe = recipe } };
        var run = ExperimentRun.Run(options, data, outputs.Output, results, default);

        run.Failure.Should().BeNull();
        var page = XDocument.Parse(RunReport.Create(run, data)).Root!;
        page.Descendants("h2").Select(h => h.Value).Should().Equal(
            "Squared error", "Reconstructions", "A map of the digits", "Pre-training", "Times", "Settings", "How to get this again");
        var rows = page.Descendants("tbody").First().Elements("tr").Select(row => row.Elements().Select(cell => cell.Value).ToArray()).ToArray();
        rows[0][..4].Should().Equal("principal components", "4", FormattableString.Invariant($"{results.Components[0].Result.Test:F2}"), "9.00");
        rows[1][..4].Should().Equal("autoencoder 784-16-4", "4", FormattableString.Invariant($"{results.Networks[0].Test:F2}"), "3.00");
        page.Descendants("img").Should().HaveCount(5, "the images, and two ways back from two codes each");
        page.Descendants("svg").Count(svg => svg.Descendants("path").Any(path => (string?)path.Attribute("class") == "dots") && svg.Attribute("role") is not null)
            .Should().Be(2, "a map for the components, and one for the autoencoder");
        page.Descendants("desc").Select(desc => desc.Value).Should().Contain(text => text.Contains("7: 6 dots about", StringComparison.Ordinal));
        outputs.Results.Should().Contain("principal components").And.Contain("784-16-2");

        using var json = JsonDocument.Parse(RunJson.Format(run));
        var networks = json.RootElement.GetProperty("results").GetProperty("autoencoders");
        networks[0].GetProperty("testError").GetDouble().Should().Be(results.Networks[0].Test);
        networks[0].GetProperty("epochs").GetArrayLength().Should().Be(3);
        json.RootElement.GetProperty("results").GetProperty("principalComponents")[1].GetProperty("testError").GetDouble().Should().Be(results.Components[1].Result.Test);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void A_run_that_is_cancelled_keeps_its_networks()
    {
        using var folder = new TemporaryFolder();
        using var data = TinyDigits.Data(() => TinyDigits.Split());
        using var cancel = new CancellationTokenSource();
        using var results = new AutoencoderResults();
        var options = new ExperimentOptions { OutputFolder = folder.Path };
        var recipe = Recipe with { Networks = [Recipe.Networks[1], Recipe.Networks[0] with { FineTuning = FineTuning with { Epochs = 1_000_000 } }] };
        using var output = new CancellingWriter("24-16-2: fine-tuning", cancel);
        var context = TinyDigits.Context(data, options, new RunOutput(Terminal.Create(output, redirected: true), TextWriter.Null), cancel.Token);

        var run = () => new AutoencoderExperiment { Recipe = recipe }.Run(context, results);

        run.Should().Throw<OperationCanceledException>();
        var network = results.Networks.Should().ContainSingle().Subject;
        var lines = File.ReadAllLines(folder.File("autoencoder.csv"));
        lines[0].Should().Be("seed,code from,numbers,test error,training error,training error before fine-tuning,epochs,seconds");
        lines.Should().HaveCount(4);
        lines[1].Should().StartWith(FormattableString.Invariant($",principal components,2,{results.Components[0].Result.Test:R},"));
        lines[3].Should().StartWith(FormattableString.Invariant($"0,autoencoder 24-16-2,2,{network.Test:R},{network.Train:R},"));
    }

    private static ExperimentContext Run(AutoencoderResults results, MnistSplit split, string? checkpoints = null, IReadOnlyList<int>? seeds = null)
    {
        using var data = TinyDigits.Data(() => split);
        var context = TinyDigits.Context(data, new ExperimentOptions { Seeds = seeds ?? [0], CheckpointFolder = checkpoints });
        new AutoencoderExperiment { Recipe = Recipe }.Run(context, results);
        return context;
    }
}
