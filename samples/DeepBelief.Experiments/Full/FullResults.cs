using DeepBelief.Evaluation;
using DeepBelief.Experiments.Pretraining;
using DeepBelief.Experiments.Running;
using DeepBelief.Samples.Data;
using DeepBelief.Samples.Reporting;
using DeepBelief.Samples.Reporting.Pages;
using DeepBelief.Samples.Reporting.Results;
using DeepBelief.Training;

namespace DeepBelief.Experiments.Full;

/// <summary>A candidate on the training images that are not for validation.</summary>
/// <param name="Settings">The candidate.</param>
/// <param name="Epochs">What was measured after each epoch; the test rows of these are the validation images.</param>
internal sealed record FullTrial(FineTuning Settings, IReadOnlyList<ClassifierMetrics> Epochs)
{
    /// <summary>Validation error after the last epoch, from 0 to 1.</summary>
    public double Error => 1 - Epochs[^1].Validation!.Accuracy;

    /// <summary>Validation loss after the last epoch.</summary>
    public double Loss => Epochs[^1].Validation!.Loss;

    public TimeSpan Time => Epochs[^1].Elapsed;
}

/// <summary>The whole of MNIST with one seed, as far as it came.</summary>
/// <param name="seed">The seed.</param>
/// <param name="pretraining">For each layer, epoch by epoch.</param>
internal sealed class FullResult(int seed, IReadOnlyList<TrainingHistory<EpochMetrics>> pretraining)
{
    private readonly List<FullTrial> trials = [];

    public int Seed => seed;

    /// <summary>For each layer, epoch by epoch.</summary>
    public IReadOnlyList<TrainingHistory<EpochMetrics>> Pretraining => pretraining;

    /// <summary>The candidates that were tried so far.</summary>
    public IReadOnlyList<FullTrial> Trials => trials;

    /// <summary>The trial with the least validation error, and of several, the least validation loss; null before the first.</summary>
    public FullTrial? Best => trials.OrderBy(trial => trial.Error).ThenBy(trial => trial.Loss).FirstOrDefault();

    /// <summary>The best candidate on all training images, epoch by epoch, without a look at the test images. Empty before it is finished.</summary>
    public IReadOnlyList<ClassifierMetrics> Epochs { get; private set; } = [];

    /// <summary>On the test images, once, at the end; null before.</summary>
    public ClassifierScore? Test { get; private set; }

    /// <summary>From 0 to 1; null before the end.</summary>
    public double? TestError => 1 - Test?.Accuracy;

    /// <summary>Pre-training, as long as it took when it was done.</summary>
    public TimeSpan PretrainingTime => pretraining.Aggregate(TimeSpan.Zero, (sum, layer) => sum + layer.Last.Elapsed);

    /// <summary>All trials.</summary>
    public TimeSpan TrialTime => trials.Aggregate(TimeSpan.Zero, (sum, trial) => sum + trial.Time);

    /// <summary>The training on all training images.</summary>
    public TimeSpan TrainingTime => Epochs.Count > 0 ? Epochs[^1].Elapsed : TimeSpan.Zero;

    public void Add(FullTrial trial) => trials.Add(trial);

    public void Finish(IReadOnlyList<ClassifierMetrics> epochs, ClassifierScore test) => (Epochs, Test) = (epochs, test);
}

/// <summary>A test error that others have published, of models that know nothing of images: any order of the pixels would do.</summary>
/// <param name="Model">The model.</param>
/// <param name="Error">Its test error, from 0 to 1.</param>
/// <param name="Source">Where it is from.</param>
internal sealed record PublishedError(string Model, double Error, string Source)
{
    /// <summary>What the result is compared with.</summary>
    public static IReadOnlyList<PublishedError> All { get; } =
    [
        new("DBN, wake-sleep", 0.0125, "Hinton, Osindero and Teh 2006"),
        new("DBN and backpropagation", 0.012, "Hinton and Salakhutdinov 2006"),
        new("DBM and backpropagation", 0.0095, "Salakhutdinov and Hinton 2009"),
        new("DBN with dropout", 0.0092, "Srivastava et al. 2014"),
        new("DBM with dropout", 0.0079, "Srivastava et al. 2014"),
    ];
}

/// <summary>The seeds that have begun, and the classifier of the first.</summary>
internal sealed class FullResults : IExperimentResults
{
    private readonly List<FullResult> seeds = [];

    /// <summary>The last may not be finished.</summary>
    public IReadOnlyList<FullResult> Seeds => seeds;

    /// <summary>The first seed's; null before it is finished.</summary>
    public Classifier? Classifier { get; private set; }

