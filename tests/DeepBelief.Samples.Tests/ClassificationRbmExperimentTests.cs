using DeepBelief.Evaluation;
using System.Text.Json;
using System.Xml.Linq;
using DeepBelief.Experiments;
using DeepBelief.Experiments.ClassificationRbms;
using DeepBelief.Experiments.Running;
using DeepBelief.Samples.Data;
using DeepBelief.Samples.Reporting.Output;
using DeepBelief.Samples.Reporting.Results;
using DeepBelief.Tests.MnistProgram;
using DeepBelief.Training;
using TorchSharp;
using DeepBelief.Tests.Support;

namespace DeepBelief.Samples.Tests;

public sealed class ClassificationRbmExperimentTests
{
    private static readonly ClassificationRbmOptions Training = new()
    {
        Epochs = 20,
        BatchSize = 20,
        LearningRate = 0.1,
        Optimizer = new SgdSettings { Momentum = 0.9, WeightDecay = 0 },
    };

    private static readonly ClassificationRbmRecipe Recipe = new(
        ValidationRows: 40,
        new ClassificationRbmSettings("generative", 20, WeightInitialization.Normal(0.1), Training with { DiscriminativeWeight = 0, GenerativeWeight = 1, Epochs = 40 }),
        new ClassificationRbmSettings("discriminative", 10, WeightInitialization.Normal(0.1), Training with { GenerativeWeight = 0 }),
        new ClassificationRbmSettings("hybrid", 12, WeightInitialization.Normal(0.1), Training with { DiscriminativeWeight = 0, GenerativeWeight = 1 }, Training));

    [Fact]
    public void Every_machine_is_trained_and_scored()
    {
        using var results = new ClassificationRbmResults();
        var context = Run(results, TinyDigits.Split());

        results.Models.Select(model => model.Settings).Should().Equal(Recipe.Models);
        results.Models.Should().OnlyContain(model => model.TestError < 0.3 && model.ValidationError < 0.3);
        results.Models.Select(model => model.Epochs.Count).Should().Equal(40, 20, 40);
        // The second phase goes on from the first.
        var hybrid = results.Models[2].Epochs;
        hybrid.Select(epoch => epoch.Epoch).Should().Equal(Enumerable.Range(1, 40));
        hybrid.Select(epoch => epoch.Elapsed).Should().BeInAscendingOrder();
        hybrid[20].Train.Loss.Should().BeLessThan(hybrid[0].Train.Loss);

        // 80 of 120 images.
        context.Stages.Select(stage => stage.Rows).Should().Equal(80 * 40, 80 * 20, 80 * 20, 80 * 20);

        // What was scored are the machines that are kept.
        using var data = TinyDigits.Split();
        foreach (var model in results.Models)
            results.Machines[model.Settings.Name].Score(data.TestImages, data.TestLabels).Should().Be(model.Test);
    }

    [Fact]
    public void Validation_is_on_the_last_training_images_which_are_not_learned()
    {
        using var results = new ClassificationRbmResults();
        _ = Run(results, TinyDigits.Split());
        var data = TinyDigits.Split();
        _ = data.TrainLabels.narrow(0, 80, 40).fill_(3);
        using var changed = new ClassificationRbmResults();
        _ = Run(changed, data);

        changed.Models.Select(model => model.Test).Should().Equal(results.Models.Select(model => model.Test));
        changed.Models.Should().OnlyContain(model => model.ValidationError > 0.7);
    }

    [Fact]
    public void Test_labels_have_a_say_in_nothing_but_the_test_error()
    {
        using var results = new ClassificationRbmResults();
        using var wrong = new ClassificationRbmResults();
        _ = Run(results, TinyDigits.Split());
        _ = Run(wrong, TinyDigits.Split(testShift: 1));

        foreach (var (one, other) in results.Models.Zip(wrong.Models))
        {
            other.Epochs.Select(Figures).Should().Equal(one.Epochs.Select(Figures));
            other.TestError.Should().BeGreaterThan(one.TestError + 0.3);
        }

        static (ClassifierScore Train, ClassifierScore? Validation) Figures(ClassifierMetrics epoch) => (epoch.Train, epoch.Validation);
    }

