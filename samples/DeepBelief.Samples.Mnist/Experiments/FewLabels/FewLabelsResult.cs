namespace DeepBelief.Samples.Mnist.Experiments.FewLabels;

/// <summary>One classifier.</summary>
/// <param name="Seed">The seed of the run.</param>
/// <param name="Labels">How many it learned from.</param>
/// <param name="Draw">Which choice of them, from 0.</param>
/// <param name="Pretrained">Whether it began with pre-trained weights.</param>
/// <param name="TestAccuracy">On the test images, once, at the end; from 0 to 1.</param>
/// <param name="Time">Fine-tuning.</param>
internal sealed record FewLabelsResult(int Seed, int Labels, int Draw, bool Pretrained, double TestAccuracy, TimeSpan Time)
{
    /// <summary>What validation chose; null where there was no choice.</summary>
    public FewLabelsCandidate? Settings { get; init; }
}

/// <summary>A row of the table: one number of labels, over all draws and seeds.</summary>
/// <param name="Labels">The number.</param>
/// <param name="With">Test accuracy with pre-training.</param>
/// <param name="Without">Test accuracy without.</param>
/// <param name="Gain">The difference of both, draw by draw.</param>
internal sealed record FewLabelsRow(int Labels, Statistics With, Statistics Without, Statistics Gain);
