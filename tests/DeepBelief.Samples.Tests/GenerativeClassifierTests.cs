using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using DeepBelief.Evaluation;
using DeepBelief.Experiments;
using DeepBelief.Experiments.GenerativeClassifiers;
using DeepBelief.Experiments.ImageSets;
using DeepBelief.Experiments.Running;
using DeepBelief.Samples.Data;
using DeepBelief.Samples.Reporting.Output;
using DeepBelief.Samples.Reporting.Pages;
using DeepBelief.Samples.Reporting.Results;
using DeepBelief.Sampling;
using DeepBelief.Tests.MnistProgram;
using DeepBelief.Tests.Support;
using DeepBelief.Training;
using TorchSharp;

namespace DeepBelief.Samples.Tests;

[Collection(TrainsWithDropout.Name)]
public sealed class GenerativeClassifierTests
{
    private static readonly TrainingOptions Layer = new() { Epochs = 30, BatchSize = 20 };

    private static readonly UpDownOptions Phase = new() { Epochs = 4, BatchSize = 20, NegativePhase = new ContrastiveDivergence(2) };

    private static readonly GenerativeClassifierRecipe Recipe = new(
        [24, 20, 16, 40],
        WeightInitialization.Normal(0.1),
        new()
        {
            Layers = [Layer, Layer],
            Top = new() { Epochs = 60, BatchSize = 20, DiscriminativeWeight = 0, GenerativeWeight = 1, LearningRate = 0.1 },
        },
        [Phase, Phase with { Epochs = 3, NegativePhase = new ContrastiveDivergence(3) }],
        ValidationRows: 40,
        new(TinyDigits.Dbn, new("dropout", new DropoutRates(0.1, 0.1), 0.05, BatchSize: 20), Epochs: 30),
        new(PerClass: 15, Steps: 60))
    {
        Published = GenerativeClassifierRecipe.Default.Published,
    };

    [Fact]
    [Trait("Category", "Slow")]
    public void Every_stage_is_trained_scored_and_has_its_drawings_judged()
    {
        using var results = new GenerativeClassifierResults();
        var context = Run(results, TinyDigits.Split());
        using var data = TinyDigits.Split();

        results.Models.Select(model => model.Training).Should().Equal("greedy training", "up-down");
        results.Models.Should().OnlyContain(model => model.TestError < 0.4 && model.ValidationError < 0.4);
        results.Models[0].Epochs.Should().HaveCount(60);
        results.Models[1].Epochs.Select(epoch => epoch.Epoch).Should().Equal(1, 2, 3, 4, 5, 6, 7);
        results.Models[1].Epochs.Select(epoch => epoch.Elapsed).Should().BeInAscendingOrder();
        results.Layers.Select(layer => layer.Name).Should().Equal("layer 1, 24-20", "layer 2, 20-16");

        // 80 of 120 images; both layers and the top, then both phases, then the judge.
        context.Stages.Select(stage => stage.Rows).Should().Equal(80 * 120, 80 * 4, 80 * 3, 80 * 4, 80 * 30);

        // What was scored are the networks that are kept, by what they predict.
        results.Tied!.Score(data.TestImages, data.TestLabels).Should().Be(results.Models[0].Test);
        results.Untied!.Score(data.TestImages, data.TestLabels).Should().Be(results.Models[1].Test);
        results.Judge!.Score(data.TestImages, data.TestLabels).Should().Be(results.JudgeFigures!.Test);
        using var scope = torch.NewDisposeScope();
        var wrong = results.Untied!.Predict(data.TestImages).ne(data.TestLabels).sum().ToInt64();
        results.Models[1].TestError.Should().BeApproximately(wrong / 50.0, 1e-9);
        results.JudgeFigures.TestError.Should().BeLessThan(0.3);

        // The drawings are of the classes asked for, to the judge and to whoever compares them with the mean images.
        results.Drawn.Select(one => one.Training).Should().Equal("greedy training", "up-down");
        results.Drawn.Should().OnlyContain(one => one.Share > 0.5);
        foreach (var drawn in results.Drawn)
        {
            var images = results.Images[drawn.Training];
            images.shape.Should().Equal(150, 24);
            results.Judge!.Predict(images).data<long>().Select(label => (int)label).Should().Equal(drawn.Seen);
            Nearest(images, data).Zip(Enumerable.Range(0, 150), (digit, i) => digit == i / 15).Count(isRight => isRight).Should().BeGreaterThan(75);
        }
    }

