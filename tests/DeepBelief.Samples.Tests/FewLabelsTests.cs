using System.Text.Json;
using DeepBelief.Experiments;
using DeepBelief.Experiments.FewLabels;
using DeepBelief.Experiments.Pretraining;
using DeepBelief.Experiments.Running;
using DeepBelief.Samples.Data;
using DeepBelief.Samples.Reporting.Pages;
using DeepBelief.Samples.Reporting.Results;
using TorchSharp;
using DeepBelief.Tests.Support;

namespace DeepBelief.Samples.Tests;

[Collection(TrainsWithDropout.Name)]
public sealed class FewLabelsTests
{
    private static readonly FewLabelsCandidate Good = new(new FineTuning("good", new DropoutRates(0.1, 0.1), 0.05), 3);
    private static readonly FewLabelsCandidate Bad = new(new FineTuning("bad", new DropoutRates(), 1e-7));
    private static readonly FewLabelsRecipe Recipe = new(
        TinyDigits.Dbn,
        ValidationRows: 40,
        [
            new(20, 3, 10, new(10, Bad, Good), new(20, Good, Bad)),
            new(null, 1, 10, new(20), new(30)),
        ]);

    [Fact]
    public void Every_draw_is_learned_from_all_three_kinds_of_weights()
    {
        using var results = Run();

        results.Classifiers.Select(one => (one.Labels, one.Draw, one.Start)).Should().Equal(
            new[] { (20, 0), (20, 1), (20, 2), (120, 0) }.SelectMany(draw => Enum.GetValues<StartingWeights>().Select(start => (draw.Item1, draw.Item2, start))));
        results.Classifiers[^1].TestAccuracy.Should().BeGreaterThan(0.6, "all labels are enough for this data");

        // Two have chosen from the first 80 images, once, by the 40 others; the control has no choice.
        results.Trials.Select(trial => (trial.Labels, trial.Start, trial.Settings)).Should().Equal(
            (20, StartingWeights.Pretrained, Bad), (20, StartingWeights.Pretrained, Good), (20, StartingWeights.Random, Good), (20, StartingWeights.Random, Bad));
        results.Classifiers.Should().OnlyContain(one => one.Settings == Good);
        foreach (var arm in results.Trials.GroupBy(trial => trial.Start))
            arm.Single(trial => trial.Settings == Good).ValidationAccuracy.Should().BeGreaterThan(arm.Single(trial => trial.Settings == Bad).ValidationAccuracy);

        var row = results.Rows.First();
        var (with, shuffled, without) = (Accuracies(StartingWeights.Pretrained), Accuracies(StartingWeights.Shuffled), Accuracies(StartingWeights.Random));
        row.Labels.Should().Be(20);
        row.With.Should().Be(Statistics.Of(with));
        row.Shuffled.Should().Be(Statistics.Of(shuffled));
        row.Without.Should().Be(Statistics.Of(without));
        row.GainOverShuffled.Should().Be(Statistics.Of([.. with.Zip(shuffled, (a, b) => a - b)]));
        row.Gain.Should().Be(Statistics.Of([.. with.Zip(without, (a, b) => a - b)]));
        results.Rows.Last().With.StandardDeviation.Should().BeNull();

        double[] Accuracies(StartingWeights start)
            => [.. results.Classifiers.Where(one => one.Labels == 20 && one.Start == start).Select(one => one.TestAccuracy)];
    }

    [Fact]
    public void Shuffled_weights_are_trained_just_as_the_pre_trained_ones()
    {
        using var data = TinyDigits.Data(() => TinyDigits.Split());
        using var results = new FewLabelsResults();
        var context = TinyDigits.Context(data);
        new FewLabelsExperiment { Recipe = Recipe }.Run(context, results);

        foreach (var labels in new[] { "20 labels", "120 labels" })
        {
            var (with, shuffled, random) = (Stages($"{labels} with pre-training"), Stages($"{labels} from shuffled weights"), Stages($"{labels} without pre-training"));
            with.Should().HaveCount(labels == "20 labels" ? 3 : 1);
            shuffled.Should().Equal(with);
            random.Should().NotIntersectWith(with);
        }

        (int Seed, long Rows, string Settings)[] Stages(string name)
            => [.. context.Stages.Where(stage => stage.Settings[0].Name == name).Select(stage => (stage.Seed, stage.Rows, stage.Settings[0].Text))];
    }

