namespace DeepBelief.Samples.Mnist.Experiments.Full;

/// <summary>The whole of MNIST, 60,000 images to train and 10,000 to test, with dropout.</summary>
internal sealed class FullExperiment : Experiment<FullResults>
{
    public override string Name => "full";

    public override string Description => "all of MNIST with dropout: settings chosen by validation, one look at the test images";

    public FullRecipe Recipe { get; init; } = FullRecipe.Default;

    protected override async Task RunAsync(ExperimentContext context, FullResults results)
    {
        try
        {
            foreach (var seed in context.Options.Seeds)
                new FullRun(context, Recipe, seed).Run(results);
        }
        finally
        {
            foreach (var seed in results.Seeds.Where(seed => seed.Trials.Count > 0))
                context.Output.Result(FullTables.Trials(seed));
            if (results.TestError is not null)
                context.Output.Result(FullTables.Errors(results));
            // Not to be cancelled: what is finished is kept.
            if (context.Options.OutputFolder is { } folder)
                context.Output.Note($"Written to {await FullCsv.WriteAsync(folder, results, CancellationToken.None)}");
        }
    }
}
