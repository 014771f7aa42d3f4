using CsvHelper.Configuration.Attributes;
using DeepBelief.Samples.Mnist.Output;

namespace DeepBelief.Samples.Mnist.Experiments.FewLabels;

/// <summary>A line for each classifier as a CSV file.</summary>
internal static class FewLabelsCsv
{
    public const string FileName = "few_labels.csv";

    /// <summary>Writes the whole file or nothing; returns its path.</summary>
    /// <exception cref="IOException">The file can't be written.</exception>
    public static Task<string> WriteAsync(string folder, FewLabelsResults results, CancellationToken cancellationToken)
    {
        var rows = results.Classifiers.Select(one => new Row(
            one.Seed, one.Labels, one.Draw, one.Start.ToString().ToLowerInvariant(), one.TestAccuracy, one.Time.TotalSeconds));
        return CsvFile.WriteAsync(folder, FileName, rows, cancellationToken);
    }

    private sealed record Row(
        [property: Name("seed")] int Seed,
        [property: Name("labels")] int Labels,
        [property: Name("draw")] int Draw,
        [property: Name("start")] string Start,
        [property: Name("test acc")] double TestAccuracy,
        [property: Name("seconds"), Format("F3")] double Seconds);
}
