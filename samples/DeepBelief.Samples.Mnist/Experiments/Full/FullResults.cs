using DeepBelief.Samples.Mnist.Data;
using DeepBelief.Samples.Mnist.Report.Full;
using DeepBelief.Samples.Reporting.Pages;
using DeepBelief.Training;

namespace DeepBelief.Samples.Mnist.Experiments.Full;

/// <summary>The seeds that have begun, and the classifier of the first.</summary>
internal sealed class FullResults : ExperimentResults
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

    public override object ToJson() => new
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
                Epochs = trial.Epochs.Select(epoch => new
                {
                    epoch.Epoch,
                    Seconds = epoch.Elapsed.TotalSeconds,
                    TrainLoss = epoch.Train.Loss,
                    ValidationLoss = epoch.Validation!.Loss,
                    ValidationError = 1 - epoch.Validation.Accuracy,
                }),
            }),
            Chosen = seed.Best?.Settings.Name,
            Epochs = seed.Epochs.Select(epoch => new
            {
                epoch.Epoch,
                Seconds = epoch.Elapsed.TotalSeconds,
                TrainLoss = epoch.Train.Loss,
                TrainError = 1 - epoch.Train.Accuracy,
            }),
            seed.TestError,
            TestLoss = seed.Test?.Loss,
        }),
        Published = PublishedError.All,
    };

    public override IEnumerable<Section> ToSections(RunRecord run, MnistData data) =>
        FullReport.Sections(this, (run.Options.Experiment as FullExperiment)?.Recipe.Dbn.Sizes, data);

    public override void Dispose() => Classifier?.Dispose();
}
