namespace DeepBelief.Samples.Mnist.Experiments.Full;

/// <summary>The seeds that are finished, and the classifier of the first.</summary>
internal sealed class FullResults : ExperimentResults
{
    private readonly List<FullResult> seeds = [];

    public IReadOnlyList<FullResult> Seeds => seeds;

    /// <summary>The first seed's; null before it is finished.</summary>
    public Classifier? Classifier { get; private set; }

    /// <summary>Test error, from 0 to 1; there must be a seed.</summary>
    public Statistics TestError => Statistics.Of([.. seeds.Select(seed => seed.TestError)]);

    /// <summary>Takes the classifier over.</summary>
    public void Add(FullResult seed, Classifier classifier)
    {
        seeds.Add(seed);
        if (Classifier is null)
            Classifier = classifier;
        else
            classifier.Dispose();
    }

    public override object ToJson() => new
    {
        TestError = seeds.Count == 0 ? null : TestError,
        Seeds = seeds.Select(seed => new
        {
            seed.Seed,
            PretrainingSeconds = seed.PretrainingTime.TotalSeconds,
            Trials = seed.Trials.Select(trial => new
            {
                trial.Settings,
                ValidationError = trial.Error,
                ValidationLoss = trial.Loss,
                Curve = trial.Epochs.Select(epoch => new { epoch.Epoch, Seconds = epoch.Elapsed.TotalSeconds, ValidationError = 1 - epoch.Test!.Accuracy, ValidationLoss = epoch.Test.Loss, TrainLoss = epoch.Train.Loss }),
            }),
            Chosen = seed.Chosen.Settings.Name,
            Curve = seed.Epochs.Select(epoch => new { epoch.Epoch, Seconds = epoch.Elapsed.TotalSeconds, TrainLoss = epoch.Train.Loss, TrainError = 1 - epoch.Train.Accuracy }),
            seed.TestError,
            TestLoss = seed.Test.Loss,
        }),
        Published = PublishedErrors.All,
    };

    public override void Dispose() => Classifier?.Dispose();
}
