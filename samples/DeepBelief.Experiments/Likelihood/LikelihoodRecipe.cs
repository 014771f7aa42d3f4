using DeepBelief.Evaluation;
using DeepBelief.Sampling;
using DeepBelief.Training;

namespace DeepBelief.Experiments.Likelihood;

/// <summary>Which machines are trained, and how log Z is estimated where there are too many hidden units to list their states.</summary>
/// <param name="Machines">The machines.</param>
/// <param name="Annealing">How to anneal, without a seed.</param>
/// <param name="MeasuredTrainingRows">Training images whose likelihood is given beside that of the test images.</param>
internal sealed record LikelihoodRecipe(IReadOnlyList<LikelihoodMachine> Machines, AnnealingOptions Annealing, long MeasuredTrainingRows = 10_000)
{
    private static readonly TrainingOptions Small = new()
    {
        Epochs = 50,
        BatchSize = 100,
        LearningRate = Schedule.Linear(0.05, 0.001),
        Optimizer = new SgdSettings { Momentum = 0, WeightDecay = 0 },
        NegativePhase = new PersistentContrastiveDivergence(steps: 1, chains: 100) { Jumps = false, WarmUp = 0 },
        Centering = null,
        Averaging = 0,
        EvaluationRows = 1000,
    };

    private static readonly TrainingOptions SmallCentered = Small with { LearningRate = Schedule.Linear(0.1, 0.001), Centering = new CenteringOptions() };

    private static readonly TrainingOptions Large = Small with
    {
        Epochs = 100,
        LearningRate = Schedule.Linear(0.15, 0.001),
        // With less of it, and at higher rates, machines came out whose estimates rested on a few chains.
        Optimizer = new SgdSettings { Momentum = 0, WeightDecay = 3e-4 },
        // After 60 epochs and with other decays, better than 100 chains by a nat.
        NegativePhase = new PersistentContrastiveDivergence(steps: 1, chains: 300) { Jumps = false, WarmUp = 0 },
        Centering = new CenteringOptions(),
    };

    // Bits that stay as they are can be learned by heart, so not for as long. They are also learned more sharply, hence a
    // lower rate and more decay.
    private static readonly TrainingOptions LargeThreshold = Large with
    {
        Epochs = 60,
        LearningRate = Schedule.Linear(0.1, 0.001),
        Optimizer = new SgdSettings { Momentum = 0, WeightDecay = 5e-4 },
    };

    /// <summary>
    /// The recipe of the experiment. Settings were looked for by the likelihood of the last 10,000 training images under
    /// machines that had learned from the others, and by whether annealing could judge them; those for 500 units lie between
    /// settings that were tried. Here all machines learn from all training images.
    /// </summary>
    public static LikelihoodRecipe Default { get; } = new(
        [
            new("persistent chains", 16, Bits.Threshold, Small) { Published = [PublishedLikelihood.PyDeepPlain16] },
            new("persistent chains, centered", 16, Bits.Threshold, SmallCentered) { Published = [PublishedLikelihood.PyDeepCentered16] },
            new("tempered chains, centered", 16, Bits.Threshold, SmallCentered with { NegativePhase = new ParallelTempering(temperatures: 10, chains: 100) }),
            new("persistent chains, centered", 500, Bits.Drawn, Large) { Published = [PublishedLikelihood.SalakhutdinovMurray] },
            new("persistent chains, centered", 500, Bits.Threshold, LargeThreshold) { Published = [PublishedLikelihood.PyDeepCentered500] },
        ],
        // More chains than by default, as about a tenth of them are effective.
        new AnnealingOptions { Schedule = AnnealingSchedule.Uniform(8000), Chains = 400 });
}

/// <summary>A machine whose likelihood is measured.</summary>
/// <param name="Name">For tables.</param>
/// <param name="Hidden">Number of hidden units.</param>
/// <param name="Bits">What it learns.</param>
/// <param name="Training">How it learns, without a seed.</param>
internal sealed record LikelihoodMachine(string Name, long Hidden, Bits Bits, TrainingOptions Training)
{
    /// <summary>What others have published for as many hidden units and the same kind of bits.</summary>
    public IReadOnlyList<PublishedLikelihood> Published { get; init; } = [];

    /// <summary>For the console, such as <c>500 hidden units, bits drawn, persistent chains</c>.</summary>
    public string Title => $"{Hidden} hidden units, bits {BitImages.Name(Bits)}, {Name}";
}

/// <summary>Test log-likelihoods that others have published.</summary>
/// <param name="Source">Who, and how trained.</param>
/// <param name="Upper">With log Z from annealing forward, or exact; nats an image.</param>
/// <param name="Lower">With log Z from annealing backward; null where there is none.</param>
internal sealed record PublishedLikelihood(string Source, double Upper, double? Lower = null)
{
    /// <summary>500 hidden units, bits drawn.</summary>
    public static PublishedLikelihood SalakhutdinovMurray { get; } = new("Salakhutdinov & Murray 2008, CD-25", -86.34);

    /// <summary>500 hidden units, bits from a half.</summary>
    public static PublishedLikelihood PyDeepCentered500 { get; } = new("PyDeep, centered PCD", -84.86, -96.61);

    /// <summary>16 hidden units, 50 epochs, bits from a half.</summary>
    public static PublishedLikelihood PyDeepPlain16 { get; } = new("PyDeep, PCD", -149.05);

    /// <summary>16 hidden units, 50 epochs, bits from a half.</summary>
    public static PublishedLikelihood PyDeepCentered16 { get; } = new("PyDeep, centered PCD", -142.56);
}