    [Fact]
    public void Classifiers_begin_with_the_weights_that_they_are_named_after()
    {
        using var scope = torch.NewDisposeScope();
        using var data = TinyDigits.Data(() => TinyDigits.Split());
        using var dbn = Dbn.Bernoulli([24, 16, 16], WeightInitialization.Normal(0.5), seed: 9);
        var run = new FewLabelsRun(TinyDigits.Context(data), Recipe, seed: 4);

        var (with, shuffled, random) = (Weights(StartingWeights.Pretrained), Weights(StartingWeights.Shuffled), Weights(StartingWeights.Random));
        using var plain = Classifier.Random([24, 16, 16], 10, seed: 4002);

        with[0].Should().Equal(dbn.Layers[0].Weight.data<float>().ToArray());
        shuffled[0].Should().NotEqual(with[0]);
        shuffled[0].Order().Should().Equal(with[0].Order());
        shuffled[^2].Should().Equal(with[^2], "the output layer is the same");
        random[0].Should().Equal(plain.parameters().First().data<float>().Select(weight => weight * 3f));

        float[][] Weights(StartingWeights start)
        {
            using var classifier = run.Begin(start, dbn, Good, draw: 2);
            classifier.Modules.OfType<TorchSharp.Modules.Dropout>().Select(dropout => dropout.p).Should().Equal(0.1, 0.1, 0.1);
            return [.. classifier.parameters().Select(parameter => parameter.data<float>().ToArray())];
        }
    }

    [Fact]
    public void Tables_and_files_have_the_figures_of_all_three()
    {
        using var folder = new TemporaryFolder();
        using var results = new FewLabelsResults();
        foreach (var (draw, with, shuffled, without) in new[] { (0, 0.80, 0.74, 0.70), (1, 0.84, 0.75, 0.72) })
            Add(results, draw, with, shuffled, without);

        var lines = Rendered.Lines(results.Comparison(), width: 100);
        Rendered.Cells(lines[2]).Should().Equal("labels", "runs", "weights", "test accuracy", "gain", "published", "gain");
        Rendered.Cells(lines[4]).Should().Equal("100", "2", "pre-trained", "82.00 ± 2.83", "", "81.70", "");
        Rendered.Cells(lines[5]).Should().Equal("100", "2", "shuffled", "74.50 ± 0.71", "7.50 ± 2.12", "", "");
        Rendered.Cells(lines[6]).Should().Equal("100", "2", "random", "71.00 ± 1.41", "11.00 ± 1.41", "76.02", "5.68");

        var finding = results.Findings().Single();
        finding.CsvFile.Should().Be("few_labels.csv");
        var csv = File.ReadAllLines(CsvTable.Write(folder.Path, finding.CsvFile!, finding.Csv!));
        csv[..4].Should().Equal(
            "seed,labels,draw,start,teaching,test acc,seconds", "0,100,0,pretrained,labelled,0.8,1.000", "0,100,0,shuffled,labelled,0.74,1.000", "0,100,0,random,labelled,0.7,1.000");

        var options = new ExperimentOptions { Experiment = new FewLabelsExperiment() };
        var run = new RunRecord("few-labels", options, default, default, RunStatus.Complete, null, [], results);
        using var json = JsonDocument.Parse(RunJson.Format(run));
        var written = json.RootElement.GetProperty("results");
        written.GetProperty("classifiers").EnumerateArray().Select(one => one.GetProperty("start").GetString()).Take(3).Should().Equal("pretrained", "shuffled", "random");
        written.GetProperty("rows")[0].GetProperty("gainOverShuffled").GetProperty("mean").GetDouble().Should().BeApproximately(0.075, 1e-12);
    }

