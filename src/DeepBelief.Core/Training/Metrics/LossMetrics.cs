namespace DeepBelief.Training;

/// <summary>The metrics of a network after an epoch, evaluated without dropout.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="LearningRate">Its learning rate.</param>
/// <param name="Train">Mean loss of the training rows.</param>
/// <param name="Validation">Mean loss of the validation rows; null if there are none.</param>
/// <param name="Elapsed">Time that the run had trained when the epoch ended.</param>
public sealed record LossMetrics(
    int Epoch,
    double LearningRate,
    double Train,
    double? Validation,
    TimeSpan Elapsed) : IEpochMetrics, ISavedMetrics<LossMetrics>
{
    IEnumerable<(string Name, double? Value)> IEpochMetrics.Numbers => [("train_loss", Train), ("validation_loss", Validation)];

    static LossMetrics ISavedMetrics<LossMetrics>.From(int epoch, double learningRate, TimeSpan elapsed, IReadOnlyDictionary<string, double?> numbers)
        => new(epoch, learningRate, numbers.GetValueOrDefault("train_loss") ?? double.NaN, numbers.GetValueOrDefault("validation_loss"), elapsed);
}
