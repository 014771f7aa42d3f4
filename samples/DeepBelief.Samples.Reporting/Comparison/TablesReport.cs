using System.Xml.Linq;
using DeepBelief.Samples.Data;
using DeepBelief.Samples.Reporting.Charts;
using DeepBelief.Samples.Reporting.Models;
using DeepBelief.Samples.Reporting.Pages;
using DeepBelief.Samples.Reporting.Results;
using DeepBelief.Samples.Reporting.Runs;
using TorchSharp;

namespace DeepBelief.Samples.Reporting.Comparison;

/// <summary>What the tables of the original are about, with the models of the first seed.</summary>
public static class TablesReport
{
    private static readonly Axis Epoch = new("epoch of fine-tuning") { IsWhole = true };

    /// <param name="tables">What was found.</param>
    /// <param name="data">The images.</param>
    /// <param name="loss">What the losses are.</param>
    /// <param name="seed">Of the samples in the report.</param>
    public static IEnumerable<Section> Sections(TableSet tables, MnistSplit data, LossKind loss, int seed)
    {
        if (tables.Tables.Count == 0)
            yield break;
        yield return Comparison(tables);
        yield return FineTuning(tables, loss);
        yield return BesideTheOriginal(tables);

        var models = tables.Models;
        var named = new List<NamedDbn>();
        if (models.Rbm is { } rbm)
            named.Add(new("RBM", rbm.Dbn));
        if (models.Dbn is { } dbn)
            named.Add(new("DBN", dbn.Dbn));
        if (named.Count > 0)
        {
            yield return Pretraining(models);
            yield return Filters.Create(named);
            yield return Reconstructions.Create(named, data);
            yield return ChainSamples.Create(named, data, seed);
            yield return Completions.Create(named[0], data, seed);
            yield return WeightsAndActivity(models, named, data);
        }

        // With binarised input is another task; the images shown are not binarised.
        var best = models.Classifiers.Keys.Where(kind => kind != TableKind.DbnBinarized).Order()
            .OrderByDescending(kind => tables[kind]?.Seeds[0].Epochs[^1].TestAccuracy ?? 0)
            .ToArray();
        if (best.Length > 0)
            yield return Mistakes.Create(TableDefinition.Of(best[0]).Title, models.Classifiers[best[0]], data);
    }

    /// <summary>How pre-training went, layer by layer.</summary>
    public static Section Pretraining(TablesModels models)
    {
        return PretrainingCurves.Create(
            [.. Layers("RBM", models.Rbm), .. Layers("DBN", models.Dbn)],
            "With these settings training ends early when the reconstruction error of training images no longer falls; it would look at "
            + "images held out instead, and end elsewhere, so none are.");

        static IEnumerable<LayerHistory> Layers(string name, PretrainedDbn? model) => model is null ? [] : model.Histories.Select((history, i) => new LayerHistory(
            model.Histories.Count == 1 ? name : $"{name}, layer {i + 1}", model.Dbn.Layers[i].VisibleSize, history));
    }

    // What pre-training gains, and how much of that the scale of the weights gains alone.
    private static Section Comparison(TableSet tables)
    {
        TableKind[] order = [TableKind.Rbm, TableKind.RbmControl, TableKind.RbmPretrained, TableKind.Dbn, TableKind.DbnControl, TableKind.DbnPretrained, TableKind.DbnBinarized];
        var seeds = tables.Tables.Max(table => table.Seeds.Count);
        var several = seeds > 1 ? $" Mean ± standard deviation of {seeds} seeds." : "";
        return new(
            "Does pre-training help?",
            Html.Paragraph(
                "The same network learns to tell digits apart three times, for five epochs each: from random weights; from weights that it "
                + "learned before from the images alone, without labels; and, as a control, from those same numbers in random "
                + "places. Pre-trained weights are also much larger than random ones, and that alone matters: what the control gains "
                + "comes of the scale, and only what pre-training gains beyond the control comes of what was learned."),
            ResultTable.Of(
                $"Test accuracy after the last epoch, and the gain over random weights in percentage points; beside each what the original reports.{several}",
                order.Select(kind => tables[kind]).OfType<TableResult>(),
                new("start", table => table.Definition.Title),
                new("test accuracy", table => Statistics.Of([.. table.Seeds.Select(Accuracy)]), Show.Percent(sign: true)),
                new("original", table => OriginalAccuracy(table.Kind), Show.Percent(sign: true)),
                new("gain", table => Gain(table, tables[RandomOf(table.Kind)]), Show.Percent()),
                new("original", table => table.Kind == RandomOf(table.Kind) ? null : OriginalAccuracy(table.Kind) - OriginalAccuracy(RandomOf(table.Kind)), Show.Percent())).ToHtml());
    }

    // Accuracy and loss per epoch.
    private static Section FineTuning(TableSet tables, LossKind loss)
    {
        var losses = new Axis(loss == LossKind.Original ? "loss as the original takes it, nats" : "cross-entropy, nats");
        return new(
            "Fine-tuning",
            [
                Html.Paragraph(
                    "Accuracy and loss after each epoch: whole lines on the test images, dashed ones on the training images. Where they "
                    + "part, the network knows its training images better than digits."
                    + (loss == LossKind.Original ? " The original's loss takes a softmax of a softmax and is never below 1.4612." : "")),
                .. Charts("RBM 784-2500-10", TableKind.Rbm, TableKind.RbmPretrained, TableKind.RbmControl),
                .. Charts("DBN 784-512-128-64-10", TableKind.Dbn, TableKind.DbnPretrained, TableKind.DbnControl, TableKind.DbnBinarized),
            ]);

        IEnumerable<XElement> Charts(string network, params TableKind[] kinds)
        {
            TableResult[] shown = [.. kinds.Select(kind => tables[kind]).OfType<TableResult>()];
            if (shown.Length == 0)
                yield break;
            yield return Html.SideBySide(
                Chart($"{network}: accuracy", new("accuracy, %"), shown, row => row.TestAccuracy, row => row.TrainAccuracy, 100),
                Chart($"{network}: loss", losses, shown, row => row.TestLoss, row => row.TrainLoss, 1));
        }
    }

