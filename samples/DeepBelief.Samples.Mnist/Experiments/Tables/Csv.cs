using CsvHelper.Configuration.Attributes;
using DeepBelief.Samples.Mnist.Output;

namespace DeepBelief.Samples.Mnist.Experiments.Tables;

/// <summary>A table as a CSV file with the original's file name, header and columns.</summary>
internal static class Csv
{
    public static string FileName(TableKind kind) => kind switch
    {
        TableKind.Rbm => "RBM_without_pretraining_classifier.csv",
        TableKind.RbmPretrained => "RBM_pretrained_classifier.csv",
        TableKind.Dbn => "DBN_without_pretraining_classifier.csv",
        TableKind.DbnPretrained => "DBN_with_pretraining_classifier.csv",
        TableKind.DbnBinarized => "DBN_with_pretraining_and_input_binarization_classifier.csv",
        TableKind.RbmControl => "RBM_control_classifier.csv",
        TableKind.DbnControl => "DBN_control_classifier.csv",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not one of the tables."),
    };

    /// <summary>Writes the whole file or nothing; returns its path.</summary>
    /// <exception cref="IOException">The file can't be written.</exception>
    public static Task<string> WriteAsync(string folder, TableResult table, CancellationToken cancellationToken)
    {
        var rows =
            from seed in table.Seeds
            from epoch in seed.Epochs
            select new SeedRow(seed.Seed, new(epoch.Epoch, epoch.TestLoss, epoch.TrainLoss, epoch.TestAccuracy, epoch.TrainAccuracy));
        return table.Seeds.Count > 1
            ? CsvFile.WriteAsync(folder, FileName(table.Kind), rows, cancellationToken)
            : CsvFile.WriteAsync(folder, FileName(table.Kind), rows.Select(row => row.Row), cancellationToken);
    }

    private sealed record Row(
        [property: Name("epochs"), Format("0.0")] int Epoch,
        [property: Name("test loss")] double TestLoss,
        [property: Name("train loss")] double TrainLoss,
        [property: Name("test acc")] double TestAccuracy,
        [property: Name("train acc")] double TrainAccuracy);

    // Several seeds have a column of their own, before the original's.
    private sealed record SeedRow([property: Name("seed")] int Seed, Row Row);
}
