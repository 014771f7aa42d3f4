namespace DeepBelief.Samples.Mnist.Experiments.FewLabels;

/// <summary>Where pre-training pays: many images, of which few have labels.</summary>
internal sealed class FewLabelsExperiment : Experiment<FewLabelsResults>
{
    public override string Name => "few-labels";

    public override string Description => "all images to pre-train, 100 to all labels to fine-tune, with and without pre-training";

    public FewLabelsRecipe Recipe { get; init; } = FewLabelsRecipe.Default;

    protected override async Task RunAsync(ExperimentContext context, FewLabelsResults results)
    {
        try
        {
            foreach (var seed in context.Options.Seeds)
                new FewLabelsRun(context, Recipe, seed).Run(results);
        }
        finally
        {
            if (results.Trials.Count > 0)
                context.Output.Result(FewLabelsTable.Trials(results));
            context.Output.Result(FewLabelsTable.Create(results));
            // Not to be cancelled: what is finished is kept.
            if (context.Options.OutputFolder is { } folder)
                context.Output.Note($"Written to {await FewLabelsCsv.WriteAsync(folder, results, CancellationToken.None)}");
        }
    }
}
