using DeepBelief.Evaluation;
using DeepBelief.Experiments.Running;
using DeepBelief.Samples.Data;
using DeepBelief.Samples.Reporting.Models;
using DeepBelief.Samples.Reporting.Pages;
using DeepBelief.Samples.Reporting.Results;
using DeepBelief.Training;
using TorchSharp;

namespace DeepBelief.Experiments.GenerativeClassifiers;

/// <summary>The network's figures after a stage of training.</summary>
/// <param name="Seed">The seed of the run.</param>
/// <param name="Training">The stage, <see cref="Greedy"/> or <see cref="UpDown"/>.</param>
/// <param name="Epochs">Of the top machine, or of all phases of up-down; the test rows of these are the validation images.</param>
/// <param name="Test">On the test images, once, after the stage.</param>
/// <param name="Time">Of the stage.</param>
internal sealed record GenerativeResult(int Seed, string Training, IReadOnlyList<ClassifierMetrics> Epochs, ClassifierScore Test, TimeSpan Time)
{
    public const string Greedy = "greedy training";
    public const string UpDown = "up-down";

    /// <summary>From 0 to 1.</summary>
    public double TestError => 1 - Test.Accuracy;

    /// <summary>After the last epoch, from 0 to 1; null without validation images.</summary>
    public double? ValidationError => 1 - Epochs[^1].Validation?.Accuracy;
}

/// <summary>The classifier that looks at what is drawn.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Test">On the test images, once.</param>
/// <param name="Time">Of its pre-training and fine-tuning.</param>
internal sealed record JudgeResult(string Name, ClassifierScore Test, TimeSpan Time)
{
    /// <summary>From 0 to 1.</summary>
    public double TestError => 1 - Test.Accuracy;
}

/// <summary>The networks of the first seed, what the judge says, and the figures of all seeds.</summary>
internal sealed class GenerativeClassifierResults : IExperimentResults
{
    private readonly List<GenerativeResult> models = [];
    private readonly List<DrawnImages> drawn = [];
    private readonly Dictionary<string, torch.Tensor> images = [];
    private readonly List<LayerHistory> layers = [];

    /// <summary>What is done; null before it begins.</summary>
    public GenerativeClassifierRecipe? Recipe { get; set; }

    /// <summary>What is finished, in order.</summary>
    public IReadOnlyList<GenerativeResult> Models => models;

    /// <summary>What was drawn and how the judge took it, in order.</summary>
    public IReadOnlyList<DrawnImages> Drawn => drawn;

    /// <summary>The images that the first seed's networks drew after each stage, class by class.</summary>
    public IReadOnlyDictionary<string, torch.Tensor> Images => images;

    /// <summary>How the layers below the top learned, with the first seed.</summary>
    public IReadOnlyList<LayerHistory> Layers => layers;

    /// <summary>The first seed's network after greedy training; null before.</summary>
    public ClassificationDbn? Tied { get; private set; }

    /// <summary>The first seed's network after up-down; null before.</summary>
    public UntiedDbn? Untied { get; private set; }

    /// <summary>Null before it is trained.</summary>
    public Classifier? Judge { get; private set; }

    /// <summary>Null before it is trained.</summary>
    public JudgeResult? JudgeFigures { get; private set; }

    /// <summary>Adds figures; of greedy training with how the layers below the top learned.</summary>
    public void Add(GenerativeResult model, IReadOnlyList<TrainingHistory<EpochMetrics>>? below = null)
    {
        models.Add(model);
        if (model.Seed == models[0].Seed && below is not null)
        {
            layers.AddRange(below.Select((history, i) => new LayerHistory(
                FormattableString.Invariant($"layer {i + 1}, {Recipe!.Sizes[i]}-{Recipe.Sizes[i + 1]}"), Recipe.Sizes[i], history)));
        }
    }

    /// <summary>Takes the network over if it is the first.</summary>
    /// <returns>Whether it did.</returns>
    public bool Keep(ClassificationDbn network)
    {
        if (Tied is not null)
            return false;
        Tied = network;
        return true;
    }

    /// <inheritdoc cref="Keep(ClassificationDbn)"/>
    public bool Keep(UntiedDbn? network)
    {
        if (Untied is not null || network is null)
            return false;
        Untied = network;
        return true;
    }

    /// <summary>Takes the judge over.</summary>
    public void AddJudge(JudgeResult figures, Classifier judge) => (JudgeFigures, Judge) = (figures, judge);

    /// <summary>Adds what the judge says, and takes the images over.</summary>
    public void Add(DrawnImages figures, torch.Tensor pictures)
    {
        drawn.Add(figures);
        if (!images.TryAdd(figures.Training, pictures))
            pictures.Dispose();
    }

    /// <summary>Errors and shares for people, the published ones beside them; columns of which something is known.</summary>
    public ResultTable ToTable()
    {
        var table = AllColumns();
        return table.Only([.. Enumerable.Range(0, table.Columns.Count).Where(column => table.Rows.Any(row => row[column] is not null))]);
    }

