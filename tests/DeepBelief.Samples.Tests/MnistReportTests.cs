using DeepBelief.Evaluation;
using System.Globalization;
using System.Xml.Linq;
using DeepBelief.Experiments;
using DeepBelief.Experiments.FewLabels;
using DeepBelief.Experiments.Full;
using DeepBelief.Experiments.Running;
using DeepBelief.Experiments.Tables;
using DeepBelief.Samples.Data;
using DeepBelief.Samples.Reporting;
using DeepBelief.Samples.Reporting.Comparison;
using DeepBelief.Samples.Reporting.Models;
using DeepBelief.Samples.Reporting.Pages;
using DeepBelief.Samples.Tests.Reporting;
using DeepBelief.Tests.MnistProgram;
using DeepBelief.Training;
using TorchSharp;

namespace DeepBelief.Samples.Tests;

public sealed class MnistReportTests : IDisposable
{
    private readonly MnistData data = TinyImages.Create();

    public void Dispose() => data.Dispose();

    [Fact]
    [Trait("Category", "Slow")]
    public void The_report_of_the_tables_has_every_part_and_the_figures_of_the_run()
    {
        using var results = new TablesResults();
        var run = Run(new() { Seeds = [0, 1] }, results);

        var page = XDocument.Parse(RunReport.Create(run, data)).Root!;

        page.Descendants("h2").Select(h => h.Value).Should().Equal(
            "Does pre-training help?", "Fine-tuning", "Tables beside the original's", "Pre-training", "Filters", "Codes and reconstructions",
            "Samples", "Completions", "Weights and activity", "Mistakes", "Times", "Settings", "How to get this again");
        var last = results[TableKind.DbnPretrained]!.Epochs.Last();
        Row(page, "Tables beside the original's", table: 4, row: 4).Should().Equal(
            "5", last.TestLoss.ToString(), "1.4999", last.TrainLoss.ToString(), "1.4846", last.TestAccuracy.ToString(), "0.9648", last.TrainAccuracy.ToString(), "0.9791");
        Row(page, "Tables beside the original's", table: 6, row: 0)[2].Should().BeEmpty("the original has no control");

        double Accuracy(TableKind kind, int seed) => 100 * results[kind]!.Seeds[seed].Epochs[^1].TestAccuracy;
        double[] gains = [.. Enumerable.Range(0, 2).Select(seed => Accuracy(TableKind.RbmPretrained, seed) - Accuracy(TableKind.Rbm, seed))];
        Row(page, "Does pre-training help?", table: 0, row: 2)[2..].Should().Equal(
            "96.69 %", string.Create(CultureInfo.InvariantCulture, $"{gains.Average():F2} ± {Math.Abs(gains[0] - gains[1]) / Math.Sqrt(2):F2}").Replace('-', '−'), "3.00");

        var section = Section(page, "Mistakes");
        var counts = section.Descendants("td").Where(td => td.Attribute("class") is not null).Sum(td => int.Parse(td.Value, CultureInfo.InvariantCulture));
        counts.Should().Be(60, "there are so many test images");
        Section(page, "Fine-tuning").Descendants("li").Select(li => li.Value).Distinct().Should().Equal(
            "random, test", "random, training", "pre-trained, test", "pre-trained, training", "control, test", "control, training",
            "then binarised, test", "then binarised, training");
        Section(page, "Pre-training").Descendants("li").Select(li => li.Value).Distinct().Should().Equal(
            "RBM", "DBN, layer 1", "DBN, layer 2", "DBN, layer 3");
        Section(page, "Pre-training").ToString().Should().NotContain("no data", "there are rows held out for the free-energy gap");
        Section(page, "Pre-training").Element("p")!.Value.Should().Contain("The free-energy gap shows over-fitting");
        var settings = Section(page, "Settings").Descendants("div").ToDictionary(
            div => string.Join(" | ", div.Elements("dt").Select(dt => dt.Value)), div => div.Element("dd")!.Value);
        settings["DBN 784-512-128-64-10 with pre-training: pre-training, layer 1, 784-512"].Should().Be(
            "120 images; weights drawn from N(0, s²), s = 0.2721655269759087; 20 epochs, batches of 100; learning rate 0.2; SGD, momentum 0.9, weight decay 0.001; "
            + "CD-1; biases first set from the data; evaluated on at most 1000 images");
        settings["RBM 784-2500-10 without pre-training: fine-tuning | RBM 784-2500-10 with pre-training: fine-tuning | RBM 784-2500-10 with shuffled weights (control): fine-tuning"].Should().Be(
            "120 images; 784 → 2500 → 10 → softmax; 5 epochs, batches of 64; learning rate 0.001; Adam, beta 0.9 and 0.999, epsilon 1E-08, weight decay 0; scored on at most 60000 training images");
        page.Descendants("pre").Single().Value.Should().Be("dotnet run -c Release --project samples/DeepBelief.Experiments -- --preset quick --loss original --device cpu --seed 0 --seeds 2");
        page.ToString().Length.Should().BeLessThan(3_000_000);
    }

