using System.Diagnostics;
using DeepBelief.Evaluation;
using DeepBelief.Experiments.ImageSets;
using DeepBelief.Experiments.Likelihood;
using DeepBelief.Experiments.Pretraining;
using DeepBelief.Experiments.Running;
using DeepBelief.Samples.Reporting;
using DeepBelief.Samples.Reporting.Runs;
using DeepBelief.Training;
using TorchSharp;

namespace DeepBelief.Experiments.DeepLikelihoods;

/// <summary>What deep models have learned, in nats: lower bounds on the log-likelihoods of binary images, from both sides.</summary>
internal sealed class DeepLikelihoodExperiment : Experiment<DeepLikelihoodResults>
{
    public override string Name => "deep-likelihood";

    public override string Description => "lower bounds on log-likelihoods of binary images, of a deep belief network and a deep Boltzmann machine";

    public override bool TakesAnyImages => true;

    /// <summary>What to do with each set of images.</summary>
    public Func<ImageSet, DeepLikelihoodRecipe> Recipe { get; init; } = DeepLikelihoodRecipe.Of;

    protected override void Fill(ExperimentContext context, DeepLikelihoodResults results)
    {
        var recipe = Recipe(context.Options.Images);
        foreach (var seed in context.Options.Seeds)
            new DeepLikelihoodRun(context, recipe, seed).Run(results);
    }
}

/// <summary>Trains and measures the models with one seed.</summary>
/// <remarks>
/// They learn from all training images, whose bits are drawn anew in every epoch, their settings being fixed before; the test
/// images are looked at once, by the finished models. The bits that are measured are those of the experiment on likelihoods.
/// </remarks>
internal sealed class DeepLikelihoodRun(ExperimentContext context, DeepLikelihoodRecipe recipe, int seed)
{
    private const string Making = "bits drawn anew in every epoch";
    private static readonly WeightInitialization Weights = WeightInitialization.Normal(0.01);

    /// <summary>Adds what is finished as it goes.</summary>
    public void Run(DeepLikelihoodResults results)
    {
        using var scope = torch.NewDisposeScope();
        var (train, test) = BitImages.Of(context.Data.Whole, Bits.Drawn);
        var (lowest, history) = Run(recipe.Network, train, test, results);
        using (lowest)
        {
            if (recipe.Machine is { } machine)
                Run(machine, lowest, history, train, test, results);
        }
    }

    /// <summary>Returns the lowest layer, which the caller owns, and how it was trained.</summary>
    private (Rbm Lowest, TrainingHistory<EpochMetrics> History) Run(NetworkRecipe network, torch.Tensor train, torch.Tensor test, DeepLikelihoodResults results)
    {
        using var batches = Redrawn(network.Layers[0]);
        var trained = context.Pretrain(new PretrainingPlan(
            network.Title,
            "deep-likelihood",
            network.Sizes,
            Weights,
            new DbnTrainingOptions
            {
                Layers = [.. network.Layers.Select(layer => layer with { Seed = seed })],
                // The density is one of states, so the top learns from states; it begins as good as the network without it.
                Inputs = LayerInputs.Samples,
                TiedStart = network.IsTied,
                Seed = seed,
            },
            train)
        {
            Batches = batches,
            Making = Making,
        });
        var lowest = trained.Dbn.Layers[0].Clone();
        Keep(trained.Dbn, results, () =>
        {
            using var scope = torch.NewDisposeScope();
            using var generator = SeededGenerator.For(context.Options.TorchDevice(), seed);
            var features = trained.Dbn.TransformToTop(train, LayerInputs.Samples, generator);
            var clock = Stopwatch.StartNew();
            var bracket = Anneal(network.Title, progress => AnnealedImportanceSampling.Bracket(
                trained.Dbn.TopMachine, features, recipe.Annealing with { Seed = seed }, progress, context.CancellationToken));
            var bound = DeepLogLikelihood.LowerBound(trained.Dbn, test, bracket, recipe.Samples, generator, context.CancellationToken);
            var importance = DeepLogLikelihood.ImportanceSampled(trained.Dbn, test, bracket, recipe.ImportanceSamples, generator, context.CancellationToken);
            return new DeepLikelihoodResult(
                network.Title,
                seed,
                trained.Histories.Sum(history => history.Epochs.Count),
                LikelihoodFigures.Of(bound),
                bracket,
                trained.Time,
                clock.Elapsed)
            {
                Importance = LikelihoodFigures.Of(importance),
                Warning = importance.Warning,
                Published = network.Published,
            };
        });
        return (lowest, trained.Histories[0]);
    }

    private void Run(MachineRecipe machine, Rbm lowest, TrainingHistory<EpochMetrics> below, torch.Tensor train, torch.Tensor test, DeepLikelihoodResults results)
    {
        var options = machine.Training with { Seed = seed };
        using var batches = Redrawn(options);
        var trained = context.Pretrain(new MachinePlan($"{machine.Title}: training", "deep-boltzmann", machine.Sizes, Weights, options, train)
        {
            Batches = batches,
            Making = $"{Making}, begins as the lowest layer of the network",
            Lowest = lowest,
        });
        var dbm = trained.Model;
        Keep(dbm, results, () =>
        {
            var clock = Stopwatch.StartNew();
            var bracket = Anneal(machine.Title, progress => AnnealedImportanceSampling.Bracket(
                dbm, train, recipe.Annealing with { Seed = seed }, progress, context.CancellationToken));
            var bound = LogLikelihood.LowerBound(dbm, test, bracket);
            return new DeepLikelihoodResult(
                machine.Title,
                seed,
                below.Epochs.Count + trained.History.Epochs.Count,
                LikelihoodFigures.Of(bound),
                bracket,
                below.Last.Elapsed + trained.Time,
                clock.Elapsed)
            {
                Published = machine.Published,
            };
        });
    }

    private RedrawnBits Redrawn(TrainingOptions options) => new(context.Data.Whole.TrainImages, options.BatchSize ?? 100, seed);

    private LogPartitionBracket Anneal(string title, Func<IProgress<AnnealingProgress>, LogPartitionBracket> bracket)
        => context.Output.Stage($"{title}: annealing", progress => bracket(new AnnealingBar(progress)));

    /// <summary>Adds a model's figures, and gives it to the results or disposes it.</summary>
    private static void Keep(torch.nn.Module model, DeepLikelihoodResults results, Func<DeepLikelihoodResult> measure)
    {
        var isKept = false;
        try
        {
            var result = measure();
            isKept = results.Add(result, model);
        }
        finally
        {
            if (!isKept)
                model.Dispose();
        }
    }
}
