namespace DeepBelief.Samples.Mnist.Experiments.Tables;

/// <summary>One row of a table: how a classifier does after an epoch of fine-tuning, counted from 1.</summary>
internal sealed record EpochResult(
    int Epoch, double TestLoss, double TrainLoss, double TestAccuracy, double TrainAccuracy);