    [Fact]
    public void What_the_run_did_not_get_to_is_left_out_and_its_end_is_told()
    {
        using var results = new TablesResults();
        var run = Run(new() { Tables = [TableKind.Dbn] }, results);

        var some = XDocument.Parse(RunReport.Create(run with { Status = RunStatus.Cancelled }, data)).Root!;
        using var empty = new TablesResults();
        var none = XDocument.Parse(RunReport.Create(run with { Status = RunStatus.Failed, Failure = "<no space>", Results = empty, Stages = [] }, data)).Root!;

        some.Descendants("h2").Select(h => h.Value).Should().Equal(
            "Does pre-training help?", "Fine-tuning", "Tables beside the original's", "Mistakes", "Times", "Settings", "How to get this again");
        some.Descendants("header").Single().Value.Should().Contain("cancelled");
        none.Descendants("h2").Select(h => h.Value).Should().Equal("How to get this again");
        none.Descendants("header").Single().Value.Should().Contain("failed").And.EndWith("<no space>");
    }

    [Fact]
    public void Few_labels_are_a_curve_of_errors_and_a_table_of_accuracies()
    {
        using var results = new FewLabelsResults();
        foreach (var (draw, with, shuffled, without) in new[] { (0, 0.80, 0.74, 0.70), (1, 0.84, 0.75, 0.72) })
        {
            results.Add(new FewLabelsResult(0, 100, draw, StartingWeights.Pretrained, with, TimeSpan.FromSeconds(1)));
            results.Add(new FewLabelsResult(0, 100, draw, StartingWeights.Shuffled, shuffled, TimeSpan.FromSeconds(1)));
            results.Add(new FewLabelsResult(0, 100, draw, StartingWeights.Random, without, TimeSpan.FromSeconds(1)));
        }

        var options = new ExperimentOptions { Experiment = new FewLabelsExperiment() };
        var run = new RunRecord("few-labels", options, default, default, RunStatus.Complete, null, [], results);
        var page = XDocument.Parse(RunReport.Create(run, data)).Root!;

        Row(page, "Few labels", table: 0, row: 0).Should().Equal("100", "pre-trained", "82.00 ± 2.83", "");
        Row(page, "Few labels", table: 0, row: 1).Should().Equal("100", "shuffled", "74.50 ± 0.71", "7.50 ± 2.12");
        Row(page, "Few labels", table: 0, row: 2).Should().Equal("100", "random", "71.00 ± 1.41", "11.00 ± 1.41");
        Row(page, "Few labels", table: 1, row: 0).Should().Equal("100", "81.70", "76.02", "5.68");
        Section(page, "Few labels").Value.Should().Contain("chosen by validation on the last 10,000 training images with their labels").And.NotContain("smaller network");
        Section(page, "Few labels").Descendants("circle").First().Value.Should().Be("pre-trained: 18 ± 2.828427 at 100");
        Section(page, "Few labels").Descendants("li").Select(li => li.Value).Should().Equal(
            "pre-trained", "shuffled", "random", "published, pre-trained", "published, random");
    }

