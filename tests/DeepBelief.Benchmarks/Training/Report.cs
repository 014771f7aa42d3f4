using System.Globalization;
using DeepBelief.Benchmarks.Processes;

namespace DeepBelief.Benchmarks.Training;

/// <summary>Results as text: a table, with the peers' in another, both in Markdown.</summary>
internal static class Report
{
    private const string Missing = "-";

    public static void Write(TextWriter output, Suite suite)
    {
        output.WriteLine(Machine.Describe(suite.Info));
        output.WriteLine();
        new MarkdownTable("case", ">threads", ">samples/s", ">ceiling", ">ratio", ">spread", ">warm ceiling", ">ratio to it")
            .Add(suite.Results.Select(r => (string[])
                [r.Case, Count(r.Threads), Count(r.SamplesPerS), Count(r.CeilingSamplesPerS), Ratio(r.Ratio), Spread(r), Count(r.WarmCeilingSamplesPerS), Ratio(r.WarmRatio)]))
            .Write(output);

        if (suite.Results.Any(result => result.Peers is not null))
        {
            output.WriteLine();
            new MarkdownTable("case", "peer", "threads", ">samples/s", ">ours is", ">spread")
                .Add(from result in suite.Results
                     from peer in result.Peers ?? []
                     select (string[])
                         [result.Case, peer.Name, peer.Setting, Count(peer.SamplesPerS), $"{Multiple(peer.Multiple)}x", $"{Multiple(peer.Min)} to {Multiple(peer.Max)}"])
                .Write(output);
        }

        if (suite.Notes.Count > 0)
            output.WriteLine();
        foreach (var note in suite.Notes)
            output.WriteLine(note);
    }

    private static string Count(double? value) => value?.ToString("N0", CultureInfo.InvariantCulture) ?? Missing;

    private static string Ratio(double? value) => value?.ToString("F3", CultureInfo.InvariantCulture) ?? Missing;

    private static string Spread(CaseResult result) => result.Ratio is null ? Missing : $"{Ratio(result.Min)} to {Ratio(result.Max)}";

    private static string Multiple(double value) => value.ToString("F2", CultureInfo.InvariantCulture);
}