    /// <summary>Test error of the finished seeds, from 0 to 1; null if there are none.</summary>
    public Statistics? TestError => seeds.Select(seed => seed.TestError).OfType<double>().ToList() is { Count: > 0 } errors ? Statistics.Of(errors) : null;

    /// <summary>A new seed, pre-trained.</summary>
    public FullResult Begin(int seed, IReadOnlyList<TrainingHistory<EpochMetrics>> pretraining)
    {
        seeds.Add(new FullResult(seed, pretraining));
        return seeds[^1];
    }

    /// <summary>Takes a classifier over.</summary>
    public void Keep(Classifier classifier)
    {
        if (Classifier is null)
            Classifier = classifier;
        else
            classifier.Dispose();
    }

    /// <summary>The test error of the finished seeds beside published ones.</summary>
    public ResultTable Errors()
    {
        var rows = seeds.Where(seed => seed.TestError is not null).Select(seed => (object?[])
        [
            $"this run, seed {seed.Seed}",
            seed.TestError,
            $"{Numbers.Time(seed.PretrainingTime)} pre-training, {Numbers.Time(seed.TrialTime)} validation, {Numbers.Time(seed.TrainingTime)} fine-tuning",
        ]);
        if (TestError is { StandardDeviation: not null } mean)
            rows = rows.Append([$"mean of {mean.Count} seeds", mean, null]);
        return new(
            "Test error, 60,000 images to train, 10,000 to test",
            ["model", new("test error") { Show = Show.Percent(sign: true) }, "time or source"],
            rows.Concat(PublishedError.All.Select(published => (object?[])[published.Model, published.Error, published.Source])));
    }

    /// <summary>What validation had to choose from.</summary>
    public static ResultTable Choices(FullResult seed) => ResultTable.Of(
        $"Validation, seed {seed.Seed}",
        seed.Trials,
        new("fine-tuning", trial => trial.Settings.Name),
        new("validation error", trial => trial.Error, Show.Percent(sign: true)),
        new("validation loss", trial => trial.Loss, Show.Fixed(4)),
        new("time", trial => trial.Time, Show.Time),
        new("best", trial => trial == seed.Best ? "*" : ""));

    /// <summary>The curves of error against time; times are those of fine-tuning.</summary>
    public ResultTable ToCsv() => new(
        "Error against time",
        ["seed", "run", "epoch", new("seconds") { CsvFormat = "F3" }, "train loss", "validation error", "test error"],
        seeds.SelectMany(seed => seed.Trials
            .SelectMany(trial => trial.Epochs.Select(epoch => Row(seed, trial.Settings.Name, epoch, 1 - epoch.Validation!.Accuracy, null)))
            .Concat(seed.Epochs.Select(epoch => Row(seed, "all training images", epoch, null, epoch == seed.Epochs[^1] ? seed.TestError : null)))));

    public IEnumerable<Finding> Findings()
    {
        foreach (var seed in seeds.Where(seed => seed.Trials.Count > 0))
            yield return new() { Shown = Choices(seed) };
        yield return new() { Shown = TestError is null ? null : Errors(), CsvFile = "full_mnist.csv", Csv = ToCsv() };
    }

    public object ToJson() => new
    {
        TestError,
        Seeds = seeds.Select(seed => new
        {
            seed.Seed,
            PretrainingSeconds = seed.PretrainingTime.TotalSeconds,
            Trials = seed.Trials.Select(trial => new
            {
                trial.Settings,
                ValidationError = trial.Error,
                ValidationLoss = trial.Loss,
                Epochs = Curves.Validation(trial.Epochs),
            }),
            Chosen = seed.Best?.Settings.Name,
            Epochs = ResultTable.Of(
                "Epochs",
                seed.Epochs,
                new("epoch", epoch => epoch.Epoch),
                new("seconds", epoch => epoch.Elapsed.TotalSeconds),
                new("train loss", epoch => epoch.Train.Loss),
                new("train error", epoch => 1 - epoch.Train.Accuracy)),
            seed.TestError,
            TestLoss = seed.Test?.Loss,
        }),
        Published = PublishedError.All,
    };

    public IEnumerable<Section> ToSections(RunRecord run, MnistData data) =>
        FullReport.Sections(this, (run.Options.Experiment as FullExperiment)?.Recipe.Dbn.Sizes, data);

    public void Dispose() => Classifier?.Dispose();

    private static object?[] Row(FullResult seed, string run, ClassifierMetrics epoch, double? validationError, double? testError)
        => [seed.Seed, run, epoch.Epoch, epoch.Elapsed.TotalSeconds, epoch.Train.Loss, validationError, testError];
}