    [Fact]
    public void All_of_MNIST_is_a_test_error_and_a_curve_against_time()
    {
        var pretraining = new TrainingHistory<EpochMetrics>([new(1, 0.1, 0.05, -80, null, TimeSpan.FromSeconds(30))], 1, false);
        var network = new BeliefNetwork(TinyDigits.Dbn);
        var (plain, better) = (Candidate("plain"), Candidate("better"));
        var other = Candidate("other") with { Network = new BoltzmannNetwork([24, 16, 12], WeightInitialization.Normal(0.1), new(), IsAugmented: false) };
        using var results = new FullResults { Recipe = FullRecipe.Default with { Candidates = [plain, better, other] } };
        results.Add(new(0, plain, [Epoch(1, 60, 0.02), Epoch(2, 120, 0.012)], TimeSpan.FromSeconds(30)));
        results.Add(new(0, better, [Epoch(1, 90, 0.03), Epoch(2, 180, 0.011)], TimeSpan.FromSeconds(30)));
        results.Add(new(0, other, [Epoch(1, 20, 0.04)], TimeSpan.FromSeconds(45)));
        var seed = results.Begin(new FullResult(0, [new("layer 1, 24-16", 24, pretraining)], TimeSpan.FromSeconds(30)));
        seed.Finish([Epoch(1, 100, null), Epoch(2, 240, null)], new ClassifierScore(0.03, 1 - 0.0098));
        var options = new ExperimentOptions { Experiment = new FullExperiment() };
        var run = new RunRecord("full", options, default, default, RunStatus.Complete, null, [], results);

        var page = XDocument.Parse(RunReport.Create(run, data)).Root!;

        page.Descendants("h2").Select(h => h.Value).Should().Equal("Test error", "Error against time", "Pre-training", "How to get this again");
        Row(page, "Test error", table: 0, row: 0).Should().Equal("this run, seed 0", "0.98 %", "30.0 s pre-training, 6 min 5 s validation, 4 min 0 s fine-tuning");
        Section(page, "Test error").Value.Should().Contain("The time of validation has the pre-training of networks that were not chosen.");
        Row(page, "Error against time", table: 0, row: 0).Should().Equal("plain", "DBN 24-16-16", "2", "1.20 %", "0.5000", "2 min 0 s", "30.0 s", "");
        Row(page, "Error against time", table: 0, row: 1)[^1].Should().Be("*");
        Section(page, "Error against time").Element("p")!.Value.Should().Be(
            "Validation chose better: of 3 candidates it has the least error, 1.10 %; next is plain with 1.20 %, a difference of 10 of the 10,000 validation images.");
        Section(page, "Error against time").Descendants("title").Select(title => title.Value)
            .Should().Contain("better: validation: 1.1 at 3").And.Contain("all training images: test, once: 0.98 at 4");
        Section(page, "Pre-training").Descendants("p").Where(p => (string?)p.Attribute("class") == "title").Should().HaveCount(2, "no images were held out");
        Section(page, "Pre-training").Element("p")!.Value.Should().Contain("none held out. So there is no curve of the free-energy gap");

        FullCandidate Candidate(string name) => new(network, new(name, new DropoutRates(), 0.1), TrialEpochs: 2, Epochs: 2);

        static ClassifierMetrics Epoch(int epoch, double seconds, double? error) => new(
            epoch, 0.1, new(0.01, 0.999), error is { } share ? new(0.5, 1 - share) : null, TimeSpan.FromSeconds(seconds));
    }

    [Fact]
    public void Pre_training_with_early_stopping_has_no_free_energy_gap_and_says_why()
    {
        using var models = new TablesModels
        {
            Rbm = new(Dbn.Bernoulli(784, 5), [new TrainingHistory<EpochMetrics>([new(1, 0.1, 0.05, -80, null, TimeSpan.FromSeconds(30))], 1, false)], null),
        };

        var section = new Page("", "", [TablesReport.Pretraining(models)]).ToString();

        section.Should().Contain("ends early when the reconstruction error").And.Contain("So there is no curve of the free-energy gap").And.NotContain("no data");
    }

    [Theory]
    [InlineData("")]
    [InlineData("--seeds 3 --seed -2 --loss logits --preset paper --only rbm dbn-control --threads 3")]
    [InlineData("--experiment few-labels --seed 4")]
    [InlineData("--experiment full --images fashion")]
    public async Task The_command_of_a_report_means_the_settings_that_it_was_made_with(string line)
    {
        var options = await ParseAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        var again = await ParseAsync(RunReport.Command(options)[RunReport.Program.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries));

        again.Should().BeEquivalentTo(options);
    }

    [Fact]
    public void Chains_begin_where_they_are_told_and_are_the_same_for_the_same_seed()
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        using var dbn = Dbn.Bernoulli([784, 20, 10], WeightInitialization.Normal(0.5), seed: 3);
        var images = data.Original.TestImages.narrow(0, 0, 4);

        var start = GibbsChains.Up(dbn, images);
        var first = GibbsChains.Run(dbn, start, [1, 5], seed: 7);
        var same = GibbsChains.Run(dbn, start, [1, 5], seed: 7);
        var other = GibbsChains.Run(dbn, start, [1, 5], seed: 8);

