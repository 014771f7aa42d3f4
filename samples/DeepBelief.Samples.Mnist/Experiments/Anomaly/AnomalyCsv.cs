using CsvHelper.Configuration.Attributes;
using DeepBelief.Samples.Mnist.Output;

namespace DeepBelief.Samples.Mnist.Experiments.Anomaly;

/// <summary>The areas under the ROC curve as a CSV file.</summary>
internal static class AnomalyCsv
{
    public const string FileName = "anomaly.csv";

    /// <summary>Writes the whole file or nothing; returns its path.</summary>
    /// <exception cref="IOException">The file can't be written.</exception>
    public static Task<string> WriteAsync(string folder, AnomalyResults results, CancellationToken cancellationToken)
    {
        var rows =
            from seed in results.Seeds
            from set in seed.Others
            select new Row(seed.Seed, set.Name, set.RocAuc, set.FreeEnergies.Average(), seed.Digits.Average());
        return CsvFile.WriteAsync(folder, FileName, rows, cancellationToken);
    }

    private sealed record Row(
        [property: Name("seed")] int Seed,
        [property: Name("images")] string Images,
        [property: Name("auroc")] double RocAuc,
        [property: Name("mean free energy")] float FreeEnergy,
        [property: Name("mean free energy of digits")] float FreeEnergyOfDigits);
}
