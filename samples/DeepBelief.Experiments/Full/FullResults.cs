using DeepBelief.Evaluation;
using DeepBelief.Experiments.Running;
using DeepBelief.Samples.Data;
using DeepBelief.Samples.Reporting;
using DeepBelief.Samples.Reporting.Models;
using DeepBelief.Samples.Reporting.Pages;
using DeepBelief.Samples.Reporting.Results;
using DeepBelief.Training;
using TorchSharp;

namespace DeepBelief.Experiments.Full;

/// <summary>A candidate on the training images that are not for validation.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Candidate">The candidate.</param>
/// <param name="Epochs">What was measured after each epoch; the test rows of these are the validation images.</param>
/// <param name="PretrainingTime">Of its network, when it was pre-trained.</param>
internal sealed record FullTrial(int Seed, FullCandidate Candidate, IReadOnlyList<ClassifierMetrics> Epochs, TimeSpan PretrainingTime)
{
    /// <summary>Validation error after the last epoch, from 0 to 1.</summary>
    public double Error => 1 - Epochs[^1].Validation!.Accuracy;

    /// <summary>Validation loss after the last epoch.</summary>
    public double Loss => Epochs[^1].Validation!.Loss;

    public TimeSpan Time => Epochs[^1].Elapsed;
}

/// <summary>What was chosen, learning all training images with one seed, as far as it came.</summary>
/// <param name="seed">The seed.</param>
/// <param name="layers">How the pre-training of the layers went.</param>
/// <param name="pretrainingTime">As long as it took when it was done.</param>
internal sealed class FullResult(int seed, IReadOnlyList<LayerHistory> layers, TimeSpan pretrainingTime)
{
    public int Seed => seed;

    /// <summary>How the pre-training of the layers went.</summary>
    public IReadOnlyList<LayerHistory> Layers => layers;

    /// <summary>Epoch by epoch, without a look at the test images. Empty before it is finished.</summary>
    public IReadOnlyList<ClassifierMetrics> Epochs { get; private set; } = [];

    /// <summary>On the test images, once, at the end; null before.</summary>
    public ClassifierScore? Test { get; private set; }

    /// <summary>From 0 to 1; null before the end.</summary>
    public double? TestError => 1 - Test?.Accuracy;

    /// <summary>Pre-training, as long as it took when it was done.</summary>
    public TimeSpan PretrainingTime => pretrainingTime;

    /// <summary>The training on all training images.</summary>
    public TimeSpan TrainingTime => Epochs.Count > 0 ? Epochs[^1].Elapsed : TimeSpan.Zero;

    public void Finish(IReadOnlyList<ClassifierMetrics> epochs, ClassifierScore test) => (Epochs, Test) = (epochs, test);
}

/// <summary>The trials, the seeds that have begun, and the classifier of the first.</summary>
internal sealed class FullResults : IExperimentResults
{
    private readonly List<FullTrial> trials = [];
    private readonly List<FullResult> seeds = [];

    /// <summary>What is done; null before it begins.</summary>
    public FullRecipe? Recipe { get; set; }

    /// <summary>The candidates that were tried so far, with the first seed.</summary>
    public IReadOnlyList<FullTrial> Trials => trials;

    /// <summary>The trial with the least validation error, and of several, the least validation loss; null before the first.</summary>
    public FullTrial? Best => Ranked.FirstOrDefault();

    /// <summary>What was chosen with each seed; the last may not be finished.</summary>
    public IReadOnlyList<FullResult> Seeds => seeds;

    /// <summary>The first seed's; null before it is finished.</summary>
    public Classifier? Classifier { get; private set; }

    /// <summary>What that classifier sees of the test images; null before it is finished.</summary>
    public torch.Tensor? TestInputs { get; private set; }

    /// <summary>Test error of the finished seeds, from 0 to 1; null if there are none.</summary>
    public Statistics? TestError => seeds.Select(seed => seed.TestError).OfType<double>().ToList() is { Count: > 0 } errors ? Statistics.Of(errors) : null;

    /// <summary>Which candidate validation chose, and why: a sentence or two; null before all are tried.</summary>
    public string? Choice
    {
        get
        {
            if (trials.Count == 0 || trials.Count != Recipe?.Candidates.Count)
                return null;
            if (Ranked is not [var best, var next, ..])
                return $"There was one candidate, {trials[0].Candidate.Name}.";
            var chosen = $"Validation chose {best.Candidate.Name}: of {trials.Count} candidates";
            if (best.Error == next.Error)
                return $"{chosen} it has the least error, {Numbers.Percent(best.Error)}, as {next.Candidate.Name} has, and no greater loss, {Numbers.Fixed(best.Loss, 4)} against {Numbers.Fixed(next.Loss, 4)}.";
            var images = Numbers.Whole((long)Math.Round((next.Error - best.Error) * Recipe.ValidationRows));
            return $"{chosen} it has the least error, {Numbers.Percent(best.Error)}; next is {next.Candidate.Name} with {Numbers.Percent(next.Error)}, "
                + $"a difference of {images} of the {Numbers.Whole(Recipe.ValidationRows)} validation images.";
        }
    }

