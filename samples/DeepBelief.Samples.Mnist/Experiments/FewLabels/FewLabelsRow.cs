namespace DeepBelief.Samples.Mnist.Experiments.FewLabels;

/// <summary>Test accuracies at one number of labels, from 0 to 1, over all draws and seeds.</summary>
/// <param name="Labels">The number.</param>
/// <param name="With">With pre-training.</param>
/// <param name="Shuffled">From the pre-trained numbers in random places, trained in the same way.</param>
/// <param name="Without">From random weights with settings of their own.</param>
/// <param name="GainOverShuffled"><paramref name="With"/> less <paramref name="Shuffled"/>, draw by draw.</param>
/// <param name="Gain"><paramref name="With"/> less <paramref name="Without"/>, draw by draw.</param>
internal sealed record FewLabelsRow(
    int Labels, Statistics With, Statistics Shuffled, Statistics Without, Statistics GainOverShuffled, Statistics Gain)
{
    /// <summary>The row of draws that are finished from all three kinds of weights.</summary>
    public static FewLabelsRow Of(int labels, IReadOnlyList<IReadOnlyDictionary<StartingWeights, double>> draws)
    {
        return new(
            labels,
            Accuracy(StartingWeights.Pretrained),
            Accuracy(StartingWeights.Shuffled),
            Accuracy(StartingWeights.Random),
            GainOver(StartingWeights.Shuffled),
            GainOver(StartingWeights.Random));

        Statistics Accuracy(StartingWeights start) => Statistics.Of([.. draws.Select(draw => draw[start])]);

        Statistics GainOver(StartingWeights start) => Statistics.Of([.. draws.Select(draw => draw[StartingWeights.Pretrained] - draw[start])]);
    }
}
