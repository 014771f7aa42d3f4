using DeepBelief.Experiments.ImageSets;
using DeepBelief.Experiments.Pretraining;
using DeepBelief.Sampling;
using DeepBelief.Training;

namespace DeepBelief.Experiments.GenerativeClassifiers;

/// <summary>The network, how it learns, and what it draws; the settings were fixed beforehand, by the validation images.</summary>
/// <param name="Sizes">Of the layers without labels, visible first; the last are the units above features and labels.</param>
/// <param name="Weights">How the weights are drawn.</param>
/// <param name="Greedy">How the layers learn one after the other, the top with labels: options for each of them; without seeds.</param>
/// <param name="UpDown">How all of them learn together, phase after phase, with untied weights; without seeds. None: they do not.</param>
/// <param name="ValidationRows">The last of the training images, which are scored after every epoch and not learned; 0: all are learned.</param>
/// <param name="Judge">The classifier that looks at what is drawn.</param>
/// <param name="Draws">What is drawn.</param>
internal sealed record GenerativeClassifierRecipe(
    IReadOnlyList<long> Sizes,
    WeightInitialization Weights,
    ClassificationDbnOptions Greedy,
    IReadOnlyList<UpDownOptions> UpDown,
    long ValidationRows,
    JudgeRecipe Judge,
    DrawingRecipe Draws)
{
    /// <summary>What the test errors are compared with.</summary>
    public IReadOnlyList<PublishedGenerative> Published { get; init; } = [];

    /// <summary>The recipe for MNIST: the network of Hinton, Osindero and Teh 2006, with a discriminative part in its up-down.</summary>
    public static GenerativeClassifierRecipe Default { get; } = Create();

    /// <summary>The recipe for Fashion-MNIST: the same, and nothing published beside it.</summary>
    public static GenerativeClassifierRecipe Fashion { get; } = Default with { Published = [] };

    /// <summary>Such as <c>784-500-500-2000</c>.</summary>
    public string Layers => string.Join('-', Sizes);

    /// <summary>The recipe of the experiment.</summary>
    public static GenerativeClassifierRecipe Of(ImageSet images) => images == ImageSet.Mnist ? Default : Fashion;

    private static GenerativeClassifierRecipe Create()
    {
        var sgd = new SgdSettings { Momentum = Schedule.Switch(0.5, 6, 0.9), WeightDecay = 2e-4 };
        var layer = new TrainingOptions
        {
            Epochs = 40,
            BatchSize = 100,
            LearningRate = Schedule.Linear(0.1, 0.01),
            Optimizer = sgd,
            NegativePhase = new ContrastiveDivergence(),
            Centering = null,
            Averaging = 0,
            EvaluationRows = 1000,
        };
        return new(
            [784, 500, 500, 2000],
            WeightInitialization.Normal(0.01),
            new ClassificationDbnOptions
            {
                Layers = [layer, layer],
                Top = new()
                {
                    Epochs = 60,
                    BatchSize = 100,
                    DiscriminativeWeight = 0,
                    GenerativeWeight = 1,
                    LearningRate = Schedule.Linear(0.05, 0.01),
                    Optimizer = sgd,
                    EvaluationRows = 1000,
                },
            },
            [
                new()
                {
                    Epochs = 40,
                    BatchSize = 100,
                    LearningRate = Schedule.Linear(0.03, 0.0015),
                    NegativePhase = new ContrastiveDivergence(3),
                    DiscriminativeWeight = 60,
                    Dropout = new(Input: 0.1, Hidden: 0.3),
                    EvaluationRows = 1000,
                },
            ],
            ValidationRows: 0,
            new(WholeMnistDbn.Default, new("dropout", new DropoutRates(Input: 0.2, Hidden: 0.4), LearningRate: 1e-3), Epochs: 40),
            new(PerClass: 100, Steps: 1000))
        {
            Published =
            [
                new(GenerativeResult.Greedy, 0.0249),
                new(GenerativeResult.UpDown, 0.0125),
            ],
        };
    }
}

/// <summary>A classifier that knows nothing of the network whose images it looks at, but has learned from the same training images.</summary>
/// <param name="Dbn">What is pre-trained.</param>
/// <param name="FineTuning">How it is fine-tuned.</param>
/// <param name="Epochs">Of fine-tuning.</param>
internal sealed record JudgeRecipe(WholeMnistDbn Dbn, FineTuning FineTuning, int Epochs);

/// <summary>Images that are drawn by class.</summary>
/// <param name="PerClass">How many of each.</param>
/// <param name="Steps">Gibbs steps of the top machine for each, with the label held.</param>
internal sealed record DrawingRecipe(int PerClass, int Steps);

/// <summary>
/// A test error that Hinton, Osindero and Teh 2006 have published (section 6.1), after greedy training with 44,000 images, and after
/// up-down with all 60,000.
/// </summary>
/// <param name="Training">The stage of training after which it was measured.</param>
/// <param name="Error">From 0 to 1.</param>
internal sealed record PublishedGenerative(string Training, double Error)
{
    public const string Source = "Hinton, Osindero and Teh 2006";
}
