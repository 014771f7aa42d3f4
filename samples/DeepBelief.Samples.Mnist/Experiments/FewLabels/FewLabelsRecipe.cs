using DeepBelief.Samples.Mnist.Pretraining;

namespace DeepBelief.Samples.Mnist.Experiments.FewLabels;

/// <summary>How the classifiers of one number of labels are trained.</summary>
/// <param name="Labels">How many, as many of each class; null: all.</param>
/// <param name="Draws">How many random choices of them.</param>
/// <param name="Epochs">Of fine-tuning, for both.</param>
/// <param name="Pretrained">Settings of the network that begins with pre-trained weights.</param>
/// <param name="Random">Settings of the one that begins with random weights.</param>
internal sealed record FewLabelsSize(int? Labels, int Draws, int Epochs, FineTuning Pretrained, FineTuning Random);

/// <summary>How much few labels are worth with and without pre-training.</summary>
/// <param name="Dbn">What is pre-trained; the network with random weights has the same layers.</param>
/// <param name="Rows">What is compared, fewest labels first.</param>
/// <remarks>
/// The settings of both networks, at every size, are those with the best accuracy on the last 10,000 training images, of the
/// same search for both.
/// </remarks>
internal sealed record FewLabelsRecipe(WholeMnistDbn Dbn, IReadOnlyList<FewLabelsSize> Rows)
{
    private static readonly FineTuning With = new("with pre-training", new DropoutRates(Input: 0.2, Hidden: 0.4), LearningRate: 1e-3);
    private static readonly FineTuning Without = new("without pre-training", new DropoutRates(Input: 0.2, Hidden: 0.4), LearningRate: 1e-3);

    /// <summary>The recipe of the experiment.</summary>
    public static FewLabelsRecipe Default { get; } = new(
        WholeMnistDbn.Default,
        [
            new FewLabelsSize(100, 5, 200, With with { BatchSize = 10 }, Without with { BatchSize = 10 }),
            new FewLabelsSize(1_000, 3, 60, With with { BatchSize = 50 }, Without with { BatchSize = 50 }),
            new FewLabelsSize(10_000, 1, 30, With, Without),
            new FewLabelsSize(null, 1, 15, With, Without),
        ]);
}
