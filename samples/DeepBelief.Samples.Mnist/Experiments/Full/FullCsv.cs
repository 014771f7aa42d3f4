using System.Globalization;
using System.Text;
using DeepBelief.Samples.Mnist.Output;

namespace DeepBelief.Samples.Mnist.Experiments.Full;

/// <summary>The curves of error against time as a CSV file. Times are those of fine-tuning, in seconds.</summary>
internal static class FullCsv
{
    public const string FileName = "full_mnist.csv";

    /// <summary>Writes the whole file or nothing; returns its path.</summary>
    /// <exception cref="IOException">The file can't be written.</exception>
    public static async Task<string> WriteAsync(string folder, FullResults results, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, FileName);
        await OutputFile.WriteAsync(path, Format(results), cancellationToken);
        return path;
    }

    private static string Format(FullResults results)
    {
        var text = new StringBuilder("seed,run,epoch,seconds,train loss,validation error,test error\n");
        foreach (var seed in results.Seeds)
        {
            foreach (var trial in seed.Trials)
            {
                foreach (var epoch in trial.Epochs)
                    text.Append(CultureInfo.InvariantCulture, $"{seed.Seed},{trial.Settings.Name},{epoch.Epoch},{epoch.Elapsed.TotalSeconds:F3},{epoch.Train.Loss:R},{1 - epoch.Test!.Accuracy:R},\n");
            }

            foreach (var epoch in seed.Epochs)
            {
                var test = epoch == seed.Epochs[^1] ? seed.TestError?.ToString("R", CultureInfo.InvariantCulture) : null;
                text.Append(CultureInfo.InvariantCulture, $"{seed.Seed},all training images,{epoch.Epoch},{epoch.Elapsed.TotalSeconds:F3},{epoch.Train.Loss:R},,{test}\n");
            }
        }

        return text.ToString();
    }
}
