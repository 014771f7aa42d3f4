namespace DeepBelief.Samples.Mnist.Experiments.Tables;

/// <summary>A table as it is written to JSON: mean and standard deviation for each epoch, all seeds, and the original's figures.</summary>
internal static class TableJson
{
    public static object Of(TableResult table) => new
    {
        Name = TableNames.Of(table.Kind),
        Title = ConsoleTable.Title(table.Kind),
        table.Epochs,
        Seeds = table.Seeds.Select(seed => new
        {
            seed.Seed,
            seed.Epochs,
            Pretraining = seed.Pretraining?.Select(layer => layer.Epochs.Select(epoch => new
            {
                epoch.Epoch,
                epoch.LearningRate,
                epoch.ReconstructionError,
                epoch.PseudoLogLikelihood,
                epoch.FreeEnergyGap,
                Seconds = epoch.Elapsed.TotalSeconds,
            })),
        }),
        Original = OriginalResults.Of(table.Kind),
    };
}
