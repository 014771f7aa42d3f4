namespace DeepBelief.Training;

/// <summary>What was measured after an epoch of training a classifier, without dropout.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="LearningRate">Its learning rate.</param>
/// <param name="Train">Loss and accuracy on the training rows.</param>
/// <param name="Test">Loss and accuracy on the test rows; null where there are none.</param>
/// <param name="Elapsed">Time since the run began.</param>
public sealed record ClassifierMetrics(
    int Epoch,
    double LearningRate,
    ClassifierScore Train,
    ClassifierScore? Test,
    TimeSpan Elapsed);
