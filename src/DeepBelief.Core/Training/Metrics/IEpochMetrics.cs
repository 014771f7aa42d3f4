namespace DeepBelief.Training;

/// <summary>What is known of every epoch: <see cref="EpochMetrics"/> of energy models, <see cref="ClassifierMetrics"/> of classifiers.</summary>
public interface IEpochMetrics
{
    /// <summary>The epoch, from 1.</summary>
    int Epoch { get; }

    /// <summary>Its learning rate.</summary>
    double LearningRate { get; }

    /// <summary>Time that the run had trained when the epoch ended.</summary>
    TimeSpan Elapsed { get; }
}
