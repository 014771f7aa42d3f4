using DeepBelief.Samples.Mnist.Data;

namespace DeepBelief.Samples.Mnist.Experiments.Anomaly;

/// <summary>The free energy as a measure of how strange an image is, to a machine that has seen digits without labels.</summary>
internal sealed class AnomalyExperiment : Experiment<AnomalyResults>
{
    public override string Name => "anomaly";

    public override string Description => "free energy tells digits from noise, displaced pixels and clothes";

    public AnomalyRecipe Recipe { get; init; } = AnomalyRecipe.Default;

    /// <summary>Where the images of clothes are if no option says it; null: they are left out.</summary>
    public string? InstalledFashion { get; init; } = FashionImages.InstalledFolder();

    protected override async Task RunAsync(ExperimentContext context, AnomalyResults results)
    {
        try
        {
            // First, for what is wrong with it is better said before the training.
            using var fashion = (context.Options.FashionFolder ?? InstalledFashion) is { } folder ? FashionImages.Read(folder, context.Options.TorchDevice()) : null;
            if (fashion is null)
                context.Output.Note($"{FashionImages.Name} is left out: --fashion names the folder of its files.");
            foreach (var seed in context.Options.Seeds)
                new AnomalyRun(context, Recipe, seed).Run(results, fashion);
        }
        finally
        {
            if (results.Seeds.Count > 0)
                context.Output.Result(AnomalyTable.Create(results));
            // Not to be cancelled: what is finished is kept.
            if (context.Options.OutputFolder is { } folder)
                context.Output.Note($"Written to {await AnomalyCsv.WriteAsync(folder, results, CancellationToken.None)}");
        }
    }
}
