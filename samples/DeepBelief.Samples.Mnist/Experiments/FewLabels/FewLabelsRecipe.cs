using DeepBelief.Samples.Mnist.Pretraining;

namespace DeepBelief.Samples.Mnist.Experiments.FewLabels;

/// <summary>How the classifiers of one number of labels are trained.</summary>
/// <param name="Labels">How many, as many of each class; null: all.</param>
/// <param name="Draws">How many random choices of them.</param>
/// <param name="Epochs">Of fine-tuning.</param>
/// <param name="BatchSize">Rows of a batch.</param>
/// <param name="Choose">Whether to choose the settings anew; otherwise they are those of the size before.</param>
internal sealed record FewLabelsSize(int? Labels, int Draws, int Epochs, int BatchSize, bool Choose);

/// <summary>Settings that validation chooses from.</summary>
/// <param name="FineTuning">How to fine-tune.</param>
/// <param name="Scale">Of random weights: 1 are those that <c>nn.Linear</c> draws; without meaning for pre-trained ones.</param>
internal sealed record FewLabelsCandidate(FineTuning FineTuning, double Scale = 1);

/// <summary>How much few labels are worth with and without pre-training.</summary>
/// <param name="Dbn">What is pre-trained; the network with random weights has the same layers.</param>
/// <param name="ValidationRows">The last of the training images, which choose the settings of both networks.</param>
/// <param name="Pretrained">Settings to choose from with pre-training.</param>
/// <param name="Random">Settings to choose from without.</param>
/// <param name="Sizes">What is compared, fewest labels first.</param>
internal sealed record FewLabelsRecipe(
    WholeMnistDbn Dbn,
    long ValidationRows,
    IReadOnlyList<FewLabelsCandidate> Pretrained,
    IReadOnlyList<FewLabelsCandidate> Random,
    IReadOnlyList<FewLabelsSize> Sizes)
{
    private static readonly FineTuning None = new("no dropout", new DropoutRates(), LearningRate: 1e-3);
    private static readonly FineTuning Little = new("little dropout", new DropoutRates(Input: 0.1, Hidden: 0.2), LearningRate: 1e-3);
    private static readonly FineTuning Much = new("dropout", new DropoutRates(Input: 0.2, Hidden: 0.4), LearningRate: 1e-3);

    /// <summary>
    /// The recipe of the experiment. Without pre-training there is more to choose from: the scale of the weights, too. Three
    /// times that of <c>nn.Linear</c> is about what Glorot and Bengio 2010 advise.
    /// </summary>
    public static FewLabelsRecipe Default { get; } = new(
        WholeMnistDbn.Default,
        ValidationRows: 10_000,
        [new(None), new(Little), new(Much), new(Much with { LearningRate = 3e-4 })],
        [new(None, 3), new(Little, 3), new(Much, 3), new(Much), new(Much with { LearningRate = 3e-3 }, 3)],
        [
            new FewLabelsSize(100, Draws: 5, Epochs: 200, BatchSize: 20, Choose: true),
            new FewLabelsSize(1_000, Draws: 3, Epochs: 60, BatchSize: 50, Choose: true),
            new FewLabelsSize(10_000, Draws: 1, Epochs: 20, BatchSize: 100, Choose: true),
            new FewLabelsSize(null, Draws: 1, Epochs: 12, BatchSize: 100, Choose: false),
        ]);
}