    [Fact]
    public void Unlabelled_images_are_compared_with_the_labels_alone_for_as_long()
    {
        using var data = TinyDigits.Data(() => TinyDigits.Split());
        using var results = new FewLabelsResults();
        var context = TinyDigits.Context(data);
        var smooth = new ClassifierTrainingOptions
        {
            Epochs = 4,
            BatchSize = 20,
            LearningRate = 0.05,
            VirtualAdversarial = new() { Distance = 1, EntropyWeight = 0.5, BalanceWeight = 1, BatchSize = 30 },
        };
        var recipe = Recipe with { Sizes = [Recipe.Sizes[0] with { Draws = 2 }], Unlabelled = [new(20, smooth, EpochsWithout: 16)] };
        new FewLabelsExperiment { Recipe = recipe }.Run(context, results);

        results.Classifiers.Skip(6).Select(one => (one.Draw, one.Start, one.Teaching)).Should().Equal(
            (0, StartingWeights.Pretrained, Teaching.Longer), (0, StartingWeights.Pretrained, Teaching.Unlabelled));
        var row = results.UnlabelledRows.Single();
        row.Labels.Should().Be(20);
        row.Gain.Mean.Should().BeApproximately(row.With.Mean - row.Without.Mean, 1e-12);
        results.Rows.Single().With.Count.Should().Be(2, "what is taught otherwise is no draw");

        // The same draw of labels, the same seed, all images.
        context.Stages[^2].Title.Should().Be("20 labels with pre-training, longer");
        context.Stages[^2].Rows.Should().Be(16 * 20);
        context.Stages[^1].Title.Should().Be("20 labels with pre-training and unlabelled images");
        context.Stages[^1].Rows.Should().Be(4 * 120);
        context.Stages[^1].Settings[0].Text.Should().Contain("120 images").And.Contain("virtual adversarial training at distance 1");
        context.Stages.TakeLast(2).Should().OnlyContain(stage => stage.Seed == 0);

        new Page("", "", [.. FewLabelsReport.Sections(results)]).ToString().Should().Contain("Its settings were fixed beforehand by those last 10,000 images, with a smaller network.");
        var lines = Rendered.Lines(results.Comparison(), width: 120);
        Rendered.Cells(lines[7])[..4].Should().Equal("20", "1", "all images", $"{100 * row.With.Mean:F2}");
        Rendered.Cells(lines[8])[..5].Should().Equal("20", "1", "longer", $"{100 * row.Without.Mean:F2}", $"{100 * row.Gain.Mean:F2}");
        results.ToTable().Rows.TakeLast(2).Select(cells => cells[4]).Should().Equal("longer", "unlabelled");
    }

