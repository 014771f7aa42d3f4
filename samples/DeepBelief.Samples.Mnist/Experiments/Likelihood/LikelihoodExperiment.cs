using DeepBelief.Samples.Mnist.Experiments.Likelihood.Digits;

namespace DeepBelief.Samples.Mnist.Experiments.Likelihood;

/// <summary>What machines have learned, in nats: log-likelihoods of binary MNIST, exact or from both sides.</summary>
internal sealed class LikelihoodExperiment : Experiment<LikelihoodResults>
{
    public override string Name => "likelihood";

    public override string Description => "log-likelihoods of binary MNIST in nats: exact for 16 hidden units, from both sides for 500";

    public LikelihoodRecipe Recipe { get; init; } = LikelihoodRecipe.Default;

    /// <summary>Of scikit-learn's example; null: left out.</summary>
    public DigitsRecipe? Digits { get; init; } = DigitsRecipe.Default;

    protected override async Task RunAsync(ExperimentContext context, LikelihoodResults results)
    {
        try
        {
            results.Digits = Digits is null ? null : new DigitsRun(context, Digits).Run();
            foreach (var seed in context.Options.Seeds)
                new LikelihoodRun(context, Recipe, seed).Run(results);
        }
        finally
        {
            if (results.Digits is { } digits)
                context.Output.Result(DigitsTable.Create(digits));
            if (results.Machines.Count > 0)
                context.Output.Result(LikelihoodTable.Create(results));
            foreach (var line in LikelihoodTable.Swaps(results).Concat(LikelihoodTable.Warnings(results)))
                context.Output.Result(line);
            // Not to be cancelled: what is finished is kept.
            if (context.Options.OutputFolder is { } folder)
                context.Output.Note($"Written to {await LikelihoodCsv.WriteAsync(folder, results, CancellationToken.None)}");
        }
    }
}
