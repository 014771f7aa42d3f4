using DeepBelief.Training;

namespace DeepBelief.Samples.Mnist.Report.Models;

/// <summary>How the training of a layer went.</summary>
/// <param name="Name">What to call the layer.</param>
/// <param name="VisibleSize">Number of its visible units.</param>
/// <param name="History">Epoch by epoch.</param>
internal sealed record LayerHistory(string Name, long VisibleSize, TrainingHistory<EpochMetrics> History);
