using DeepBelief.Evaluation;
using DeepBelief.Experiments.ImageSets;
using DeepBelief.Sampling;
using DeepBelief.Training;

namespace DeepBelief.Experiments.DeepLikelihoods;

/// <summary>Which deep models are trained, and how their likelihoods are bounded.</summary>
/// <param name="Network">A deep belief network.</param>
/// <param name="Machine">A deep Boltzmann machine; null: left out.</param>
/// <param name="Annealing">How log Z is estimated, without a seed.</param>
/// <param name="Samples">Hidden states that are drawn for each image, for the network's bound.</param>
/// <param name="ImportanceSamples">As many for importance sampling.</param>
internal sealed record DeepLikelihoodRecipe(
    NetworkRecipe Network, MachineRecipe? Machine, AnnealingOptions Annealing, int Samples, int ImportanceSamples)
{
    private static readonly TrainingOptions Layer = new()
    {
        BatchSize = 100,
        Optimizer = new SgdSettings { Momentum = 0, WeightDecay = 1e-4 },
        NegativePhase = new PersistentContrastiveDivergence(steps: 1, chains: 300),
        Averaging = 0.1,
        EvaluationRows = 1000,
    };

    /// <summary>
    /// The recipe for MNIST. Its rates were looked for by machines that had learned from the first 50,000 training images, and judged
    /// by the other 10,000. Lowest layers of 30 epochs had, with rates from 0.1, 0.25 and 0.5 down, -88.6, -86.2 and -85.8 nats; one
    /// of 100 epochs from 0.4 down -84.5. Above that one, a top layer had -84.9 and -84.3 after 15 epochs from 0.3 and from 0.08 down,
    /// and a deep Boltzmann machine -85.0 after 10 from 0.1 and -84.4 after 15 from 0.03.
    /// </summary>
    public static DeepLikelihoodRecipe Default { get; } = new(
        new(
            [784, 500, 2000],
            Layer with { Epochs = 120, LearningRate = Schedule.Linear(0.4, 0.001) },
            Layer with { Epochs = 40, LearningRate = Schedule.Linear(0.08, 0.001), Optimizer = new SgdSettings { Momentum = 0, WeightDecay = 3e-5 }, Averaging = 0.2 })
        {
            IsTied = true,
            Published =
            [
                new("Salakhutdinov & Murray 2008", -86.22, -85.97),
            ],
        },
        new(
            [784, 500, 1000],
            new()
            {
                Epochs = 20,
                BatchSize = 100,
                LearningRate = Schedule.Linear(0.03, 0.001),
                Optimizer = new SgdSettings { Momentum = 0, WeightDecay = 3e-5 },
                NegativePhase = new PersistentContrastiveDivergence(steps: 1, chains: 300),
                // What is inferred better than this is lost in the noise of the chains.
                MeanField = new() { MostSweeps = 10, Tolerance = 0.01 },
                EvaluationRows = 1000,
            })
        {
            Published = [new("Salakhutdinov & Hinton 2009", -84.62)],
        },
        new AnnealingOptions { Schedule = AnnealingSchedule.Uniform(8000), Chains = 400 },
        Samples: 10,
        ImportanceSamples: 100);

    /// <summary>The recipe for Fashion-MNIST: the same, and nothing published beside it.</summary>
    public static DeepLikelihoodRecipe Fashion { get; } = Default with
    {
        Network = Default.Network with { Published = [] },
        Machine = Default.Machine! with { Published = [] },
    };

    /// <summary>The recipe of the experiment.</summary>
    public static DeepLikelihoodRecipe Of(ImageSet images) => images == ImageSet.Mnist ? Default : Fashion;
}

/// <summary>A deep belief network.</summary>
/// <param name="Sizes">Of its layers, visible first.</param>
/// <param name="Layers">How each learns, lowest first, without seeds.</param>
internal sealed record NetworkRecipe(IReadOnlyList<long> Sizes, params IReadOnlyList<TrainingOptions> Layers)
{
    /// <summary>What others have published for a network of these sizes.</summary>
    public IReadOnlyList<PublishedBound> Published { get; init; } = [];

    /// <summary>Whether each layer above the lowest begins as the one below it, turned over.</summary>
    public bool IsTied { get; init; }

    public string Title => $"deep belief network {string.Join('-', Sizes)}";
}

/// <summary>A deep Boltzmann machine, which begins as the lowest layer of the network, an RBM, with small weights above.</summary>
/// <param name="Sizes">Of its layers, visible first; the first two are the network's.</param>
/// <param name="Training">How all of it learns, without a seed.</param>
internal sealed record MachineRecipe(IReadOnlyList<long> Sizes, DbmTrainingOptions Training)
{
    /// <inheritdoc cref="NetworkRecipe.Published"/>
    public IReadOnlyList<PublishedBound> Published { get; init; } = [];

    public string Title => $"deep Boltzmann machine {string.Join('-', Sizes)}";
}

/// <summary>A lower bound on the log-likelihood of drawn bits of the test images that others have published, with log Z from annealing forward.</summary>
/// <param name="Source">Who.</param>
/// <param name="Bound">Nats an image; the lowest where there are several.</param>
/// <param name="Best">The highest, where there are several.</param>
internal sealed record PublishedBound(string Source, double Bound, double? Best = null);
