using System.Text.Json;
using DeepBelief.Experiments;
using DeepBelief.Experiments.Running;
using DeepBelief.Experiments.Tables;
using DeepBelief.Samples.Data;
using DeepBelief.Samples.Mnist;
using DeepBelief.Samples.Reporting.Comparison;
using DeepBelief.Tests.MnistProgram;
using DeepBelief.Tests.Support;

namespace DeepBelief.Samples.Tests;

public sealed class TablesExperimentTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly MnistData data = TinyImages.Create();

    public void Dispose()
    {
        data.Dispose();
        folder.Dispose();
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void All_tables_are_made_printed_written_and_kept_with_their_models()
    {
        using var outputs = new Outputs();
        using var results = new TablesResults();
        var run = Run(new() { OutputFolder = folder.Path }, outputs, results);

        run.Status.Should().Be(RunStatus.Complete);
        results.Tables.Select(table => table.Kind).Should().Equal(Enum.GetValues<TableKind>());
        foreach (var table in results.Tables)
        {
            outputs.Results.Should().Contain($"{table.Definition.Title}: fine-tuning: ").And.Contain($"Written to {folder.File(table.Definition.CsvFile)}");
            var score = results.Models.Classifiers[table.Kind].Score(data.Original.TrainImages, data.Original.TrainLabels);
            if (table.Kind != TableKind.DbnBinarized)
                score.Accuracy.Should().Be(table.Seeds.Single().Epochs[^1].TrainAccuracy, "the model of {0} is the one of the table", table.Kind);
        }

        folder.Files.Should().HaveCount(7);
        results.Models.Rbm!.Dbn.Layers.Should().ContainSingle().Which.HiddenSize.Should().Be(2500);
        results.Models.Dbn!.Dbn.TopSize.Should().Be(64);
        results[TableKind.Rbm]!.Seeds[0].Pretraining.Should().BeNull();
        results[TableKind.RbmControl]!.Seeds[0].Pretraining.Should().BeNull();
        results[TableKind.DbnPretrained]!.Seeds[0].Pretraining!.Select(layer => layer.Epochs.Count).Should().Equal(20, 8, 8);
        results[TableKind.RbmPretrained]!.Seeds[0].Pretraining!.Single().Last.FreeEnergyGap.Should().NotBeNull();
        run.Stages.Select(stage => (stage.Rows, stage.Reused)).Should().Equal(
            (600, false), (720, false), (600, false), (600, false), (600, false), (4320, false), (600, false), (600, false), (600, false));
    }

    [Fact]
    public void Binarised_fine_tuning_goes_on_from_the_fine_tuned_model_and_leaves_that_as_it_was()
    {
        using var outputs = new Outputs();
        using var results = new TablesResults();
        _ = Run(new() { Tables = [TableKind.DbnPretrained, TableKind.DbnBinarized], Loss = LossKind.Logits }, outputs, results);

        using var binary = data.Original.Binarized();
        var start = results.Models.Classifiers[TableKind.DbnPretrained];
        var first = results[TableKind.DbnPretrained]!.Seeds[0].Epochs[^1];
        start.Score(data.Original.TestImages, data.Original.TestLabels).Loss.Should().Be(first.TestLoss);
        using var expected = results.Models.Dbn!.Dbn.ToClassifier(10);
        expected.CopyFrom(start);
        var history = expected.FitClassifier(
            binary.TrainImages, binary.TrainLabels, Recipe.Quick(0).FineTuning, (binary.TestImages, binary.TestLabels));
        results[TableKind.DbnBinarized]!.Seeds[0].Epochs.Select(epoch => epoch.TestLoss).Should().Equal(history.Epochs.Select(epoch => epoch.Validation!.Loss));
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void Several_seeds_are_run_one_after_the_other_and_summed_up()
    {
        TableKind[] tables = [TableKind.Dbn, TableKind.DbnPretrained, TableKind.DbnControl];
        using var outputs = new Outputs();
        using var together = new TablesResults();
        _ = Run(new() { Seeds = [3, 4], Tables = tables, OutputFolder = folder.Path }, outputs, together);
        using var alone = new TablesResults();
        _ = Run(new() { Seeds = [4], Tables = tables }, outputs, alone);

        foreach (var kind in tables)
        {
            var table = together[kind]!;
            table.Seeds.Select(seed => seed.Seed).Should().Equal(3, 4);
            table.Seeds[1].Epochs.Should().Equal(alone[kind]!.Seeds[0].Epochs);
            var last = table.Seeds.Select(seed => seed.Epochs[^1].TestLoss).ToArray();
            table.Epochs.Last().TestLoss.Mean.Should().Be(last.Average());
            table.Epochs.Last().TestLoss.StandardDeviation.Should().BeApproximately(Math.Abs(last[0] - last[1]) / Math.Sqrt(2), 1e-12);
            outputs.Results.Should().Contain($"{TableDefinition.Of(kind).Title}, mean ± standard deviation of 2 seeds");
        }

        File.ReadLines(folder.File(TableDefinition.Of(TableKind.Dbn).CsvFile)).First().Should().Be("seed,epochs,test loss,train loss,test acc,train acc");
        File.ReadLines(folder.File(TableDefinition.Of(TableKind.Dbn).CsvFile)).Select(line => line.Split(',')[0]).Should().Equal("seed", "3", "3", "3", "3", "3", "4", "4", "4", "4", "4");
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void Tables_are_the_same_with_pre_training_of_an_earlier_run_and_say_so()
    {
        var options = new ExperimentOptions { Tables = [TableKind.RbmPretrained, TableKind.RbmControl], CheckpointFolder = folder.Path };
        using var outputs = new Outputs();
        using var first = new TablesResults();
        using var second = new TablesResults();
        using var without = new TablesResults();
        var firstRun = Run(options, outputs, first);
        var secondRun = Run(options, outputs, second);
        _ = Run(options with { CheckpointFolder = null }, outputs, without);

        foreach (var kind in options.Tables)
        {
            second[kind]!.Seeds[0].Epochs.Should().Equal(first[kind]!.Seeds[0].Epochs);
            without[kind]!.Seeds[0].Epochs.Should().Equal(first[kind]!.Seeds[0].Epochs);
        }

        (secondRun.Stages[0] with { Settings = [] }).Should().Be(firstRun.Stages[0] with { Reused = true, Settings = [] }, "the time is that of the training");
        secondRun.Stages[0].Settings.Should().Equal(firstRun.Stages[0].Settings).And.HaveCount(1);
    }

    [Fact]
    public void A_run_that_is_cancelled_keeps_the_tables_it_has()
    {
        using var cancellation = new CancellationTokenSource();
        using var outputs = new Outputs();
        using var results = new TablesResults();
        var cancelling = new CancelAfterFirstTable(cancellation);
        var run = Run(new() { Tables = [TableKind.Dbn, TableKind.Rbm], Seeds = [0, 1], Experiment = cancelling }, outputs, results, cancellation.Token);

        run.Status.Should().Be(RunStatus.Cancelled);
        run.Failure.Should().BeNull();
        results.Tables.Should().ContainSingle().Which.Seeds.Should().ContainSingle();
        outputs.Results.Should().Contain("DBN 784-512-128-64-10 without pre-training").And.Contain("Cancelled after");
        using var json = JsonDocument.Parse(RunJson.Format(run));
        json.RootElement.GetProperty("status").GetString().Should().Be("cancelled");
        json.RootElement.GetProperty("results").GetProperty("tables").GetArrayLength().Should().Be(1);
    }

    [Fact]
    public void A_run_that_fails_keeps_the_tables_it_has_and_tells_why()
    {
        File.WriteAllText(folder.File("file"), "in the way");
        using var outputs = new Outputs();
        using var results = new TablesResults();
        var run = Run(new() { Tables = [TableKind.Dbn, TableKind.Rbm], OutputFolder = Path.Combine(folder.File("file"), "below") }, outputs, results);

        run.Status.Should().Be(RunStatus.Failed);
        run.Failure.Should().Contain("DBN_without_pretraining_classifier.csv' can't be written");
        results.Tables.Should().ContainSingle();
    }

    [Fact]
    public void Json_has_all_figures_of_all_seeds()
    {
        using var outputs = new Outputs();
        using var results = new TablesResults();
        var run = Run(new() { Seeds = [7, 8], Tables = [TableKind.DbnPretrained] }, outputs, results);

        using var json = JsonDocument.Parse(RunJson.Format(run));
        var root = json.RootElement;
        root.GetProperty("schema").GetInt32().Should().Be(2);
        root.GetProperty("experiment").GetString().Should().Be("tables");
        root.GetProperty("status").GetString().Should().Be("complete");
        root.GetProperty("settings").GetProperty("seeds").EnumerateArray().Select(seed => seed.GetInt32()).Should().Equal(7, 8);
        root.GetProperty("settings").GetProperty("loss").GetString().Should().Be("original");
        root.GetProperty("environment").GetProperty("library").GetString().Should().StartWith("0.");
        root.GetProperty("stages").EnumerateArray().Select(stage => stage.GetProperty("seed").GetInt32()).Should().Equal(7, 7, 8, 8);
        var table = root.GetProperty("results").GetProperty("tables")[0];
        table.GetProperty("name").GetString().Should().Be("dbn-pretrained");
        table.GetProperty("original")[4].GetProperty("testAccuracy").GetDouble().Should().Be(0.9648);
        var figures = results[TableKind.DbnPretrained]!;
        table.GetProperty("epochs")[4].GetProperty("testAccuracy").GetProperty("standardDeviation").GetDouble()
            .Should().Be(figures.Epochs.Last().TestAccuracy.StandardDeviation);
        var seed = table.GetProperty("seeds")[1];
        seed.GetProperty("seed").GetInt32().Should().Be(8);
        seed.GetProperty("epochs")[4].GetProperty("trainLoss").GetDouble().Should().Be(figures.Seeds[1].Epochs[4].TrainLoss);
        seed.GetProperty("pretraining")[2].GetArrayLength().Should().Be(8);
        seed.GetProperty("pretraining")[0][19].GetProperty("freeEnergyGap").GetDouble()
            .Should().Be(figures.Seeds[1].Pretraining![0].Last.FreeEnergyGap);
    }

    private RunRecord Run(ExperimentOptions options, Outputs outputs, TablesResults results, CancellationToken cancellationToken = default)
        => ExperimentRun.Run(options, data, outputs.Output, results, cancellationToken);

    /// <summary>The experiment with Ctrl-C pressed as soon as there is something to keep.</summary>
    private sealed class CancelAfterFirstTable(CancellationTokenSource cancellation) : Experiment<TablesResults>
    {
        private readonly TablesExperiment tables = new();

        public override string Name => tables.Name;

        public override string Description => tables.Description;

        protected override void Fill(ExperimentContext context, TablesResults results)
        {
            tables.Run(
                new ExperimentContext(context.Options with { Tables = [TableKind.Dbn], Seeds = [0] }, context.Data, context.Output, context.Store, context.CancellationToken),
                results);
            cancellation.Cancel();
            tables.Run(context, results);
        }
    }
}
