using DeepBelief.Experiments.Pretraining;
using DeepBelief.Training;

namespace DeepBelief.Experiments.FewLabels;

/// <summary>How the classifiers of one number of labels are trained.</summary>
/// <param name="Labels">How many, as many of each class; null: all.</param>
/// <param name="Draws">How many random choices of them.</param>
/// <param name="BatchSize">Rows of a batch.</param>
/// <param name="Pretrained">From pre-trained weights, and from those shuffled.</param>
/// <param name="Random">From random weights.</param>
internal sealed record FewLabelsSize(int? Labels, int Draws, int BatchSize, FewLabelsArm Pretrained, FewLabelsArm Random)
{
    /// <summary>Shuffled weights have no arm of their own: they are the control of the pre-trained ones.</summary>
    public FewLabelsArm Arm(StartingWeights start) => start == StartingWeights.Random ? Random : Pretrained;
}

/// <summary>How a network is trained at one number of labels.</summary>
/// <param name="Epochs">Of fine-tuning.</param>
/// <param name="Candidates">Settings to choose from; none: those that were chosen for fewer labels.</param>
internal sealed record FewLabelsArm(int Epochs, params IReadOnlyList<FewLabelsCandidate> Candidates);

/// <summary>Settings that validation chooses from.</summary>
/// <param name="FineTuning">How to fine-tune.</param>
/// <param name="Scale">Of the random weights of hidden layers: 1 are those that <c>nn.Linear</c> draws; without meaning for pre-trained ones.</param>
internal sealed record FewLabelsCandidate(FineTuning FineTuning, double Scale = 1);

/// <summary>Learning from labelled and unlabelled images together, by virtual adversarial training of the pre-trained network.</summary>
/// <param name="Labels">How many labels.</param>
/// <param name="Training">How it is trained; without a seed.</param>
/// <param name="EpochsWithout">Passes over the labelled images alone that take about as long.</param>
internal sealed record UnlabelledLesson(int Labels, ClassifierTrainingOptions Training, int EpochsWithout);

/// <summary>How much few labels are worth with and without pre-training.</summary>
/// <param name="Dbn">What is pre-trained; the network with random weights has the same layers.</param>
/// <param name="ValidationRows">The last of the training images, which choose the settings of both networks.</param>
/// <param name="Sizes">What is compared, fewest labels first.</param>
internal sealed record FewLabelsRecipe(WholeMnistDbn Dbn, long ValidationRows, IReadOnlyList<FewLabelsSize> Sizes)
{
    private const double GlorotScale = 1.7;
    private const double SigmoidScale = 4 * GlorotScale;
    private static readonly FineTuning None = new("no dropout", new DropoutRates(), LearningRate: 1e-3);
    private static readonly FineTuning Little = new("little dropout", new DropoutRates(Input: 0.1, Hidden: 0.2), LearningRate: 1e-3);
    private static readonly FineTuning Much = new("dropout", new DropoutRates(Input: 0.2, Hidden: 0.4), LearningRate: 1e-3);
    private static readonly FineTuning Adversarial = Much with { Name = "dropout and adversarial training", AdversarialDistance = 2 };
    private static readonly FineTuning Virtual = None with
    {
        Name = "virtual adversarial training",
        VirtualAdversarial = new() { Distance = 2 },
    };


    /// <summary>
    /// The recipe of the experiment. Random weights are given twice the epochs, for they have farther to go, and more to
    /// choose from: their scale, too. That of Glorot and Bengio 2010 is about 1.7 here, and four times that is often advised
    /// for sigmoid units.
    /// </summary>
    public static FewLabelsRecipe Default { get; } = new(
        WholeMnistDbn.Default,
        ValidationRows: 10_000,
        [
            Choosing(100, draws: 5, batchSize: 20, epochs: 100),
            Choosing(1_000, draws: 3, batchSize: 50, epochs: 40),
            new(
                10_000,
                1,
                100,
                new(20, new(Little), new(Adversarial), new(Virtual)),
                new(40, new(Little, SigmoidScale), new(Adversarial, SigmoidScale), new(Virtual, SigmoidScale))),
            new(null, 1, 100, new(15), new(30)),
        ])
    {
        Unlabelled = [new(100, Smoothing(epochs: 20), EpochsWithout: 8_000)],
    };

    /// <summary>Where unlabelled images are learned from, too, after all draws of that number of labels.</summary>
    public IReadOnlyList<UnlabelledLesson> Unlabelled { get; init; } = [];

    // Without dropout: it would be off in most of the work.
    private static ClassifierTrainingOptions Smoothing(int epochs) => new()
    {
        Epochs = epochs,
        BatchSize = 50,
        LearningRate = Schedule.Linear(1e-3, 1e-3 / epochs),
        EvaluationRows = 100,
        VirtualAdversarial = new() { Distance = 1.6, EntropyWeight = 0.3, BalanceWeight = 0.6, BatchSize = 128 },
    };

    private static FewLabelsSize Choosing(int labels, int draws, int batchSize, int epochs) => new(
        labels,
        draws,
        batchSize,
        new(epochs, new(None), new(Much), new(Adversarial), new(Virtual)),
        new(
            2 * epochs,
            new(None, SigmoidScale),
            new(Much, SigmoidScale),
            new(Much, GlorotScale),
            new(Much with { LearningRate = 3e-3 }, SigmoidScale),
            new(Adversarial, SigmoidScale),
            new(Virtual, SigmoidScale)));
}

/// <summary>What a classifier is trained on, in the order in which the tables have them.</summary>
internal enum Teaching
{
    /// <summary>Labelled images, with the settings and epochs of their number.</summary>
    Labelled,

    /// <summary>Labelled and unlabelled images, by virtual adversarial training.</summary>
    Unlabelled,

    /// <summary>Labelled images for as long as the other takes.</summary>
    Longer,
}

/// <summary>What a classifier begins with, in the order in which the tables have them.</summary>
internal enum StartingWeights
{
    /// <summary>What was learned from the images without their labels.</summary>
    Pretrained,

    /// <summary>
    /// The same numbers in random places, trained in just the same way: against these, pre-training gains by what was learned
    /// and nothing else.
    /// </summary>
    Shuffled,

    /// <summary>Random weights with settings of their own and more epochs: the best that goes without pre-training.</summary>
    Random,
}
