namespace DeepBelief.Samples.Mnist.Experiments.FewLabels;

/// <summary>One classifier.</summary>
/// <param name="Seed">The seed of the run.</param>
/// <param name="Labels">How many it learned from.</param>
/// <param name="Draw">Which choice of them, from 0.</param>
/// <param name="Start">What it began with.</param>
/// <param name="TestAccuracy">On the test images, once, at the end; from 0 to 1.</param>
/// <param name="Time">Fine-tuning.</param>
internal sealed record FewLabelsResult(int Seed, int Labels, int Draw, StartingWeights Start, double TestAccuracy, TimeSpan Time)
{
    /// <summary>What validation chose; null where there was no choice.</summary>
    public FewLabelsCandidate? Settings { get; init; }
}