    /// <summary>What was drawn, class by class, and the share that the judge recognises.</summary>
    /// <param name="classes">Names of the classes; null: their numbers.</param>
    public ResultTable ByClass(IReadOnlyList<string>? classes = null)
    {
        string[] stages = [.. drawn.Select(one => one.Training).Distinct()];
        var count = drawn.Count > 0 ? drawn[0].Classes : 0;
        return new(
            "Drawn images that the judge recognises",
            ["class", .. stages.Select(stage => new Column($"after {stage}") { Show = Show.Percent(1, sign: true) })],
            [
                .. Enumerable.Range(0, count).Select(label => Row(classes?[label] ?? FormattableString.Invariant($"{label}"), one => one.ShareOf(label))),
                Row("all", one => one.Share),
            ]);

        object?[] Row(string name, Func<DrawnImages, double> share)
            => [name, .. stages.Select(stage => Statistics.Of([.. drawn.Where(one => one.Training == stage).Select(share)]))];
    }

    /// <summary>A row for each epoch; the test error is that after the stage.</summary>
    public ResultTable ToCsv() => ResultTable.Of(
        "Epochs",
        models.SelectMany(model => model.Epochs.Select(epoch => (Model: model, Epoch: epoch))),
        new("seed", row => row.Model.Seed),
        new("training", row => row.Model.Training),
        new("epoch", row => row.Epoch.Epoch),
        new("seconds", row => row.Epoch.Elapsed.TotalSeconds) { CsvFormat = "F3" },
        new("train loss", row => row.Epoch.Train.Loss),
        new("validation loss", row => row.Epoch.Validation?.Loss),
        new("validation error", row => 1 - row.Epoch.Validation?.Accuracy),
        new("test error", row => row.Epoch == row.Model.Epochs[^1] ? row.Model.TestError : null));

    /// <summary>A row for each class that was asked for.</summary>
    public ResultTable DrawnToCsv() => ResultTable.Of(
        "Drawn images",
        drawn.SelectMany(one => Enumerable.Range(0, one.Classes).Select(label => (Drawn: one, Class: label))),
        new("seed", row => row.Drawn.Seed),
        new("training", row => row.Drawn.Training),
        new("class", row => row.Class),
        new("drawn", row => row.Drawn.PerClass),
        new("recognised", row => row.Drawn.RecognisedOf(row.Class)));

    public IEnumerable<Finding> Findings() =>
    [
        new() { Shown = models.Count > 0 ? ToTable() : null, CsvFile = "generative_classifier.csv", Csv = ToCsv() },
        new() { Shown = drawn.Count > 0 ? ByClass() : null, CsvFile = "generative_classifier_drawn.csv", Csv = DrawnToCsv() },
    ];

    public object ToJson() => new
    {
        Models = models.Select(model => new
        {
            model.Seed,
            model.Training,
            model.TestError,
            TestLoss = model.Test.Loss,
            model.ValidationError,
            Seconds = model.Time.TotalSeconds,
            Epochs = ResultTable.Of(
                "Epochs",
                model.Epochs,
                new("epoch", epoch => epoch.Epoch),
                new("seconds", epoch => epoch.Elapsed.TotalSeconds),
                new("train loss", epoch => epoch.Train.Loss),
                new("validation loss", epoch => epoch.Validation?.Loss),
                new("validation error", epoch => 1 - epoch.Validation?.Accuracy)),
        }),
        Judge = JudgeFigures is null ? null : new { JudgeFigures.Name, JudgeFigures.TestError, TestLoss = JudgeFigures.Test.Loss, Seconds = JudgeFigures.Time.TotalSeconds },
        Drawn = drawn.Select(one => new
        {
            one.Seed,
            one.Training,
            one.PerClass,
            Recognised = one.Share,
            RecognisedByClass = Enumerable.Range(0, one.Classes).Select(one.ShareOf),
        }),
        Recipe?.Published,
    };

    public IEnumerable<Section> ToSections(RunRecord run, MnistData data) => GenerativeClassifierReport.Sections(this, run.Options.Images);

    public void Dispose()
    {
        Tied?.Dispose();
        Untied?.Dispose();
        Judge?.Dispose();
        foreach (var pictures in images.Values)
            pictures.Dispose();
    }

    // The published errors last.
    private ResultTable AllColumns() => new(
        "A generative classifier",
        [
            "network", new("test error") { Show = Show.Percent(sign: true) }, new("validation error") { Show = Show.Percent(sign: true) },
            new("drawn and recognised") { Show = Show.Percent(sign: true) }, new("time") { Show = Show.Time }, new("published test error") { Show = Show.Percent(sign: true) },
        ],
        [
            .. models.GroupBy(model => model.Training).Select(group => (object?[])
            [
                $"after {group.Key}",
                Statistics.Of([.. group.Select(model => model.TestError)]),
                group.First().ValidationError is null ? null : Statistics.Of([.. group.Select(model => model.ValidationError!.Value)]),
                drawn.Where(one => one.Training == group.Key).Select(one => one.Share).ToList() is { Count: > 0 } shares ? Statistics.Of(shares) : null,
                TimeSpan.FromSeconds(group.Average(model => model.Time.TotalSeconds)),
                Recipe?.Published.FirstOrDefault(one => one.Training == group.Key)?.Error,
            ]),
            .. JudgeFigures is { } judge ? [[$"the judge, {judge.Name}", judge.TestError, null, null, judge.Time, null]] : Array.Empty<object?[]>(),
        ]);
}
