namespace DeepBelief.Samples.Mnist.Experiments.FewLabels;

/// <summary>Accuracies that others have published.</summary>
/// <param name="Labels">Number of labels.</param>
/// <param name="With">With pre-training, from 0 to 1.</param>
/// <param name="Without">Without, from 0 to 1.</param>
internal sealed record PublishedFewLabels(int Labels, double With, double Without)
{
    public double Gain => With - Without;

    /// <summary>An RBM of 1,024 hidden units, then fine-tuning; and random weights.</summary>
    public static IReadOnlyList<PublishedFewLabels> All { get; } =
    [
        new(100, 0.8170, 0.7602),
        new(1_000, 0.9365, 0.8871),
        new(10_000, 0.9727, 0.9473),
        new(60_000, 0.9873, 0.9820),
    ];
}