    /// <summary>All trials, with the pre-training of the networks that were not chosen.</summary>
    public TimeSpan TrialTime => trials.Select(trial => trial.Time)
        .Concat(trials.DistinctBy(trial => trial.Candidate.Network).Where(trial => trial.Candidate.Network != Best!.Candidate.Network).Select(trial => trial.PretrainingTime))
        .Aggregate(TimeSpan.Zero, (sum, time) => sum + time);

    private List<FullTrial> Ranked => [.. trials.OrderBy(trial => trial.Error).ThenBy(trial => trial.Loss)];

    public void Add(FullTrial trial) => trials.Add(trial);

    /// <summary>A new seed, pre-trained.</summary>
    public FullResult Begin(int seed, FullStart start) => Begin(new FullResult(seed, start.Layers, start.Time));

    /// <inheritdoc cref="Begin(int, FullStart)"/>
    public FullResult Begin(FullResult seed)
    {
        seeds.Add(seed);
        return seed;
    }

    /// <summary>Takes a classifier over, and what it sees of the test images.</summary>
    public void Keep(Classifier classifier, torch.Tensor testInputs)
    {
        if (Classifier is null)
        {
            (Classifier, TestInputs) = (classifier, testInputs);
        }
        else
        {
            classifier.Dispose();
            testInputs.Dispose();
        }
    }

    /// <summary>The test error of the finished seeds beside published ones.</summary>
    public ResultTable Errors()
    {
        var rows = seeds.Where(seed => seed.TestError is not null).Select(seed => (object?[])
        [
            $"this run, seed {seed.Seed}",
            seed.TestError,
            $"{Numbers.Time(seed.PretrainingTime)} pre-training, {(seed == seeds[0] ? $"{Numbers.Time(TrialTime)} validation, " : "")}{Numbers.Time(seed.TrainingTime)} fine-tuning",
        ]);
        if (TestError is { StandardDeviation: not null } mean)
            rows = rows.Append([$"mean of {mean.Count} seeds", mean, null]);
        return new(
            "Test error, 60,000 images to train, 10,000 to test",
            ["model", new("test error") { Show = Show.Percent(sign: true) }, "time or source"],
            rows.Concat((Recipe?.Published ?? []).Select(published => (object?[])[published.Model, published.Error, published.Source])));
    }

    /// <summary>What validation had to choose from.</summary>
    public ResultTable Choices() => ResultTable.Of(
        "Validation",
        trials,
        new("fine-tuning", trial => trial.Candidate.Name),
        new("network", trial => trial.Candidate.Network.Title),
        new("epochs", trial => trial.Epochs.Count, Show.Whole),
        new("error", trial => trial.Error, Show.Percent(sign: true)),
        new("loss", trial => trial.Loss, Show.Fixed(4)),
        new("time", trial => trial.Time, Show.Time),
        new("pre-training", trial => trial.PretrainingTime, Show.Time),
        new("best", trial => trial == Best ? "*" : ""));

    /// <summary>The curves of error against time; times are those of fine-tuning.</summary>
    public ResultTable ToCsv() => new(
        "Error against time",
        ["seed", "run", "epoch", new("seconds") { CsvFormat = "F3" }, "train loss", "validation error", "test error"],
        trials.SelectMany(trial => trial.Epochs.Select(epoch => Row(trial.Seed, trial.Candidate.Name, epoch, 1 - epoch.Validation!.Accuracy, null)))
            .Concat(seeds.SelectMany(seed => seed.Epochs.Select(epoch => Row(seed.Seed, "all training images", epoch, null, epoch == seed.Epochs[^1] ? seed.TestError : null)))));

    public IEnumerable<Finding> Findings() =>
    [
        new() { Shown = trials.Count > 0 ? Choices() : null, Lines = Choice is { } choice ? [choice] : [] },
        new() { Shown = TestError is null ? null : Errors(), CsvFile = "full.csv", Csv = ToCsv() },
    ];

    public object ToJson() => new
    {
        TestError,
        Trials = trials.Select(trial => new
        {
            trial.Seed,
            Network = trial.Candidate.Network.Title,
            trial.Candidate.Settings,
            ValidationError = trial.Error,
            ValidationLoss = trial.Loss,
            PretrainingSeconds = trial.PretrainingTime.TotalSeconds,
            Epochs = Curves.Validation(trial.Epochs),
        }),
        Chosen = Choice is null ? null : Best?.Candidate.Name,
        Choice,
        Seeds = seeds.Select(seed => new
        {
            seed.Seed,
            PretrainingSeconds = seed.PretrainingTime.TotalSeconds,
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
        Recipe?.Published,
    };

    public IEnumerable<Section> ToSections(RunRecord run, MnistData data) => FullReport.Sections(this, run.Options.Images, data);

    public void Dispose()
    {
        Classifier?.Dispose();
        TestInputs?.Dispose();
    }

    private static object?[] Row(int seed, string run, ClassifierMetrics epoch, double? validationError, double? testError)
        => [seed, run, epoch.Epoch, epoch.Elapsed.TotalSeconds, epoch.Train.Loss, validationError, testError];
}
