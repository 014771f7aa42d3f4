using System.Xml.Linq;
using DeepBelief.Samples.Data;
using DeepBelief.Samples.Reporting.Charts;
using DeepBelief.Samples.Reporting.Models;
using DeepBelief.Samples.Reporting.Pages;
using DeepBelief.Samples.Reporting.Results;

namespace DeepBelief.Experiments.Likelihood;

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

        if (results.DigitsTable() is { } digits)
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
        results.ToTable().ToHtml("Nats an image; standard errors are those of the test images' number and of the estimate together."));

    private static Section Brackets(LikelihoodResults results)
    {
        var bracketed = results.Machines.Where(one => one.Bracket is not null).ToList();
        return BracketSection.Create(
            bracketed.Select(one => ($"{one.Machine.Title}, seed {one.Seed}", one.Bracket!)),
            Html.SideBySide(bracketed.Select(Chains)));
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
        ResultTable.Of(
            $"{one.Machine.Title}, seed {one.Seed}; inverse temperatures are evenly spaced from 0 to 1.",
            one.SwapAcceptance.Index(),
            new("between", swap => $"{swap.Index + 1} and {swap.Index + 2}"),
            new("accepted", swap => swap.Item, Show.Percent(0, sign: true))).ToHtml());

    private static Section SmallDigits(ResultTable digits) => new(
        "Features for a linear classifier",
        Html.Paragraph("scikit-learn's example: digits of 8 × 8 pixels, each also moved by one pixel to four sides; a fifth is for testing. Softmax regression learns from the pixels, and from what an RBM's hidden units make of them."),
        digits.ToHtml("Share of test digits that are told right."));
}
