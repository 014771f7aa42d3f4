using System.Globalization;
using Spectre.Console;

namespace DeepBelief.Samples.Mnist.Experiments.Likelihood;

/// <summary>Log-likelihoods for the console, the published ones below ours.</summary>
internal static class LikelihoodTable
{
    public static Table Create(LikelihoodResults results)
    {
        var table = new Table { Title = new TableTitle("Log-likelihood of binary MNIST, nats an image"), Border = TableBorder.Rounded };
        foreach (var column in (string[])["hidden", "bits", "machine", "train", "test", "± s.e.", "log Z", "time"])
            table.AddColumn(new TableColumn(column).NoWrap());
        foreach (var one in results.Machines)
        {
            table.AddRow(
                one.Machine.Hidden.ToString(CultureInfo.InvariantCulture),
                BitImages.Name(one.Machine.Bits),
                results.Machines.Any(other => other.Seed != one.Seed) ? $"{one.Machine.Name}, seed {one.Seed}" : one.Machine.Name,
                Text(one.Train), Text(one.Test), Number(one.Test.StandardError),
                LogPartition(one),
                string.Create(CultureInfo.InvariantCulture, $"{(one.History.Last.Elapsed + one.EvaluationTime).TotalSeconds:F0} s"));
            foreach (var published in one.Machine.Published)
                table.AddRow("", "", published.Source, "", Text(published.Lower, published.Upper), "", "", "");
        }

        return table;
    }

    /// <summary>Why figures are not to be trusted.</summary>
    public static IEnumerable<string> Warnings(LikelihoodResults results) => results.Machines
        .Where(one => one.Bracket?.Warning is not null)
        .Select(one => $"{one.Machine.Title}, seed {one.Seed}: the bracket is not to be trusted. {one.Bracket!.Warning}");

    /// <summary>How often neighbouring temperatures swapped their states.</summary>
    public static IEnumerable<string> Swaps(LikelihoodResults results) => results.Machines
        .Where(one => one.SwapAcceptance.Count > 0)
        .Select(one => $"{one.Machine.Title}: accepted swaps between neighbouring temperatures, hottest first: "
            + string.Join(", ", one.SwapAcceptance.Select(rate => rate.ToString("P0", CultureInfo.InvariantCulture))));

    /// <summary>One number where both sides are the same, else the lower and the upper.</summary>
    public static string Text(LikelihoodFigures figures) => Text(figures.Lower == figures.Upper ? null : figures.Lower, figures.Upper);

    /// <inheritdoc cref="Text(LikelihoodFigures)"/>
    public static string Text(double? lower, double upper) => lower is { } low ? $"{Number(low)} to {Number(upper)}" : Number(upper);

    private static string LogPartition(LikelihoodResult one) => one.Bracket is { } bracket
        ? $"{Number(bracket.Lower)} to {Number(bracket.Upper)}{(bracket.IsReliable ? "" : " (unreliable)")}"
        : $"{Number(one.LogPartition!.Value)}, exact";

    private static string Number(double value) => value.ToString("F2", CultureInfo.InvariantCulture);
}
