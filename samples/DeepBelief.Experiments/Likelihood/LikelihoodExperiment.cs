using System.Diagnostics;
using DeepBelief.Evaluation;
using DeepBelief.Experiments.Running;
using DeepBelief.Samples.Reporting.Models;
using DeepBelief.Samples.Reporting.Runs;
using TorchSharp;

namespace DeepBelief.Experiments.Likelihood;

/// <summary>What machines have learned, in nats: log-likelihoods of binary MNIST, exact or from both sides.</summary>
internal sealed class LikelihoodExperiment : Experiment<LikelihoodResults>
{
    public override string Name => "likelihood";

    public override string Description => "log-likelihoods of binary MNIST in nats: exact for 16 hidden units, from both sides for 500";

    public override bool TakesProducts => true;

    public LikelihoodRecipe Recipe { get; init; } = LikelihoodRecipe.Default;

    /// <summary>Of scikit-learn's example; null: left out.</summary>
    public DigitsRecipe? Digits { get; init; } = DigitsRecipe.Default;

    protected override void Fill(ExperimentContext context, LikelihoodResults results)
    {
        results.Digits = Digits is null ? null : new DigitsRun(context, Digits).Run();
        foreach (var seed in context.Options.Seeds)
            new LikelihoodRun(context, Recipe, seed).Run(results);
    }
}

/// <summary>Trains and measures the machines with one seed.</summary>
/// <remarks>
/// A machine learns from all training images, its settings being fixed before; the test images are looked at once, by the
/// finished machine. The bits that are measured are the same for all machines and seeds.
/// </remarks>
internal sealed class LikelihoodRun(ExperimentContext context, LikelihoodRecipe recipe, int seed)
{
    private const double InitialDeviation = 0.01;

    /// <summary>Adds what is finished as it goes.</summary>
    public void Run(LikelihoodResults results)
    {
        foreach (var sameBits in recipe.Machines.GroupBy(machine => machine.Bits))
        {
            using var scope = torch.NewDisposeScope();
            var (train, test) = BitImages.Of(context.Data.Whole, sameBits.Key);
            foreach (var machine in sameBits)
                Run(machine, train, test, results);
        }
    }

    private void Run(LikelihoodMachine machine, torch.Tensor train, torch.Tensor test, LikelihoodResults results)
    {
        using var redrawn = machine.Bits == Bits.Drawn ? new RedrawnBits(context.Data.Whole.TrainImages, machine.Training.BatchSize ?? 100, seed) : null;
        var trained = context.Pretrain(Plan(machine, train, redrawn));
        var kept = false;
        try
        {
            results.Add(Measure(machine, trained, train, test));
            kept = results.Keep(new NamedDbn(machine.Title, trained.Dbn));
        }
        finally
        {
            if (!kept)
                trained.Dispose();
        }
    }

    private PretrainingPlan Plan(LikelihoodMachine machine, torch.Tensor train, RedrawnBits? batches) => new(
        machine.Title,
        "likelihood",
        [train.shape[1], machine.Hidden],
        WeightInitialization.Normal(InitialDeviation),
        new DbnTrainingOptions { Layers = [context.Options.WithProducts(machine.Training) with { Seed = seed }], Seed = seed },
        train)
    {
        Batches = batches,
        Making = machine.Bits == Bits.Drawn ? "bits drawn anew in every epoch" : "a bit is on from a half",
    };

    private LikelihoodResult Measure(LikelihoodMachine machine, PretrainedDbn trained, torch.Tensor train, torch.Tensor test)
    {
        var (rbm, history) = (trained.Dbn.Layers[0], trained.Histories[0]);
        var sample = train.narrow(0, 0, Math.Min(recipe.MeasuredTrainingRows, train.shape[0]));
        var clock = Stopwatch.StartNew();
        if (ExactEnumeration.IsPossible(rbm))
        {
            var exact = ExactEnumeration.LogPartition(rbm, context.CancellationToken);
            var time = clock.Elapsed;
            return new(machine, seed, history, Exactly(sample), Exactly(test), time) { LogPartition = exact };

            LikelihoodFigures Exactly(torch.Tensor images) => LikelihoodFigures.Of(LogLikelihood.Evaluate(rbm, images, exact));
        }

        var bracket = context.Output.Stage($"{machine.Title}: annealing", progress => AnnealedImportanceSampling.Bracket(
            rbm, train, recipe.Annealing with { Seed = seed }, new AnnealingBar(progress), context.CancellationToken));
        var annealing = clock.Elapsed;
        return new(machine, seed, history, Between(sample), Between(test), annealing) { Bracket = bracket };

        LikelihoodFigures Between(torch.Tensor images) => LikelihoodFigures.Of(LogLikelihood.Evaluate(rbm, images, bracket));
    }
}
