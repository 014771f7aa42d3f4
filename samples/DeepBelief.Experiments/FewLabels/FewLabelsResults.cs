using DeepBelief.Experiments.Running;
using DeepBelief.Samples.Data;
using DeepBelief.Samples.Reporting.Pages;
using DeepBelief.Samples.Reporting.Results;

namespace DeepBelief.Experiments.FewLabels;

/// <summary>One classifier.</summary>
/// <param name="Seed">The seed of the run.</param>
/// <param name="Labels">How many it learned from.</param>
/// <param name="Draw">Which choice of them, from 0.</param>
/// <param name="Start">What it began with.</param>
/// <param name="TestAccuracy">On the test images, once, at the end; from 0 to 1.</param>
/// <param name="Time">Fine-tuning.</param>
internal sealed record FewLabelsResult(int Seed, int Labels, int Draw, StartingWeights Start, double TestAccuracy, TimeSpan Time)
{
    /// <summary>What validation chose; null where there was no choice.</summary>
    public FewLabelsCandidate? Settings { get; init; }

    /// <summary>What it was trained on.</summary>
    public Teaching Teaching { get; init; }
}

/// <summary>Settings that were tried on training images without those for validation.</summary>
/// <param name="Seed">The seed of the run.</param>
/// <param name="Labels">How many labels were learned from.</param>
/// <param name="Start">Pre-trained or random weights; shuffled ones have no choice of their own.</param>
/// <param name="Settings">The settings.</param>
/// <param name="ValidationAccuracy">On the validation images, from 0 to 1.</param>
internal sealed record FewLabelsTrial(int Seed, int Labels, StartingWeights Start, FewLabelsCandidate Settings, double ValidationAccuracy);

/// <summary>Test accuracies at one number of labels, from 0 to 1, over all draws and seeds.</summary>
/// <param name="Labels">The number.</param>
/// <param name="With">With pre-training.</param>
/// <param name="Shuffled">From the pre-trained numbers in random places, trained in the same way.</param>
/// <param name="Without">From random weights with settings of their own.</param>
/// <param name="GainOverShuffled"><paramref name="With"/> less <paramref name="Shuffled"/>, draw by draw.</param>
/// <param name="Gain"><paramref name="With"/> less <paramref name="Without"/>, draw by draw.</param>
internal sealed record FewLabelsRow(
    int Labels, Statistics With, Statistics Shuffled, Statistics Without, Statistics GainOverShuffled, Statistics Gain)
{
    /// <summary>The row of draws that are finished from all three kinds of weights.</summary>
    public static FewLabelsRow Of(int labels, IReadOnlyList<IReadOnlyDictionary<StartingWeights, double>> draws)
    {
        return new(
            labels,
            Accuracy(StartingWeights.Pretrained),
            Accuracy(StartingWeights.Shuffled),
            Accuracy(StartingWeights.Random),
            GainOver(StartingWeights.Shuffled),
            GainOver(StartingWeights.Random));

        Statistics Accuracy(StartingWeights start) => Statistics.Of([.. draws.Select(draw => draw[start])]);

        Statistics GainOver(StartingWeights start) => Statistics.Of([.. draws.Select(draw => draw[StartingWeights.Pretrained] - draw[start])]);
    }
}

/// <summary>Test accuracies of the pre-trained network when unlabelled images are learned from, too; from 0 to 1.</summary>
/// <param name="Labels">Number of labels.</param>
/// <param name="With">With unlabelled images.</param>
/// <param name="Without">From the labelled ones alone, for as long.</param>
/// <param name="Gain"><paramref name="With"/> less <paramref name="Without"/>, seed by seed.</param>
internal sealed record UnlabelledRow(int Labels, Statistics With, Statistics Without, Statistics Gain);

/// <summary>Accuracies that others have published.</summary>
/// <param name="Labels">Number of labels.</param>
/// <param name="With">With pre-training, from 0 to 1.</param>
/// <param name="Without">Without, from 0 to 1.</param>
internal sealed record PublishedFewLabels(int Labels, double With, double Without)
{
    /// <summary>100 labels and virtual adversarial training, Miyato, Maeda, Koyama and Ishii 2018.</summary>
    public const double Unlabelled = 0.9864;

    public double Gain => With - Without;

    /// <summary>An RBM of 1,024 hidden units, then fine-tuning; and random weights.</summary>
    public static IReadOnlyList<PublishedFewLabels> All { get; } =
    [
        new(100, 0.8170, 0.7602),
        new(1_000, 0.9365, 0.8871),
        new(10_000, 0.9727, 0.9473),
        new(60_000, 0.9873, 0.9820),
    ];
}

/// <summary>The classifiers that are finished.</summary>
internal sealed class FewLabelsResults : IExperimentResults
{
    private readonly List<FewLabelsTrial> trials = [];
    private readonly List<FewLabelsResult> classifiers = [];

    /// <summary>What validation chose from; of the same seed, labels and starting weights, the best was taken.</summary>
    public IReadOnlyList<FewLabelsTrial> Trials => trials;

    public IReadOnlyList<FewLabelsResult> Classifiers => classifiers;

    /// <summary>Fewest labels first; of the draws that are finished from all starting weights.</summary>
    public IEnumerable<FewLabelsRow> Rows =>
        from size in classifiers.Where(classifier => classifier.Teaching == Teaching.Labelled).GroupBy(classifier => classifier.Labels)
        let draws = size
            .GroupBy(classifier => (classifier.Seed, classifier.Draw))
            .Where(draw => draw.Count() == Enum.GetValues<StartingWeights>().Length)
            .Select(draw => draw.ToDictionary(classifier => classifier.Start, classifier => classifier.TestAccuracy))
            .ToList()
        where draws.Count > 0
        orderby size.Key
        select FewLabelsRow.Of(size.Key, draws);

