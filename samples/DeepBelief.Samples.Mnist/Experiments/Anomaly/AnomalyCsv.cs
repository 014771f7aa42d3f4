using System.Globalization;
using System.Text;
using DeepBelief.Samples.Mnist.Output;

namespace DeepBelief.Samples.Mnist.Experiments.Anomaly;

/// <summary>The areas under the ROC curve as a CSV file.</summary>
internal static class AnomalyCsv
{
    public const string FileName = "anomaly.csv";

    /// <summary>Writes the whole file or nothing; returns its path.</summary>
    /// <exception cref="IOException">The file can't be written.</exception>
    public static async Task<string> WriteAsync(string folder, AnomalyResults results, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, FileName);
        var text = new StringBuilder("seed,images,auroc,mean free energy,mean free energy of digits\n");
        foreach (var seed in results.Seeds)
        {
            foreach (var set in seed.Others)
                text.Append(CultureInfo.InvariantCulture, $"{seed.Seed},\"{set.Name}\",{set.AreaUnderCurve:R},{set.FreeEnergies.Average():R},{seed.Digits.Average():R}\n");
        }

        await OutputFile.WriteAsync(path, text.ToString(), cancellationToken);
        return path;
    }
}
