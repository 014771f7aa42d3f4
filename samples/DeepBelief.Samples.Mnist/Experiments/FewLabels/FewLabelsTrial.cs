namespace DeepBelief.Samples.Mnist.Experiments.FewLabels;

/// <summary>Settings that were tried on training images without those for validation.</summary>
/// <param name="Seed">The seed of the run.</param>
/// <param name="Labels">How many labels were learned from.</param>
/// <param name="Start">Pre-trained or random weights; shuffled ones have no choice of their own.</param>
/// <param name="Settings">The settings.</param>
/// <param name="ValidationAccuracy">On the validation images, from 0 to 1.</param>
internal sealed record FewLabelsTrial(int Seed, int Labels, StartingWeights Start, FewLabelsCandidate Settings, double ValidationAccuracy);
