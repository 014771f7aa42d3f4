using System.Globalization;
using System.Text;
using DeepBelief.Samples.Mnist.Output;

namespace DeepBelief.Samples.Mnist.Experiments.FewLabels;

/// <summary>A line for each classifier as a CSV file.</summary>
internal static class FewLabelsCsv
{
    public const string FileName = "few_labels.csv";

    /// <summary>Writes the whole file or nothing; returns its path.</summary>
    /// <exception cref="IOException">The file can't be written.</exception>
    public static async Task<string> WriteAsync(string folder, FewLabelsResults results, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, FileName);
        var text = new StringBuilder("seed,labels,draw,start,test acc,seconds\n");
        foreach (var one in results.Classifiers)
            text.Append(CultureInfo.InvariantCulture, $"{one.Seed},{one.Labels},{one.Draw},{Name(one.Start)},{one.TestAccuracy:R},{one.Time.TotalSeconds:F3}\n");
        await OutputFile.WriteAsync(path, text.ToString(), cancellationToken);
        return path;
    }

    private static string Name(StartingWeights start) => start switch
    {
        StartingWeights.Pretrained => "pretrained",
        StartingWeights.Shuffled => "shuffled",
        _ => "random",
    };
}
