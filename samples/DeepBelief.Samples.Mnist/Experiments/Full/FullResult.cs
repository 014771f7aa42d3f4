using DeepBelief.Evaluation;
using DeepBelief.Training;

namespace DeepBelief.Samples.Mnist.Experiments.Full;

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