    [Fact]
    public void A_draw_has_as_many_images_of_each_class_and_depends_on_the_seed_and_draw_alone()
    {
        using var scope = torch.NewDisposeScope();
        using var split = TinyDigits.Split();
        using var all = split.Train();
        using var data = TinyDigits.Data(() => TinyDigits.Split());
        var one = new FewLabelsRun(TinyDigits.Context(data), Recipe, seed: 4).Draw(all, 30, draw: 2);

        one.Labels.data<long>().ToArray().GroupBy(label => label).Should().HaveCount(10).And.OnlyContain(rows => rows.Count() == 3);
        // The images belong to the labels.
        var pairs = Pairs(all).ToHashSet();
        Pairs(one).Should().OnlyContain(pair => pairs.Contains(pair));

        var same = new FewLabelsRun(TinyDigits.Context(data), Recipe with { Sizes = [] }, seed: 4).Draw(all, 30, draw: 2);
        same.Images.bytes.SequenceEqual(one.Images.bytes).Should().BeTrue();
        new FewLabelsRun(TinyDigits.Context(data), Recipe, seed: 4).Draw(all, 30, draw: 1).Images.bytes.SequenceEqual(one.Images.bytes).Should().BeFalse();
        new FewLabelsRun(TinyDigits.Context(data), Recipe, seed: 5).Draw(all, 30, draw: 2).Images.bytes.SequenceEqual(one.Images.bytes).Should().BeFalse();

        var tooMany = () => all.Balanced(13, 1);
        tooMany.Should().Throw<InvalidDataException>().WithMessage("*13 images of class*12*");

        static IEnumerable<string> Pairs(LabelledImages images)
        {
            var labels = images.Labels.data<long>().ToArray();
            var pixels = images.Images.data<float>().ToArray();
            return labels.Select((label, row) => $"{label}: {string.Join(' ', pixels[(24 * row)..(24 * (row + 1))])}");
        }
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void Settings_are_chosen_without_the_labels_that_validate()
    {
        using var results = Run();
        var split = TinyDigits.Split();
        _ = split.TrainLabels.narrow(0, 80, 40).fill_(3);
        using var data = TinyDigits.Data(() => split);
        using var changed = new FewLabelsResults();
        new FewLabelsExperiment { Recipe = Recipe with { Sizes = [Recipe.Sizes[0] with { Draws = 0 }] } }.Run(TinyDigits.Context(data), changed);

        // Who learned the digits calls few of the last images a 3.
        changed.Trials.Single(trial => trial.Start == StartingWeights.Random && trial.Settings == Good).ValidationAccuracy.Should().BeLessThan(0.4);
        results.Trials.Single(trial => trial.Start == StartingWeights.Random && trial.Settings == Good).ValidationAccuracy.Should().BeGreaterThan(0.4);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void Same_seed_same_figures()
    {
        using var results = Run(1, 2);
        using var again = Run(2);

        Figures(again).Should().Equal(Figures(results).Skip(12));
        Figures(again).Should().NotEqual(Figures(results).Take(12));

        static IEnumerable<double> Figures(FewLabelsResults of) => of.Classifiers.Select(one => one.TestAccuracy);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void Test_labels_have_a_say_in_nothing_but_the_accuracy()
    {
        using var results = Run();
        using var wrong = new FewLabelsResults();
        using var data = TinyDigits.Data(() => TinyDigits.Split(testShift: 1));
        new FewLabelsExperiment { Recipe = Recipe }.Run(TinyDigits.Context(data), wrong);

        wrong.Trials.Should().Equal(results.Trials);
        // A classifier that is right has all of them wrong now.
        wrong.Classifiers.Zip(results.Classifiers).Should().OnlyContain(pair => pair.First.TestAccuracy <= 1 - pair.Second.TestAccuracy + 1e-9);
    }

    [Fact]
    public void A_draw_that_is_not_finished_from_all_weights_is_left_out()
    {
        using var results = new FewLabelsResults();
        results.Add(new(0, 100, 0, StartingWeights.Pretrained, 0.9, TimeSpan.Zero));
        results.Add(new(0, 100, 0, StartingWeights.Shuffled, 0.8, TimeSpan.Zero));
        results.Rows.Should().BeEmpty();
        results.Add(new(0, 100, 0, StartingWeights.Random, 0.7, TimeSpan.Zero));
        results.Add(new(0, 100, 1, StartingWeights.Pretrained, 0.1, TimeSpan.Zero));
        results.Rows.Should().ContainSingle().Which.Gain.Mean.Should().BeApproximately(0.2, 1e-12);
    }

    private static void Add(FewLabelsResults results, int draw, double with, double shuffled, double without)
    {
        foreach (var (start, accuracy) in Enum.GetValues<StartingWeights>().Zip([with, shuffled, without]))
            results.Add(new(0, 100, draw, start, accuracy, TimeSpan.FromSeconds(1)));
    }

    private static FewLabelsResults Run(params int[] seeds)
    {
        using var data = TinyDigits.Data(() => TinyDigits.Split());
        var results = new FewLabelsResults();
        new FewLabelsExperiment { Recipe = Recipe }.Run(TinyDigits.Context(data, new ExperimentOptions { Seeds = seeds is [] ? [0] : seeds }), results);
        return results;
    }
}
