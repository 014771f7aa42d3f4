using System.Xml.Linq;
using DeepBelief.Samples.Mnist.Data;
using DeepBelief.Samples.Mnist.Experiments.Likelihood;
using DeepBelief.Samples.Mnist.Experiments.Likelihood.Digits;
using DeepBelief.Samples.Mnist.Report.Models;
using DeepBelief.Samples.Reporting;
using DeepBelief.Samples.Reporting.Charts;
using DeepBelief.Samples.Reporting.Pages;

namespace DeepBelief.Samples.Mnist.Report.Likelihood;

/// <summary>Log-likelihoods beside published ones, how sure they are, and what the machines look like.</summary>
internal static class LikelihoodReport
{
    private const int Pieces = 40;

    public static IEnumerable<Section> Sections(LikelihoodResults results, MnistData data)
    {
        if (results.Machines.Count > 0)
            yield return Figures(results);
        if (results.Machines.Any(one => one.Bracket is not null))
            yield return Brackets(results);
        if (results.Machines.FirstOrDefault(one => one.SwapAcceptance.Count > 0) is { } tempered)
            yield return Swaps(tempered);
        if (results.Models.Count > 0)
        {
            yield return Filters.Create(results.Models);
            yield return ChainSamples.Create(results.Models, data.Whole, results.Machines[0].Seed);
        }

        if (results.Digits is { } digits)
            yield return SmallDigits(digits);
    }

    private static Section Figures(LikelihoodResults results) => new(
        "Log-likelihood",
        Html.Paragraph(
            "How probable a machine finds an image that it has not seen, as a natural logarithm: 0 would be certainty, and one nat more is "
            + "a probability 2.7 times as large. The test images were looked at once by each finished machine."),
        Html.Paragraph(
            "The figures are those of bits, and depend on how the bits were made of grey pixels. “Drawn”: a pixel is on with the probability that its grey "
            + "value says; what is measured is drawn once, what is learned from anew in every epoch. “From ½”: a pixel is on from one half. Figures of one kind do not compare with those of the other."),
        Html.Paragraph(
            "With 16 hidden units, the sum over all states can be taken, and the figures are exact. With 500 it is estimated from two sides: a range is given, "
            + "whose lower end is what one may claim."),
        new Table(
            "Nats an image; standard errors are those of the test images' number and of the estimate together.",
            ["machine", "train", "test", "standard error", "epochs", "training", "log Z"],
            [.. results.Machines.SelectMany(Rows)]).ToHtml());

    private static IEnumerable<string[]> Rows(LikelihoodResult one) =>
    [
        [
            $"{one.Machine.Title}, seed {one.Seed}", Text(one.Train), Text(one.Test), Numbers.Fixed(one.Test.StandardError, 2),
            Numbers.Whole(one.History.Epochs.Count), Numbers.Time(one.History.Last.Elapsed), Numbers.Time(one.EvaluationTime),
        ],
        .. one.Machine.Published.Select(published => (string[])
        [
            $"{one.Machine.Hidden} hidden units, bits {BitImages.Name(one.Machine.Bits)}: {published.Source}", "", Text(published.Lower, published.Upper), "", "", "", "",
        ]),
    ];

    private static Section Brackets(LikelihoodResults results)
    {
        var bracketed = results.Machines.Where(one => one.Bracket is not null).ToList();
        return new(
            "How sure the estimates are",
            [
                Html.Paragraph(
                    "Chains that go from independent units to the machine tend to find too little of log Z, chains that come back from samples of the machine too much. "
                    + "Where both meet, and neither is the work of a few chains, the figure is to be trusted; a forward estimate alone can be far too good."),
                new Table(
                    "log Z in nats. Effective chains: as many equal ones would have been worth as much.",
                    ["machine", "forward", "effective chains", "backward", "effective chains", "gap", "verdict"],
                    [.. bracketed.Select(one => (string[])
                    [
                        $"{one.Machine.Title}, seed {one.Seed}",
                        PlusMinus(one.Bracket!.Lower, one.Bracket.Forward.StandardError), Numbers.Fixed(one.Bracket.Forward.EffectiveChains, 0),
                        PlusMinus(one.Bracket.Upper, one.Bracket.Reverse.StandardError), Numbers.Fixed(one.Bracket.Reverse.EffectiveChains, 0),
                        Numbers.Fixed(one.Bracket.Gap, 2), one.Bracket.Warning ?? "nothing speaks against it",
                    ])]).ToHtml(),
                Html.SideBySide(bracketed.Select(Chains)),
            ]);
    }

    private static XElement Chains(LikelihoodResult one)
    {
        var forward = one.Bracket!.Forward.LogWeights.Select(weight => (float)weight).ToArray();
        var reverse = one.Bracket.Reverse.LogWeights.Select(weight => (float)-weight).ToArray();
        var bins = new Bins(Math.Floor(forward.Concat(reverse).Min()), Math.Ceiling(forward.Concat(reverse).Max()), Pieces);
        return new Histogram(
            $"Single chains: {one.Machine.Title}, seed {one.Seed}",
            new Axis("log Z by one chain, nats"),
            bins,
            ("forward", bins.Shares(forward)),
            ("backward", bins.Shares(reverse))).ToHtml();
    }

    private static Section Swaps(LikelihoodResult one) => new(
        "Tempered chains",
        Html.Paragraph("How many of the offered swaps between neighbouring temperatures were accepted in the last epoch. Near zero, chains would not get from one end to the other; near one, fewer temperatures would do."),
        new Table(
            $"{one.Machine.Title}, seed {one.Seed}; inverse temperatures are evenly spaced from 0 to 1.",
            ["between", "accepted"],
            [.. one.SwapAcceptance.Select((rate, i) => (string[])[$"{i + 1} and {i + 2}", Numbers.Percent(rate, 0)])]).ToHtml());

    private static Section SmallDigits(DigitsResult result) => new(
        "Features for a linear classifier",
        Html.Paragraph("scikit-learn's example: digits of 8 × 8 pixels, each also moved by one pixel to four sides; a fifth is for testing. Softmax regression learns from the pixels, and from what an RBM's hidden units make of them."),
        new Table(
            "Share of test digits that are told right.",
            ["softmax regression on", "this run", "scikit-learn's example"],
            [
                ["RBM features", Numbers.Fixed(result.Features, 3), Numbers.Fixed(DigitsResult.Published.Features, 2)],
                ["pixels", Numbers.Fixed(result.Pixels, 3), Numbers.Fixed(DigitsResult.Published.Pixels, 2)],
            ]).ToHtml());

    private static string Text(LikelihoodFigures figures) => Text(figures.Lower == figures.Upper ? null : figures.Lower, figures.Upper);

    private static string Text(double? lower, double upper) => lower is { } low ? $"{Numbers.Fixed(low, 2)} to {Numbers.Fixed(upper, 2)}" : Numbers.Fixed(upper, 2);

    private static string PlusMinus(double value, double error) => $"{Numbers.Fixed(value, 2)} ± {Numbers.Fixed(error, 2)}";
}
