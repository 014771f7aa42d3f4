using System.Globalization;
using System.Text;
using DeepBelief.Samples.Mnist.Output;

namespace DeepBelief.Samples.Mnist.Experiments.ClassificationRbms;

/// <summary>A line for each epoch as a CSV file; the test error is that after the last.</summary>
internal static class ClassificationRbmCsv
{
    public const string FileName = "classification_rbm.csv";

    /// <summary>Writes the whole file or nothing; returns its path.</summary>
    /// <exception cref="IOException">The file can't be written.</exception>
    public static async Task<string> WriteAsync(string folder, ClassificationRbmResults results, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, FileName);
        await OutputFile.WriteAsync(path, Format(results), cancellationToken);
        return path;
    }

    private static string Format(ClassificationRbmResults results)
    {
        var text = new StringBuilder("seed,training,epoch,seconds,train loss,validation loss,validation error,test error\n");
        foreach (var model in results.Models)
        {
            foreach (var epoch in model.Epochs)
            {
                var test = epoch == model.Epochs[^1] ? model.TestError.ToString("R", CultureInfo.InvariantCulture) : null;
                text.Append(CultureInfo.InvariantCulture, $"{model.Seed},{model.Settings.Name},{epoch.Epoch},{epoch.Elapsed.TotalSeconds:F3},{epoch.Train.Loss:R},{epoch.Test!.Loss:R},{1 - epoch.Test.Accuracy:R},{test}\n");
            }
        }

        return text.ToString();
    }
}
