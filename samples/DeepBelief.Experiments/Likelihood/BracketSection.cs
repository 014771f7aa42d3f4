using System.Xml.Linq;
using DeepBelief.Evaluation;
using DeepBelief.Samples.Reporting;
using DeepBelief.Samples.Reporting.Pages;
using DeepBelief.Samples.Reporting.Results;

namespace DeepBelief.Experiments.Likelihood;

/// <summary>How far apart estimates of log Z from both sides are, and on how many chains they rest.</summary>
internal static class BracketSection
{
    /// <param name="brackets">The models' names, and log Z of each.</param>
    /// <param name="more">What follows the table.</param>
    public static Section Create(IEnumerable<(string Name, LogPartitionBracket Bracket)> brackets, params XElement[] more) => new(
        "How sure the estimates are",
        [
            Html.Paragraph(
                "Chains that go from independent units to the model tend to find too little of log Z, chains that come back from samples of the model too much. "
                + "Where both meet, and neither is the work of a few chains, the figure is to be trusted; a forward estimate alone can be far too good."),
            ResultTable.Of(
                "log Z in nats. Effective chains: as many equal ones would have been worth as much.",
                brackets,
                new("model", one => one.Name),
                new("forward", one => PlusMinus(one.Bracket.Lower, one.Bracket.Forward.StandardError)),
                new("effective chains", one => one.Bracket.Forward.EffectiveChains, Show.Fixed(0)),
                new("backward", one => PlusMinus(one.Bracket.Upper, one.Bracket.Reverse.StandardError)),
                new("effective chains", one => one.Bracket.Reverse.EffectiveChains, Show.Fixed(0)),
                new("gap", one => one.Bracket.Gap, Show.Fixed(2)),
                new("verdict", one => one.Bracket.Warning ?? "nothing speaks against it")).ToHtml(),
            .. more,
        ]);

    private static string PlusMinus(double value, double error) => $"{Numbers.Fixed(value, 2)} ± {Numbers.Fixed(error, 2)}";
}
