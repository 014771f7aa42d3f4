namespace DeepBelief.Samples.Mnist.Experiments.ClassificationRbms;

/// <summary>An RBM that is itself a classifier, trained in the three ways of Larochelle and Bengio 2008.</summary>
internal sealed class ClassificationRbmExperiment : Experiment<ClassificationRbmResults>
{
    public override string Name => "classification-rbm";

    public override string Description => "one RBM over images and labels: generative, discriminative and hybrid training";

    public ClassificationRbmRecipe Recipe { get; init; } = ClassificationRbmRecipe.Default;

    protected override async Task RunAsync(ExperimentContext context, ClassificationRbmResults results)
    {
        try
        {
            foreach (var seed in context.Options.Seeds)
                new ClassificationRbmRun(context, Recipe, seed).Run(results);
        }
        finally
        {
            if (results.Models.Count > 0)
                context.Output.Result(ClassificationRbmTable.Create(results));
            // Not to be cancelled: what is finished is kept.
            if (context.Options.OutputFolder is { } folder)
                context.Output.Note($"Written to {await ClassificationRbmCsv.WriteAsync(folder, results, CancellationToken.None)}");
        }
    }
}
