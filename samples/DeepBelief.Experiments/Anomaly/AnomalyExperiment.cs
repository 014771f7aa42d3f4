using DeepBelief.Evaluation;
using DeepBelief.Experiments.ImageSets;
using DeepBelief.Experiments.Running;
using DeepBelief.Samples.Reporting.Runs;
using DeepBelief.Sampling;
using DeepBelief.Training;
using TorchSharp;

namespace DeepBelief.Experiments.Anomaly;

/// <summary>The free energy as a measure of how strange an image is, to a machine that has seen digits without labels.</summary>
internal sealed class AnomalyExperiment : Experiment<AnomalyResults>
{
    public override string Name => "anomaly";

    public override string Description => "free energy tells digits from noise, displaced pixels and clothes";

    public AnomalyRecipe Recipe { get; init; } = AnomalyRecipe.Default;

    /// <summary>Where the images of clothes are if no option says it; null: they are left out.</summary>
    public string? InstalledFashion { get; init; } = FashionImages.InstalledFolder();

    protected override void Fill(ExperimentContext context, AnomalyResults results)
    {
        // First, for what is wrong with it is better said before the training.
        using var fashion = (context.Options.FashionFolder ?? InstalledFashion) is { } folder ? FashionImages.Read(folder, context.Options.TorchDevice()) : null;
        if (fashion is null)
            context.Output.Note($"{FashionImages.Name} is left out: --fashion names the folder of its files.");
        foreach (var seed in context.Options.Seeds)
            new AnomalyRun(context, Recipe, seed).Run(results, fashion);
    }
}

/// <summary>The machine whose free energy is the score.</summary>
/// <param name="Hidden">Number of hidden units.</param>
/// <param name="Weights">How the weights are drawn.</param>
/// <param name="Training">How it is trained; without a seed.</param>
internal sealed record AnomalyRecipe(long Hidden, WeightInitialization Weights, TrainingOptions Training)
{
    /// <summary>Persistent chains, which reach what is far from the data and make it unlikely; the learning rate falls, as they ask for.</summary>
    public static AnomalyRecipe Default { get; } = new(
        500,
        WeightInitialization.Normal(0.01),
        new TrainingOptions
        {
            Epochs = 15,
            BatchSize = 100,
            LearningRate = Schedule.Linear(0.05, 0.005),
            Optimizer = new SgdSettings { Momentum = 0.5, WeightDecay = 1e-4 },
            NegativePhase = new PersistentContrastiveDivergence(1, 100) { Jumps = false, WarmUp = 0 },
            Centering = null,
            Averaging = 0,
            EvaluationRows = 1000,
        });

    /// <summary>Training without labels.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="images">All training images.</param>
    public PretrainingPlan Plan(int seed, torch.Tensor images)
    {
        var training = Training with { Seed = seed };
        return new(
            $"RBM {images.shape[1]}-{Hidden}",
            "anomaly",
            [images.shape[1], Hidden],
            Weights,
            new DbnTrainingOptions { Layers = [training], Seed = seed },
            images);
    }
}

/// <summary>Trains a machine of one seed on digits, and scores digits that it has not seen and images that are none.</summary>
internal sealed class AnomalyRun(ExperimentContext context, AnomalyRecipe recipe, int seed)
{
    private const long BatchSize = 1000;

    /// <summary>Adds the result when it is finished.</summary>
    /// <param name="results">Where to.</param>
    /// <param name="fashion">Images of clothes, <c>[rows, 784]</c>; null where there are none.</param>
    public void Run(AnomalyResults results, torch.Tensor? fashion)
    {
        using var pretrained = context.Pretrain(recipe.Plan(seed, context.Data.Whole.TrainImages));
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var rbm = pretrained.Dbn.Layers[0];
        var digits = context.Data.Whole.TestImages;
        var known = FreeEnergies(rbm, digits);
        var others = new List<AnomalySet>();
        foreach (var (name, images) in StrangeImages.Of(digits, seed))
            Add(name, images);
        if (fashion is not null)
            Add(FashionImages.Name, fashion);
        results.Add(new AnomalyResult(seed, Values(known), others, pretrained.Time));

        void Add(string name, torch.Tensor images)
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            using var energies = FreeEnergies(rbm, images);
            others.Add(new(name, Values(energies), AnomalyScore.RocAuc(known, energies)));
        }
    }

    private static float[] Values(torch.Tensor energies)
    {
        using var here = energies.cpu();
        return here.data<float>().ToArray();
    }

    // In batches: the hidden units of all images at once would be large.
    private static torch.Tensor FreeEnergies(Rbm rbm, torch.Tensor images)
        => torch.cat([.. images.split(BatchSize, 0).Select(rbm.FreeEnergy)]);
}