    private static XElement Chart(
        string title, Axis y, TableResult[] tables, Func<EpochStatistics, Statistics> test, Func<EpochStatistics, Statistics> train, double unit)
    {
        return new LineChart(title, Epoch, y, [.. tables.SelectMany(table =>
        {
            var (start, style) = Line(table.Kind);
            return (Series[])
            [
                new($"{start}, test", Points(table, test)) { Style = style },
                new($"{start}, training", Points(table, train)) { Style = style, IsDashed = true },
            ];
        })]).ToHtml();

        SeriesPoint[] Points(TableResult table, Func<EpochStatistics, Statistics> figure)
        {
            // That with binarised input goes on where pre-training ended.
            var before = table.Kind == TableKind.DbnBinarized ? table.Seeds[0].Epochs.Count : 0;
            return [.. table.Epochs.Select(row => new SeriesPoint(before + row.Epoch, unit * figure(row).Mean, unit * figure(row).StandardDeviation ?? 0))];
        }
    }

    private static Section BesideTheOriginal(TableSet tables)
    {
        return new(
            "Tables beside the original's",
            [
                Html.Paragraph("Each pair of columns holds a figure of this run and that which the Python original's README gives; the original has no controls."),
                .. tables.Tables.Select(Table),
            ]);

        static XElement Table(TableResult table) => ResultTable.Of(
            $"{table.Title}.{(table.Definition.Note is { } note ? $" {note}" : "")}",
            table.Epochs.Select(ours => (Ours: ours, Original: table.Definition.OriginalAt(ours.Epoch))),
            new("epoch", row => row.Ours.Epoch),
            new("test loss", row => row.Ours.TestLoss),
            new("original", row => row.Original?.TestLoss, Show.Fixed(4)),
            new("train loss", row => row.Ours.TrainLoss),
            new("original", row => row.Original?.TrainLoss, Show.Fixed(4)),
            new("test acc", row => row.Ours.TestAccuracy),
            new("original", row => row.Original?.TestAccuracy, Show.Fixed(4)),
            new("train acc", row => row.Ours.TrainAccuracy),
            new("original", row => row.Original?.TrainAccuracy, Show.Fixed(4))).ToHtml();
    }

    private static Section WeightsAndActivity(TablesModels models, IReadOnlyList<NamedDbn> named, MnistSplit data)
    {
        return new(
            "Weights and activity",
            Html.Paragraph(
                "How far the weights of the first layers spread: as pre-trained, after fine-tuning, and in the network that began at random. "
                + "Below, how active hidden units are on test images. A hidden unit that is nearly always off or on tells little; one that is on for some images and off for others is a feature."),
            Html.SideBySide(
                [
                    .. Weights("RBM", models.Rbm, TableKind.RbmPretrained, TableKind.Rbm),
                    .. Weights("DBN, layer 1", models.Dbn, TableKind.DbnPretrained, TableKind.Dbn),
                    .. named.Select(model => Distributions.Activity(model, data)),
                ]));

        IEnumerable<XElement> Weights(string name, PretrainedDbn? pretrained, TableKind after, TableKind random)
        {
            if (pretrained is null)
                yield break;
            var sets = new List<(string, torch.Tensor)> { ("pre-trained", pretrained.Dbn.Layers[0].Weight) };
            if (models.Classifiers.TryGetValue(after, out var tuned))
                sets.Add(("pre-trained, then fine-tuned", tuned.parameters().First()));
            if (models.Classifiers.TryGetValue(random, out var other))
                sets.Add(("random, then fine-tuned", other.parameters().First()));
            yield return Distributions.Weights($"Weights: {name}", sets);
        }
    }

    private static double Accuracy(SeedResult seed) => seed.Epochs[^1].TestAccuracy;

    private static double? OriginalAccuracy(TableKind kind) => TableDefinition.Of(kind).Original is [.., var last] ? last.TestAccuracy : null;

    // Seed by seed, so that what both have in common does not count.
    private static Statistics? Gain(TableResult table, TableResult? random)
    {
        double[] gains = random is null || random == table ? []
            : [.. table.Seeds.Join(random.Seeds, a => a.Seed, b => b.Seed, (a, b) => Accuracy(a) - Accuracy(b))];
        return gains.Length == 0 ? null : Statistics.Of(gains);
    }

    private static TableKind RandomOf(TableKind kind) => kind is TableKind.Rbm or TableKind.RbmPretrained or TableKind.RbmControl ? TableKind.Rbm : TableKind.Dbn;

    private static (string Start, int Style) Line(TableKind kind) => kind switch
    {
        TableKind.Rbm or TableKind.Dbn => ("random", 1),
        TableKind.RbmControl or TableKind.DbnControl => ("control", 2),
        TableKind.DbnBinarized => ("then binarised", 3),
        _ => ("pre-trained", 0),
    };
}
