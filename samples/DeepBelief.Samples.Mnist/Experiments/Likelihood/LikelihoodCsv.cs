using CsvHelper.Configuration.Attributes;
using DeepBelief.Samples.Mnist.Output;

namespace DeepBelief.Samples.Mnist.Experiments.Likelihood;

/// <summary>A line for each machine as a CSV file, in nats an image; lower and upper are the same where log Z is exact.</summary>
internal static class LikelihoodCsv
{
    public const string FileName = "likelihood.csv";

    /// <summary>Writes the whole file or nothing; returns its path.</summary>
    /// <exception cref="IOException">The file can't be written.</exception>
    public static Task<string> WriteAsync(string folder, LikelihoodResults results, CancellationToken cancellationToken)
    {
        var rows = results.Machines.Select(one => new Row(
            one.Seed,
            one.Machine.Hidden,
            one.Machine.Bits.ToString().ToLowerInvariant(),
            one.Machine.Name,
            one.Train.Lower,
            one.Train.Upper,
            one.Test.Lower,
            one.Test.Upper,
            one.Test.StandardError,
            one.History.Last.Elapsed.TotalSeconds,
            one.EvaluationTime.TotalSeconds));
        return CsvFile.WriteAsync(folder, FileName, rows, cancellationToken);
    }

    private sealed record Row(
        [property: Name("seed")] int Seed,
        [property: Name("hidden")] long Hidden,
        [property: Name("bits")] string Bits,
        [property: Name("machine")] string Machine,
        [property: Name("train lower")] double TrainLower,
        [property: Name("train upper")] double TrainUpper,
        [property: Name("test lower")] double TestLower,
        [property: Name("test upper")] double TestUpper,
        [property: Name("standard error")] double StandardError,
        [property: Name("training seconds"), Format("F3")] double TrainingSeconds,
        [property: Name("evaluation seconds"), Format("F3")] double EvaluationSeconds);
}
