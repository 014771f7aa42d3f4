namespace DeepBelief.Samples.Mnist.Experiments.Full;

/// <summary>The whole of MNIST, 60,000 images to train and 10,000 to test, and the best recipe known here.</summary>
internal sealed class FullExperiment : Experiment<FullResults>
{
    public override string Name => "full";

    public override string Description => "all of MNIST with dropout: settings chosen by validation, one look at the test images";

    public FullRecipe Recipe { get; init; } = FullRecipe.Default;

    protected override async Task RunAsync(ExperimentContext context, FullResults results)
    {
        foreach (var seed in context.Options.Seeds)
        {
            var (result, classifier) = new FullRun(context, Recipe, seed).Run();
            results.Add(result, classifier);
            context.Output.Result(FullTables.Trials(result));
        }

        context.Output.Result(FullTables.Errors(results));
        // Not to be cancelled: what is finished is kept.
        if (context.Options.OutputFolder is { } folder)
            context.Output.Note($"Written to {await FullCsv.WriteAsync(folder, results, CancellationToken.None)}");
    }
}
