using System.Globalization;
using DeepBelief.Training;

namespace DeepBelief.Experiments.ClassificationRbms;

/// <summary>Which machines are trained and how; the settings were fixed beforehand, by the validation images.</summary>
/// <param name="ValidationRows">The last of the training images, which are scored after every epoch and not trained on.</param>
/// <param name="Models">At least one, of different names.</param>
internal sealed record ClassificationRbmRecipe(long ValidationRows, params IReadOnlyList<ClassificationRbmSettings> Models)
{
    public static ClassificationRbmRecipe Default { get; } = Create();

    private static ClassificationRbmRecipe Create()
    {
        var weights = WeightInitialization.Normal(0.01);
        var sgd = new SgdSettings { Momentum = Schedule.Switch(0.5, 3, 0.9), WeightDecay = 0 };
        var generative = new ClassificationRbmOptions
        {
            DiscriminativeWeight = 0,
            GenerativeWeight = 1,
            LearningRate = 0.05,
            Optimizer = sgd with { WeightDecay = 2e-4 },
            EvaluationRows = 1000,
        };
        return new(
            ValidationRows: 10_000,
            new(
                ClassificationRbmSettings.Discriminative,
                500,
                WeightInitialization.Normal(0.02),
                new ClassificationRbmOptions { Epochs = 25, GenerativeWeight = 0, LearningRate = Schedule.Linear(0.003, 0.0001), Optimizer = new AdamSettings { WeightDecay = 2e-5 }, EvaluationRows = 1000 }),
            new(
                ClassificationRbmSettings.Hybrid,
                1000,
                weights,
                // Features of digits are learned faster without the discriminative part.
                generative with { Epochs = 5 },
                new ClassificationRbmOptions { Epochs = 14, GenerativeWeight = 0.01, LearningRate = Schedule.Linear(0.5, 0.04), Optimizer = sgd, EvaluationRows = 1000 }),
            new(
                ClassificationRbmSettings.Generative,
                2000,
                weights,
                generative with { Epochs = 15, LearningRate = Schedule.Linear(0.05, 0.0025) }));
    }
}

/// <summary>A way to train a machine.</summary>
/// <param name="Name">What it is called in tables.</param>
/// <param name="Hidden">Number of hidden units.</param>
/// <param name="Weights">How the weights are drawn.</param>
/// <param name="Phases">How it is trained, one after the other, at least one; without seeds.</param>
internal sealed record ClassificationRbmSettings(
    string Name, long Hidden, WeightInitialization Weights, params IReadOnlyList<ClassificationRbmOptions> Phases)
{
    public const string Generative = "generative";
    public const string Discriminative = "discriminative";
    public const string Hybrid = "hybrid";

    public string Title => string.Create(CultureInfo.InvariantCulture, $"Classification RBM, {Hidden:N0} hidden units, {Name}");

    /// <summary>Whether the machine ends as a model of images, too, so that it can draw them.</summary>
    public bool DrawsImages => Phases[^1].GenerativeWeight > 0;
}