    [Fact]
    public void Shares_count_what_the_judge_sees_as_the_class_asked_for()
    {
        var drawn = new DrawnImages(0, "up-down", PerClass: 4, [0, 0, 1, 0, 1, 2, 2, 1, 2, 2, 2, 2]);

        drawn.Classes.Should().Be(3);
        Enumerable.Range(0, 3).Select(drawn.RecognisedOf).Should().Equal(3, 2, 4);
        Enumerable.Range(0, 3).Select(drawn.ShareOf).Should().Equal(0.75, 0.5, 1);
        drawn.Share.Should().Be(0.75);
        drawn.Pairs.Count(pair => pair == (1, 2)).Should().Be(2);
        using var labels = DrawnImages.Labels(3, 4, torch.CPU);
        labels.data<long>().Should().Equal(0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void Validation_is_on_the_last_training_images_and_they_are_not_learned()
    {
        using var results = new GenerativeClassifierResults();
        _ = Run(results, TinyDigits.Split());
        var data = TinyDigits.Split();
        _ = data.TrainLabels.narrow(0, 80, 40).fill_(3);
        using var changed = new GenerativeClassifierResults();
        _ = Run(changed, data);

        changed.Models.Select(model => model.Test).Should().Equal(results.Models.Select(model => model.Test));
        changed.JudgeFigures!.Test.Should().Be(results.JudgeFigures!.Test);
        changed.Models.Should().OnlyContain(model => model.ValidationError > 0.7);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void Without_validation_images_all_are_learned()
    {
        using var results = new GenerativeClassifierResults();
        var context = Run(results, TinyDigits.Split(), recipe: Recipe with { ValidationRows = 0, UpDown = [] });

        context.Stages.Select(stage => stage.Rows).Should().Equal(120 * 120, 120 * 4, 120 * 30);
        var model = results.Models.Should().ContainSingle().Subject;
        model.ValidationError.Should().BeNull();
        results.Untied.Should().BeNull();
        results.Drawn.Should().ContainSingle();
        results.ToTable().Rows.Should().HaveCount(2);
        results.ToTable().Columns.Select(column => column.Name).Should().NotContain("validation error");
        results.ToTable().Columns[^1].Name.Should().Be("published test error");
        results.Recipe = Recipe with { Published = [] };
        results.ToTable().Columns[^1].Name.Should().Be("time");
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void Test_labels_have_a_say_in_nothing_but_the_test_error()
    {
        using var results = new GenerativeClassifierResults();
        using var wrong = new GenerativeClassifierResults();
        _ = Run(results, TinyDigits.Split());
        _ = Run(wrong, TinyDigits.Split(testShift: 1));

        foreach (var (one, other) in results.Models.Zip(wrong.Models))
        {
            other.Epochs.Select(Figures).Should().Equal(one.Epochs.Select(Figures));
            other.TestError.Should().BeGreaterThan(one.TestError + 0.3);
        }

        wrong.Drawn.Zip(results.Drawn).Should().OnlyContain(pair => pair.First.Seen.SequenceEqual(pair.Second.Seen));

        static (ClassifierScore Train, ClassifierScore? Validation) Figures(ClassifierMetrics epoch) => (epoch.Train, epoch.Validation);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void Same_seed_same_figures_and_several_seeds_have_a_mean()
    {
        using var results = new GenerativeClassifierResults();
        using var again = new GenerativeClassifierResults();
        _ = Run(results, TinyDigits.Split(), seeds: [1, 2]);
        _ = Run(again, TinyDigits.Split(), seeds: [2]);

        again.Models.Select(model => model.Test).Should().Equal(results.Models.Skip(2).Select(model => model.Test));
        again.Models.Select(model => model.Test).Should().NotEqual(results.Models.Take(2).Select(model => model.Test));
        results.Drawn.Select(one => one.Seed).Should().Equal(1, 1, 2, 2);
        results.ToTable().Rows[1][1].Should().Be(Statistics.Of([results.Models[1].TestError, results.Models[3].TestError]));
        results.ByClass().Rows[^1][2].Should().Be(Statistics.Of([results.Drawn[1].Share, results.Drawn[3].Share]));
        using var data = TinyDigits.Split();
        results.Untied!.Score(data.TestImages, data.TestLabels).Should().Be(results.Models[1].Test, "the first seed's networks are kept");
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void Each_stage_is_kept_and_used_again_by_the_runs_that_have_it_in_common()
    {
        using var folder = new TemporaryFolder();
        using var first = new GenerativeClassifierResults();
        using var second = new GenerativeClassifierResults();
        using var other = new GenerativeClassifierResults();
        _ = Run(first, TinyDigits.Split(), checkpoints: folder.Path);
        folder.Files.Should().HaveCount(5);
        var context = Run(second, TinyDigits.Split(), checkpoints: folder.Path);

        context.Stages.Should().HaveCount(5).And.OnlyContain(stage => stage.Reused);
        second.Models.Select(Figures).Should().Equal(first.Models.Select(Figures));
        second.JudgeFigures.Should().Be(first.JudgeFigures);
        second.Drawn.Zip(first.Drawn).Should().OnlyContain(pair => pair.First.Seen.SequenceEqual(pair.Second.Seen));

        // The second phase alone is another.
        context = Run(other, TinyDigits.Split(), recipe: Recipe with { UpDown = [Phase, Phase with { LearningRate = 0.03 }] }, checkpoints: folder.Path);
        context.Stages.Select(stage => stage.Reused).Should().Equal(true, true, false, true, true);

        static (string Training, ClassifierScore Test, TimeSpan Time) Figures(GenerativeResult model) => (model.Training, model.Test, model.Time);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void A_run_that_is_cancelled_keeps_its_stages()
    {
        using var folder = new TemporaryFolder();
        using var data = TinyDigits.Data(() => TinyDigits.Split());
        using var cancel = new CancellationTokenSource();
        using var text = new CancellingWriter("greedy training", cancel);
        using var results = new GenerativeClassifierResults();
        var output = new RunOutput(Terminal.Create(text, redirected: true), TextWriter.Null);
        var context = TinyDigits.Context(data, new ExperimentOptions { OutputFolder = folder.Path }, output, cancel.Token);
        var endless = Recipe with { UpDown = [Phase with { Epochs = 1_000_000 }] };

        var run = () => new GenerativeClassifierExperiment { Recipe = _ => endless }.Run(context, results);

        run.Should().Throw<OperationCanceledException>();
        var model = results.Models.Should().ContainSingle().Subject;
        results.Untied.Should().BeNull();
        var lines = File.ReadAllLines(folder.File("generative_classifier.csv"));
        lines[0].Should().Be("seed,training,epoch,seconds,train loss,validation loss,validation error,test error");
        lines.Should().HaveCount(61);
        lines[60].Should().EndWith(FormattableString.Invariant($",{model.ValidationError:R},{model.TestError:R}"));
    }

    [Fact]
    public void The_page_of_a_run_that_was_cancelled_shows_what_is_finished()
    {
        using var results = new GenerativeClassifierResults { Recipe = Recipe };
        GenerativeClassifierReport.Sections(results, default).Should().BeEmpty();
        var below = new TrainingHistory<EpochMetrics>([new(1, 0.1, 0.05, -80, null, TimeSpan.FromSeconds(30))], 1, false);
        results.Add(new(0, GenerativeResult.Greedy, [new(1, 0.1, new(0.5, 0.9), new(0.6, 0.8), TimeSpan.FromSeconds(1))], new(0.4, 0.85), TimeSpan.FromSeconds(2)), [below, below]);
        results.Keep(ClassificationDbn.Bernoulli([784, 6, 5, 4], 10)).Should().BeTrue();

        GenerativeClassifierReport.Sections(results, default).Select(section => section.Title).Should().Equal("Test error", "Training", "Pre-training", "A chain over time", "Filters");
        Errors(ImageSet.Mnist).Should().Contain("settings were chosen by them beforehand");
        Errors(ImageSet.Fashion).Should().Contain("settings are those for MNIST").And.NotContain("chosen");

        string Errors(ImageSet images) => new Page("", "", [GenerativeClassifierReport.Sections(results, images).First()]).ToString();
    }

    [Fact]
    public void A_longer_chain_goes_on_where_a_shorter_one_ends()
    {
        // Units that copy each other and seldom err: a chain is like itself a step ago, and like no other.
        using var network = ClassificationDbn.Bernoulli([32, 32, 32], 2);
        using (torch.no_grad())
        {
            _ = network.Layers[0].Weight.copy_(torch.eye(32) * 40);
            _ = network.Layers[0].Visible.parameters().Single().fill_(-20);
            _ = network.TopMachine.Weight.zero_();
            _ = network.TopMachine.Weight.narrow(1, 0, 32).copy_(torch.eye(32) * 7);
            _ = network.TopMachine.Visible.parameters().First().fill_(-3.5);
            _ = network.TopMachine.Hidden.parameters().Single().fill_(-3.5);
        }

        using var scope = torch.NewDisposeScope();
        var chain = Over(seed: 3);
        var again = Over(seed: 3);
        var other = Over(seed: 4);

        chain.Select(one => one.Steps).Should().Equal(1, 2, 5, 10, 20, 50, 100, 200, 500, 1000);
        chain.Zip(again).Should().OnlyContain(pair => pair.First.Images.Equals(pair.Second.Images));
        Same(chain[0].Images, chain[1].Images).Should().BeGreaterThan(0.85, "there are two flips of 3 % each in a step");
        Same(chain[0].Images, other[1].Images).Should().BeInRange(0.2, 0.8, "another chain has nothing to do with it");
        Same(chain[0].Images, chain[^1].Images).Should().BeInRange(0.2, 0.8, "a thousand steps later all is forgotten");

        IReadOnlyList<(int Steps, torch.Tensor Images)> Over(int seed)
            => GenerativeClassifierReport.OverTime((labels, steps, generator) => network.Sample(labels, steps, generator), 2, torch.CPU, seed);

        static double Same(torch.Tensor one, torch.Tensor other) => one.round().eq(other.round()).to(torch.ScalarType.Float64).mean().ToDouble();
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void The_page_the_tables_and_the_json_have_the_figures()
    {
        using var data = TinyImages.Create();
        using var outputs = new Outputs();
        using var results = new GenerativeClassifierResults();
        var small = Layer with { Epochs = 2 };
        var recipe = Recipe with
        {
            Sizes = [784, 20, 16, 24],
            Greedy = new() { Layers = [small, small], Top = Recipe.Greedy.Top with { Epochs = 3 } },
            UpDown = [Phase],
            Judge = new(TinyDigits.Dbn with { Sizes = [784, 16, 16] }, Recipe.Judge.FineTuning, Epochs: 3),
            Draws = new(PerClass: 3, Steps: 5),
        };
        var options = new ExperimentOptions { Experiment = new GenerativeClassifierExperiment { Recipe = _ => recipe } };
        var run = ExperimentRun.Run(options, data, outputs.Output, results, default);

        var page = XDocument.Parse(RunReport.Create(run, data)).Root!;

        page.Descendants("h2").Select(h => h.Value).Should().Equal(
            "Test error", "Training", "Pre-training", "Images on demand", "Would another recognise them?", "A chain over time", "Filters", "Times", "Settings", "How to get this again");
        var rows = Rows(page, "Test error");
        rows.Should().HaveCount(3);
        rows[0][..4].Should().Equal("after greedy training", Percent(results.Models[0].TestError), Percent(results.Models[0].ValidationError!.Value), Percent(results.Drawn[0].Share));
        rows[0][^1].Should().Be("2.49 %");
        rows[1][..4].Should().Equal("after up-down", Percent(results.Models[1].TestError), Percent(results.Models[1].ValidationError!.Value), Percent(results.Drawn[1].Share));
        rows[1][^1].Should().Be("1.25 %");
        Section(page, "Test error").Value.Should().Contain("after greedy training with 44,000 images");
        rows[2][..2].Should().Equal("the judge, DBN 784-16-16, dropout", Percent(results.JudgeFigures!.TestError));

        var shares = Rows(page, "Would another recognise them?");
        shares[3].Should().Equal("3", Percent(results.Drawn[0].ShareOf(3), 1), Percent(results.Drawn[1].ShareOf(3), 1));
        shares[10].Should().Equal("all", Percent(results.Drawn[0].Share, 1), Percent(results.Drawn[1].Share, 1));
        var seen = Section(page, "Would another recognise them?").Descendants("tbody").Last().Elements("tr").ElementAt(3).Elements("td").Select(cell => cell.Value).ToArray();
        seen[..10].Should().Equal(Enumerable.Range(0, 10).Select(label => results.Drawn[1].Pairs.Count(pair => pair == (3, label)).ToString(CultureInfo.InvariantCulture)));
        Section(page, "Would another recognise them?").Element("p")!.Value.Should().Contain(Percent(results.JudgeFigures.TestError)).And.Contain("3 drawn images of each class");

        Section(page, "Images on demand").Descendants("img").Should().HaveCount(2, "one for each stage");
        Section(page, "A chain over time").Descendants("img").Should().HaveCount(10);
        Section(page, "Filters").Descendants("img").Should().HaveCount(3, "the same weights both ways, then each way's own");
        Section(page, "Training").Descendants("title").Select(title => title.Value).Should().Contain(text => text.StartsWith("up-down: ", StringComparison.Ordinal) && text.EndsWith(" at 7", StringComparison.Ordinal));
        page.Descendants("pre").Single().Value.Should().Contain("--experiment generative-classifier");
        outputs.Results.Should().Contain("A generative classifier").And.Contain("1.25 %").And.Contain("Drawn images that the judge recognises");

        using var json = JsonDocument.Parse(RunJson.Format(run));
        var written = json.RootElement.GetProperty("results");
        written.GetProperty("models")[1].GetProperty("testError").GetDouble().Should().Be(results.Models[1].TestError);
        written.GetProperty("models")[1].GetProperty("epochs").GetArrayLength().Should().Be(4);
        written.GetProperty("judge").GetProperty("testError").GetDouble().Should().Be(results.JudgeFigures.TestError);
        written.GetProperty("drawn")[1].GetProperty("recognisedByClass")[3].GetDouble().Should().Be(results.Drawn[1].ShareOf(3));
        CsvTable.Format(results.DrawnToCsv()).Split('\n')[..2].Should().Equal(
            "seed,training,class,drawn,recognised", FormattableString.Invariant($"0,greedy training,0,3,{results.Drawn[0].RecognisedOf(0)}"));

        static string Percent(double share, int decimals = 2) => (100 * share).ToString($"F{decimals}", CultureInfo.InvariantCulture) + " %";
    }

    private static IEnumerable<int> Nearest(torch.Tensor images, MnistSplit data)
    {
        using var scope = torch.NewDisposeScope();
        var means = torch.cat([.. Enumerable.Range(0, 10).Select(digit => data.TrainImages.index_select(0, data.TrainLabels.eq(digit).nonzero().reshape(-1)).mean(new long[] { 0 }, keepdim: true))]);
        return [.. (images.unsqueeze(1) - means).square().sum(2).argmin(1).data<long>().Select(digit => (int)digit)];
    }

    private static XElement Section(XElement page, string title) => page.Descendants("section").Single(section => section.Element("h2")!.Value == title);

    private static string[][] Rows(XElement page, string title) =>
        [.. Section(page, title).Descendants("tbody").First().Elements("tr").Select(row => row.Elements().Select(cell => cell.Value).ToArray())];

    private static ExperimentContext Run(
        GenerativeClassifierResults results, MnistSplit split, int[]? seeds = null, GenerativeClassifierRecipe? recipe = null, string? checkpoints = null)
    {
        using var data = TinyDigits.Data(() => split);
        var context = TinyDigits.Context(data, new ExperimentOptions { Seeds = seeds ?? [0], CheckpointFolder = checkpoints });
        new GenerativeClassifierExperiment { Recipe = _ => recipe ?? Recipe }.Run(context, results);
        return context;
    }
}
