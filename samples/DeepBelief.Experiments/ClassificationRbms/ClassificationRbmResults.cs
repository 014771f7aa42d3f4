using DeepBelief.Evaluation;
using DeepBelief.Experiments.Running;
using DeepBelief.Samples.Data;
using DeepBelief.Samples.Reporting.Pages;
using DeepBelief.Samples.Reporting.Results;
using DeepBelief.Training;

namespace DeepBelief.Experiments.ClassificationRbms;

/// <summary>A trained machine's figures.</summary>
/// <param name="Seed">The seed of the run.</param>
/// <param name="Settings">How it was trained.</param>
/// <param name="Epochs">What was measured after each epoch of all phases; the test rows of these are the validation images.</param>
/// <param name="Test">On the test images, once, at the end.</param>
internal sealed record ClassificationRbmResult(
    int Seed, ClassificationRbmSettings Settings, IReadOnlyList<ClassifierMetrics> Epochs, ClassifierScore Test)
{
    /// <summary>On the validation images after the last epoch, from 0 to 1.</summary>
    public double ValidationError => 1 - Epochs[^1].Validation!.Accuracy;

    /// <summary>From 0 to 1.</summary>
    public double TestError => 1 - Test.Accuracy;

    /// <summary>Training, validation included.</summary>
    public TimeSpan Time => Epochs[^1].Elapsed;
}

/// <summary>A test error that Larochelle and Bengio 2008 have published, with 50,000 images to train and 10,000 to validate.</summary>
/// <param name="Name">The way to train.</param>
/// <param name="Hidden">Number of hidden units.</param>
/// <param name="Error">Test error, from 0 to 1.</param>
internal sealed record PublishedClassification(string Name, long Hidden, double Error)
{
    public const string Source = "Larochelle and Bengio 2008";

    public static IReadOnlyList<PublishedClassification> All { get; } =
    [
        new(ClassificationRbmSettings.Generative, 6000, 0.0339),
        new(ClassificationRbmSettings.Discriminative, 500, 0.0181),
        new(ClassificationRbmSettings.Hybrid, 1500, 0.0128),
    ];

    public static PublishedClassification? Of(string name) => All.FirstOrDefault(one => one.Name == name);
}

/// <summary>The machines that are finished; those of the first seed are kept.</summary>
internal sealed class ClassificationRbmResults : IExperimentResults
{
    private readonly List<ClassificationRbmResult> models = [];
    private readonly Dictionary<string, ClassificationRbm> machines = [];

    public IReadOnlyList<ClassificationRbmResult> Models => models;

    /// <summary>The first seed's machines by the names of their settings.</summary>
    public IReadOnlyDictionary<string, ClassificationRbm> Machines => machines;

    /// <summary>Test errors over the seeds, from 0 to 1, in the order of training.</summary>
    public IReadOnlyList<(ClassificationRbmSettings Settings, Statistics TestError, TimeSpan Time)> Errors =>
    [
        .. models.GroupBy(model => model.Settings.Name).Select(group => (
            group.First().Settings,
            Statistics.Of([.. group.Select(model => model.TestError)]),
            TimeSpan.FromSeconds(group.Average(model => model.Time.TotalSeconds)))),
    ];

    /// <summary>Adds figures, and takes their machine over.</summary>
    public void Add(ClassificationRbmResult model, ClassificationRbm machine)
    {
        models.Add(model);
        if (!machines.TryAdd(model.Settings.Name, machine))
            machine.Dispose();
    }

    /// <summary>Test errors for people, the published ones beside them.</summary>
    public ResultTable ToTable() => ResultTable.Of(
        "Test error of classification RBMs",
        Errors.Select(row => (Ours: row, Published: PublishedClassification.Of(row.Settings.Name))),
        new("training", row => row.Ours.Settings.Name),
        new("hidden units", row => row.Ours.Settings.Hidden, Show.Whole),
        new("test error", row => row.Ours.TestError, Show.Percent(sign: true)),
        new("time", row => row.Ours.Time, Show.Time),
        new("published", row => row.Published?.Error, Show.Percent(sign: true)),
        new("hidden units there", row => row.Published?.Hidden, Show.Whole));

    /// <summary>A row for each epoch; the test error is that after the last.</summary>
    public ResultTable ToCsv() => ResultTable.Of(
        "Epochs",
        models.SelectMany(model => model.Epochs.Select(epoch => (Model: model, Epoch: epoch))),
        new("seed", row => row.Model.Seed),
        new("training", row => row.Model.Settings.Name),
        new("epoch", row => row.Epoch.Epoch),
        new("seconds", row => row.Epoch.Elapsed.TotalSeconds) { CsvFormat = "F3" },
        new("train loss", row => row.Epoch.Train.Loss),
        new("validation loss", row => row.Epoch.Validation!.Loss),
        new("validation error", row => 1 - row.Epoch.Validation!.Accuracy),
        new("test error", row => row.Epoch == row.Model.Epochs[^1] ? row.Model.TestError : null));

    public IEnumerable<Finding> Findings() => [new() { Shown = models.Count > 0 ? ToTable() : null, CsvFile = "classification_rbm.csv", Csv = ToCsv() }];

    public object ToJson() => new
    {
        Models = models.Select(model => new
        {
            model.Seed,
            model.Settings.Name,
            model.Settings.Hidden,
            model.TestError,
            TestLoss = model.Test.Loss,
            model.ValidationError,
            Seconds = model.Time.TotalSeconds,
            Epochs = Curves.Validation(model.Epochs),
        }),
        Published = PublishedClassification.All,
    };

    public IEnumerable<Section> ToSections(RunRecord run, MnistData data) => ClassificationRbmReport.Sections(this, data.Whole);

    public void Dispose()
    {
        foreach (var machine in machines.Values)
            machine.Dispose();
    }
}