    [Fact]
    public void Same_seed_same_figures_and_several_seeds_have_a_mean()
    {
        using var results = new ClassificationRbmResults();
        using var again = new ClassificationRbmResults();
        _ = Run(results, TinyDigits.Split(), [1, 2]);
        _ = Run(again, TinyDigits.Split(), [2]);

        again.Models.Select(model => model.Test).Should().Equal(results.Models.Skip(3).Select(model => model.Test));
        again.Models.Select(model => model.Test).Should().NotEqual(results.Models.Take(3).Select(model => model.Test));
        results.Errors.Select(row => row.Settings.Name).Should().Equal("generative", "discriminative", "hybrid");
        results.Errors[1].TestError.Should().Be(Statistics.Of([results.Models[1].TestError, results.Models[4].TestError]));
        using var data = TinyDigits.Split();
        results.Machines["hybrid"].Score(data.TestImages, data.TestLabels).Should().Be(results.Models[2].Test, "the first seed's machines are kept");
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void A_run_that_is_cancelled_keeps_its_machines()
    {
        using var folder = new TemporaryFolder();
        using var data = TinyDigits.Data(() => TinyDigits.Split());
        using var cancel = new CancellationTokenSource();
        using var text = new CancellingWriter(Recipe.Models[1].Title, cancel);
        using var results = new ClassificationRbmResults();
        var output = new RunOutput(Terminal.Create(text, redirected: true), TextWriter.Null);
        var context = TinyDigits.Context(data, new ExperimentOptions { OutputFolder = folder.Path }, output, cancel.Token);
        var endless = Recipe.Models[2] with { Phases = [Training with { Epochs = 1_000_000 }] };
        var experiment = new ClassificationRbmExperiment { Recipe = Recipe with { Models = [Recipe.Models[1], endless] } };

        var run = () => experiment.Run(context, results);

        run.Should().Throw<OperationCanceledException>();
        var model = results.Models.Should().ContainSingle().Subject;
        var lines = File.ReadAllLines(folder.File("classification_rbm.csv"));
        lines[0].Should().Be("seed,training,epoch,seconds,train loss,validation loss,validation error,test error");
        lines.Should().HaveCount(21);
        lines[1].Should().StartWith("0,discriminative,1,").And.EndWith(",");
        lines[20].Should().EndWith(FormattableString.Invariant($",{model.ValidationError:R},{model.TestError:R}"));
    }

    [Fact]
    public void A_machine_draws_the_digits_that_it_is_told()
    {
        using var results = new ClassificationRbmResults();
        _ = Run(results, TinyDigits.Split());
        using var scope = torch.NewDisposeScope();
        using var data = TinyDigits.Split();

        var drawn = ClassSamples.Draw(results.Machines["generative"], torch.CPU, seed: 1, chains: 20, steps: 100);

        drawn.shape.Should().Equal(200, 24);
        var means = torch.cat([.. Enumerable.Range(0, 10).Select(digit => data.TrainImages.index_select(0, data.TrainLabels.eq(digit).nonzero().reshape(-1)).mean(new long[] { 0 }, keepdim: true))]);
        var nearest = (drawn.unsqueeze(1) - means).square().sum(2).argmin(1);
        var own = torch.arange(10).repeat_interleave(torch.full(new long[] { 10 }, 20, torch.ScalarType.Int64));
        nearest.eq(own).sum().ToInt64().Should().BeGreaterThan(100);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void The_report_and_the_json_have_the_figures()
    {
        using var data = TinyImages.Create();
        using var outputs = new Outputs();
        using var results = new ClassificationRbmResults();
        var recipe = new ClassificationRbmRecipe(40, [.. Recipe.Models.Select(model => model with { Phases = [.. model.Phases.Select(phase => phase with { Epochs = 2 })] })]);
        var options = new ExperimentOptions { Experiment = new ClassificationRbmExperiment { Recipe = recipe } };
        var run = ExperimentRun.Run(options, data, outputs.Output, results, default);

        var page = XDocument.Parse(RunReport.Create(run, data)).Root!;

        page.Descendants("h2").Select(h => h.Value).Should().Equal("Test error", "Training", "Digits on demand", "Mistakes", "Times", "Settings", "How to get this again");
        var row = page.Descendants("tbody").First().Elements("tr").ElementAt(2).Elements().Select(cell => cell.Value).ToArray();
        row[..2].Should().Equal("hybrid", "12");
        row[2].Should().Be(Reporting(results.Models[2].TestError));
        row[4..].Should().Equal("1.28 %", "1,500");
        page.Descendants("img").Should().HaveCount(2, "the discriminative machine draws nothing");
        page.Descendants("pre").Single().Value.Should().Contain("--experiment classification-rbm");
        outputs.Results.Should().Contain("3.39").And.Contain("1.81").And.Contain("1.28").And.Contain("phase 2 of 2");

        using var json = JsonDocument.Parse(RunJson.Format(run));
        json.RootElement.GetProperty("results").GetProperty("models")[1].GetProperty("testError").GetDouble().Should().Be(results.Models[1].TestError);

        static string Reporting(double share) => FormattableString.Invariant($"{100 * share:F2} %");
    }

    private static ExperimentContext Run(ClassificationRbmResults results, MnistSplit split, int[]? seeds = null)
    {
        using var data = TinyDigits.Data(() => split);
        var context = TinyDigits.Context(data, new ExperimentOptions { Seeds = seeds ?? [0] });
        new ClassificationRbmExperiment { Recipe = Recipe }.Run(context, results);
        return context;
    }
}
