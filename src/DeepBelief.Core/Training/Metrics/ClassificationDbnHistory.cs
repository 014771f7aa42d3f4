namespace DeepBelief.Training;

/// <summary>The metrics of a <see cref="ClassificationDbn"/>'s training.</summary>
/// <param name="Layers">Those of each layer below the top; no epochs for a layer without parameters to train, which is skipped.</param>
/// <param name="Top">Those of the top machine, which are the network's: the loss is the mean -log p(y | features).</param>
public sealed record ClassificationDbnHistory(IReadOnlyList<TrainingHistory<EpochMetrics>> Layers, TrainingHistory<ClassifierMetrics> Top);
