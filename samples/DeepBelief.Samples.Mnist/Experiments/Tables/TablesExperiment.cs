namespace DeepBelief.Samples.Mnist.Experiments.Tables;

/// <summary>The original's comparison: five epochs of fine-tuning with and without pre-training, as five tables, and two controls.</summary>
internal sealed class TablesExperiment : Experiment<TablesResults>
{
    public override string Name => "tables";

    public override string Description => "the original's five tables, with and without pre-training, and two controls";

    protected override async Task RunAsync(ExperimentContext context, TablesResults results)
    {
        var options = context.Options;
        try
        {
            foreach (var (index, seed) in options.Seeds.Index())
            {
                // Those of the first seed stay, for the report.
                using var others = index == 0 ? null : new TablesModels();
                var run = new TablesRun(context, seed, others ?? results.Models);
                foreach (var kind in options.Tables)
                {
                    results.Add(kind, run.Run(kind));
                    if (options.Seeds.Count == 1)
                        await ShowAsync(results[kind]!);
                }
            }
        }
        finally
        {
            if (options.Seeds.Count > 1)
            {
                foreach (var table in results.Tables)
                    await ShowAsync(table);
            }
        }

        async Task ShowAsync(TableResult table)
        {
            context.Output.Result(ConsoleTable.Create(table));
            // Not to be cancelled: what is finished is kept.
            if (options.OutputFolder is { } folder)
                context.Output.Note($"Written to {await Csv.WriteAsync(folder, table, CancellationToken.None)}");
        }
    }
}