        start.Equals(dbn.Layers[0].HiddenMean(images)).Should().BeTrue();
        GibbsChains.Down(dbn, start).Equals(dbn.Layers[0].VisibleMean(start)).Should().BeTrue();
        first.Should().HaveCount(2);
        first[1].shape.Should().Equal(4, 784);
        first[1].Equals(same[1]).Should().BeTrue();
        first[1].Equals(other[1]).Should().BeFalse();
    }

    [Fact]
    public void A_generator_is_made_for_models_on_the_CPU_alone()
    {
        using var scope = torch.NewDisposeScope();
        using var generator = SeededGenerator.For(torch.CPU, -7);
        using var same = new torch.Generator(uint.MaxValue - 6);

        torch.rand(100, generator: generator).Equals(torch.rand(100, generator: same)).Should().BeTrue();
        SeededGenerator.For(torch.META, 7).Should().BeNull("TorchSharp has none for other devices");
    }

    [Fact]
    public void A_completion_keeps_what_is_given_and_fills_in_what_the_model_knows()
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        // A hidden unit that is on when the first pixel is, whatever the last one is, and switches that on.
        using var rbm = Rbm.Bernoulli(visible: 3, hidden: 1);
        _ = rbm.Weight.copy_(torch.tensor(new[] { 80f, 0, 30 }).reshape(1, 3));
        var (visibleBias, hiddenBias) = (rbm.Visible.parameters().Single(), rbm.Hidden.parameters().Single());
        _ = visibleBias.copy_(torch.tensor(new[] { 0f, 0, -15 }));
        _ = hiddenBias.copy_(torch.tensor(new[] { -40f }));
        var images = torch.tensor(new[] { 1f, 0.25f, 0, 0, 0.75f, 1 }).reshape(2, 3);
        var isGiven = torch.tensor(new[] { true, true, false }).expand(2, -1);
        using var generator = new torch.Generator(1);

        var completed = Completions.Complete(rbm, images, isGiven, generator, steps: 20).data<float>().ToArray();

        completed[..2].Should().Equal(1, 0.25f);
        completed[3..5].Should().Equal(0, 0.75f);
        completed[2].Should().BeApproximately(1, 1e-6f);
        completed[5].Should().BeApproximately(0, 1e-6f, "the given pixel is off, whatever the last one was");
    }

    [Fact]
    public void Predictions_are_those_of_the_classifier_in_the_order_of_the_images()
    {
        using var classifier = Classifier.Random([784, 12], 10, seed: 5);

        var predictions = Mistakes.Predict(classifier, data.Original);

        predictions.Should().HaveCount(60);
        var score = classifier.Score(data.Original.TestImages, data.Original.TestLabels);
        predictions.Count(p => p.Class == p.Label).Should().Be((int)Math.Round(score.Accuracy * 60));
        predictions.Average(p => -Math.Log(p.OfLabel)).Should().BeApproximately(score.Loss, 1e-4);
        predictions.Select(p => p.Image).Should().Equal(Enumerable.Range(0, 60));
    }

    [Fact]
    public void A_filter_shows_the_weights_of_its_unit()
    {
        using var weights = torch.zeros(2, 784);
        weights[1, 30] = torch.tensor(2f);
        weights[1, 57] = torch.tensor(-2f);

        var source = Pictures.Filters(weights, 2, "filters").Attribute("src")!.Value;
        var png = new DecodedPng(Convert.FromBase64String(source[(source.IndexOf(',') + 1)..]));

        (png.Width, png.Height).Should().Be((57, 28));
        png[29 + 2, 1].Should().Be(0x6e0f16, "the largest weight is dark red");
        png[29 + 1, 2].Should().Be(0x0b2f6b, "the most negative is dark blue");
        png[0, 0].Should().Be(0xf7f7f5);
    }

    private RunRecord Run(ExperimentOptions options, TablesResults results)
    {
        using var outputs = new Outputs();
        return ExperimentRun.Run(options, data, outputs.Output, results, default);
    }

    private static XElement Section(XElement page, string title) =>
        page.Descendants("section").Single(section => section.Element("h2")!.Value == title);

    private static string[] Row(XElement page, string section, int table, int row) =>
        [.. Section(page, section).Descendants("tbody").ElementAt(table).Elements("tr").ElementAt(row).Elements().Select(cell => cell.Value)];

    private static async Task<ExperimentOptions> ParseAsync(string[] words)
    {
        ExperimentOptions? parsed = null;
        var code = await CommandLine.RunAsync(
            words,
            (options, _) =>
            {
                parsed = options;
                return Task.FromResult(0);
            },
            TextWriter.Null,
            TextWriter.Null,
            default);
        code.Should().Be(0);
        return parsed!;
    }
}
