using System.Globalization;
using System.Text;
using DeepBelief.Samples.Mnist.Output;

namespace DeepBelief.Samples.Mnist.Experiments.Likelihood;

/// <summary>A line for each machine as a CSV file, in nats an image; lower and upper are the same where log Z is exact.</summary>
internal static class LikelihoodCsv
{
    public const string FileName = "likelihood.csv";

    /// <summary>Writes the whole file or nothing; returns its path.</summary>
    /// <exception cref="IOException">The file can't be written.</exception>
    public static async Task<string> WriteAsync(string folder, LikelihoodResults results, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, FileName);
        var text = new StringBuilder("seed,hidden,bits,machine,train lower,train upper,test lower,test upper,standard error,training seconds,evaluation seconds\n");
        foreach (var one in results.Machines)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"{one.Seed},{one.Machine.Hidden},{(one.Machine.Bits == Bits.Drawn ? "drawn" : "threshold")},\"{one.Machine.Name}\",{one.Train.Lower:R},{one.Train.Upper:R},{one.Test.Lower:R},{one.Test.Upper:R},{one.Test.StandardError:R},{one.History.Last.Elapsed.TotalSeconds:F3},{one.EvaluationTime.TotalSeconds:F3}\n");
        }

        await OutputFile.WriteAsync(path, text.ToString(), cancellationToken);
        return path;
    }
}
