using DeepBelief.Experiments.ImageSets;
using DeepBelief.Experiments.Pretraining;
using DeepBelief.Sampling;
using DeepBelief.Training;

namespace DeepBelief.Experiments.Full;

/// <summary>A way to learn the images, and for how long.</summary>
/// <param name="Network">What the classifier begins as.</param>
/// <param name="Settings">How it is fine-tuned.</param>
/// <param name="TrialEpochs">Epochs of its trial, without the validation images.</param>
/// <param name="Epochs">Epochs on all training images, if it is chosen.</param>
internal sealed record FullCandidate(FullNetwork Network, FineTuning Settings, int TrialEpochs, int Epochs)
{
    public string Name => Settings.Name;
}

/// <summary>How the whole of MNIST, or of another set, is learned.</summary>
/// <param name="ValidationRows">The last of the training images, which choose between the candidates.</param>
/// <param name="Candidates">At least one, of different names; those of the same network share its pre-training.</param>
internal sealed record FullRecipe(long ValidationRows, params IReadOnlyList<FullCandidate> Candidates)
{
    /// <summary>What the result is compared with.</summary>
    public IReadOnlyList<PublishedError> Published { get; init; } = [];

    /// <summary>The recipe for MNIST. All trials have 20 epochs; what is chosen has the fewer epochs, the longer one takes.</summary>
    public static FullRecipe Default { get; } = Create();

    /// <summary>The recipe for Fashion-MNIST: the same, beside what others have sent to the authors of the set, who list it untested.</summary>
    public static FullRecipe Fashion { get; } = Default with
    {
        Published =
        [
            new("perceptron 256-128-64", 0.1, "README of Fashion-MNIST"),
            new("XGBoost", 0.102, "README of Fashion-MNIST"),
        ],
    };

    /// <summary>The recipe of the experiment.</summary>
    public static FullRecipe Of(ImageSet images) => images == ImageSet.Mnist ? Default : Fashion;

    private static FullRecipe Create()
    {
        var belief = new BeliefNetwork(WholeMnistDbn.Default);
        var machine = new BoltzmannNetwork(
            [784, 500, 1000],
            WeightInitialization.Normal(0.01),
            new DbmTrainingOptions
            {
                Epochs = 30,
                BatchSize = 100,
                LearningRate = Schedule.Linear(0.1, 0.001),
                Optimizer = new SgdSettings { Momentum = 0, WeightDecay = 3e-4 },
                NegativePhase = new PersistentContrastiveDivergence(steps: 1, chains: 300),
                MeanField = new() { MostSweeps = 10, Tolerance = 0.01 },
                EvaluationRows = 1000,
            },
            IsAugmented: true);
        var dropout = new FineTuning("dropout", new DropoutRates(Input: 0.2, Hidden: 0.4), LearningRate: 1e-3);
        return new(
            ValidationRows: 10_000,
            new(belief, dropout, TrialEpochs: 20, Epochs: 120),
            new(belief, dropout with { Name = "dropout and adversarial training", AdversarialDistance = 1.5 }, TrialEpochs: 20, Epochs: 60),
            // Dropout is off in most of the work, so there is none.
            new(
                belief,
                new("virtual adversarial training and batch normalization", new DropoutRates(), LearningRate: 1e-3) { VirtualAdversarial = new() { Distance = 4 }, IsNormalized = true },
                TrialEpochs: 20,
                Epochs: 50),
            new(machine, dropout with { Name = "dropout, from a Boltzmann machine" }, TrialEpochs: 20, Epochs: 120))
        {
            Published =
            [
                new("DBN, wake-sleep", 0.0125, "Hinton, Osindero and Teh 2006"),
                new("DBN and backpropagation", 0.012, "Hinton and Salakhutdinov 2006"),
                new("DBM and backpropagation", 0.0095, "Salakhutdinov and Hinton 2009"),
                new("DBN with dropout", 0.0092, "Srivastava et al. 2014"),
                new("DBM with dropout", 0.0079, "Srivastava et al. 2014"),
                new("virtual adversarial training", 0.0064, "Miyato et al. 2015"),
            ],
        };
    }
}

/// <summary>A test error that others have published, of models that know nothing of images: any order of the pixels would do.</summary>
/// <param name="Model">The model.</param>
/// <param name="Error">Its test error, from 0 to 1.</param>
/// <param name="Source">Where it is from.</param>
internal sealed record PublishedError(string Model, double Error, string Source);