    /// <summary>Fewest labels first; of the seeds that are finished with unlabelled images and without.</summary>
    public IEnumerable<UnlabelledRow> UnlabelledRows =>
        from size in classifiers.Where(classifier => classifier.Teaching != Teaching.Labelled).GroupBy(classifier => classifier.Labels)
        let pairs = size
            .GroupBy(classifier => classifier.Seed)
            .Select(pair => (
                With: pair.FirstOrDefault(classifier => classifier.Teaching == Teaching.Unlabelled)?.TestAccuracy,
                Without: pair.FirstOrDefault(classifier => classifier.Teaching == Teaching.Longer)?.TestAccuracy))
            .Where(pair => pair is { With: not null, Without: not null })
            .Select(pair => (With: pair.With!.Value, Without: pair.Without!.Value))
            .ToList()
        where pairs.Count > 0
        orderby size.Key
        select new UnlabelledRow(
            size.Key,
            Statistics.Of([.. pairs.Select(pair => pair.With)]),
            Statistics.Of([.. pairs.Select(pair => pair.Without)]),
            Statistics.Of([.. pairs.Select(pair => pair.With - pair.Without)]));

    public void AddTrial(FewLabelsTrial trial) => trials.Add(trial);

    public void Add(FewLabelsResult classifier) => classifiers.Add(classifier);

    /// <summary>The comparison for people, in per cent, the published figures beside it.</summary>
    public ResultTable Comparison() => new ResultTable(
        "Test accuracy with few labels, %",
        [
            new("labels") { Show = Show.Whole }, "runs", "weights",
            new("test accuracy") { Show = Show.Percent() }, new("gain") { Show = Show.Percent() },
            new("published") { Show = Show.Percent() }, new("gain") { Show = Show.Percent() },
        ],
        Rows.SelectMany(row =>
        {
            var published = PublishedFewLabels.All.FirstOrDefault(one => one.Labels == row.Labels);
            return (object?[][])
            [
                [row.Labels, row.With.Count, "pre-trained", row.With, null, published?.With, null],
                [row.Labels, row.With.Count, "shuffled", row.Shuffled, row.GainOverShuffled, null, null],
                [row.Labels, row.With.Count, "random", row.Without, row.Gain, published?.Without, published?.Gain],
                .. UnlabelledRows.Where(one => one.Labels == row.Labels).SelectMany(Cells),
            ];

            static IEnumerable<object?[]> Cells(UnlabelledRow row) =>
            [
                [row.Labels, row.With.Count, "all images", row.With, null, row.Labels == 100 ? PublishedFewLabels.Unlabelled : null, null],
                [row.Labels, row.With.Count, "longer", row.Without, row.Gain, null, null],
            ];
        }))
    {
        Note = "gain: of pre-training over these weights, draw by draw. shuffled: the pre-trained numbers in random places, trained in the same way; "
            + "only what was learned differs. random: with settings of their own and twice the epochs."
            + (UnlabelledRows.Any() ? " all images: the pre-trained ones by virtual adversarial training, on images without labels, too. longer: the labelled ones alone for as long, and what all images gain." : ""),
    };

    /// <summary>A row for each classifier.</summary>
    public ResultTable ToTable() => ResultTable.Of(
        "Classifiers",
        classifiers,
        new("seed", one => one.Seed),
        new("labels", one => one.Labels),
        new("draw", one => one.Draw),
        new("start", one => CommandLine.Lower(one.Start)),
        new("teaching", one => CommandLine.Lower(one.Teaching)),
        new("settings", one => one.Settings) { IsJsonOnly = true },
        new("test acc", one => one.TestAccuracy) { Key = "testAccuracy" },
        new("seconds", one => one.Time.TotalSeconds) { CsvFormat = "F3" });

    public IEnumerable<Finding> Findings()
    {
        if (trials.Count > 0)
            yield return new() { Shown = Choices() };
        yield return new() { Shown = Comparison(), CsvFile = "few_labels.csv", Csv = ToTable() };
    }

    public object ToJson() => new { Rows, UnlabelledRows, Trials, Classifiers = ToTable(), Published = PublishedFewLabels.All };

    public IEnumerable<Section> ToSections(RunRecord run, MnistData data) => FewLabelsReport.Sections(this);

    public void Dispose()
    {
    }

    // What validation chose from, and which settings it chose.
    private ResultTable Choices()
    {
        var best = trials.GroupBy(trial => (trial.Seed, trial.Labels, trial.Start)).Select(group => group.MaxBy(trial => trial.ValidationAccuracy)).ToList();
        return ResultTable.Of(
            "Validation accuracy of the settings to choose from, %",
            trials.GroupBy(trial => (trial.Seed, trial.Labels, trial.Start)).SelectMany(group => group),
            new("seed", trial => trial.Seed),
            new("labels", trial => trial.Labels, Show.Whole),
            new("weights", trial => trial.Start == StartingWeights.Random ? "random" : "pre-trained"),
            new("fine-tuning", trial => trial.Settings.FineTuning.Name),
            new("learning rate", trial => trial.Settings.FineTuning.LearningRate),
            new("scale", trial => trial.Start == StartingWeights.Random ? trial.Settings.Scale : null),
            new("accuracy", trial => trial.ValidationAccuracy, Show.Percent()),
            new("best", trial => best.Contains(trial) ? "*" : ""));
    }
}
