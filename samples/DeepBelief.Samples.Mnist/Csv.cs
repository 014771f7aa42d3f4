using System.Globalization;
using System.Text;

namespace DeepBelief.Samples.Mnist;

/// <summary>A finished experiment as a CSV file with the original's file name, header and columns.</summary>
internal static class Csv
{
    public static string FileName(Experiment experiment) => experiment switch
    {
        Experiment.Rbm => "RBM_without_pretraining_classifier.csv",
        Experiment.RbmPretrained => "RBM_pretrained_classifier.csv",
        Experiment.Dbn => "DBN_without_pretraining_classifier.csv",
        Experiment.DbnPretrained => "DBN_with_pretraining_classifier.csv",
        Experiment.DbnBinarized => "DBN_with_pretraining_and_input_binarization_classifier.csv",
        _ => throw new ArgumentOutOfRangeException(nameof(experiment), experiment, "Not one of the five experiments."),
    };

    /// <summary>Makes the folder and tries to write there, so that a bad one is known before long training.</summary>
    /// <exception cref="IOException">The folder can't be made or written.</exception>
    public static void PrepareFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            var trial = Path.Combine(folder, $"{Guid.NewGuid():N}.part");
            File.WriteAllBytes(trial, []);
            File.Delete(trial);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"The output folder '{folder}' can't be written: {e.Message}", e);
        }
    }

    /// <summary>Writes the whole file or nothing; returns its path.</summary>
    /// <exception cref="IOException">The file can't be written.</exception>
    public static async Task<string> WriteAsync(
        string folder, Experiment experiment, IReadOnlyList<EpochResult> results, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, FileName(experiment));
        var bytes = Encoding.UTF8.GetBytes(Format(results));
        try
        {
            await AtomicFile.WriteAsync(
                path, (stream, token) => stream.WriteAsync(bytes, token).AsTask(), cancellationToken);
            return path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"'{path}' can't be written: {e.Message}", e);
        }
    }

    private static string Format(IReadOnlyList<EpochResult> results)
    {
        var text = new StringBuilder("epochs,test loss,train loss,test acc,train acc\n");
        foreach (var row in results)
        {
            text.Append(CultureInfo.InvariantCulture, $"{row.Epoch}.0,{row.TestLoss:R},{row.TrainLoss:R},")
                .Append(CultureInfo.InvariantCulture, $"{row.TestAccuracy:R},{row.TrainAccuracy:R}\n");
        }

        return text.ToString();
    }
}
