using System.Xml.Linq;
using DeepBelief.Experiments.Likelihood;
using DeepBelief.Samples.Reporting;
using DeepBelief.Samples.Reporting.Models;
using DeepBelief.Samples.Reporting.Pages;
using DeepBelief.Samples.Reporting.Results;
using TorchSharp;

namespace DeepBelief.Experiments.DeepLikelihoods;

/// <summary>Bounds beside published ones, how sure they are, and what the models draw and look for.</summary>
internal static class DeepLikelihoodReport
{
    private const int Samples = 60;
    private const int SampleColumns = 20;
    private const int ChainSteps = 1000;
    private const int Units = 64;
    private const int UnitColumns = 8;

    public static IEnumerable<Section> Sections(DeepLikelihoodResults results)
    {
        if (results.Results.Count == 0)
            yield break;
        yield return Figures(results);
        yield return Brackets(results);
        yield return Drawn(results);
        yield return Filters(results);
    }

    private static Section Figures(DeepLikelihoodResults results) => new(
        "Bounds on the log-likelihood",
        Html.Paragraph(
            "How probable a model finds an image that it has not seen, as a natural logarithm. Hidden states can't be summed over, so that what is given is a bound: "
            + "the log-likelihood itself is greater, by as much as what the model infers of its hidden units differs from what follows from the image. "
            + "log Z is estimated from two sides: the lower end of each range is what one may claim."),
        Html.Paragraph(
            "A pixel is on with the probability that its grey value says; what is measured is drawn once, what is learned from anew in every epoch. "
            + "The test images were looked at once by each finished model."
            + (results.Results.Any(one => one.Published.Count > 0) ? " Published figures take log Z from below." : "")),
        results.ToTable().ToHtml("Nats an image; standard errors are those of the test images' number and of the estimate together."));

    private static Section Brackets(DeepLikelihoodResults results)
        => BracketSection.Create(results.Results.Select(one => ($"{one.Title}, seed {one.Seed}", one.Bracket)));

    private static Section Drawn(DeepLikelihoodResults results) => new(
        "Samples",
        [
            Html.Paragraph(
                $"Images that the models make up: chains of {Numbers.Whole(ChainSteps)} steps that begin at noise. What is shown are the probabilities of the pixels at their ends, "
                + "given the hidden units; those of the Boltzmann machine are inferred from the last pixels."),
            .. results.Models.Select(model =>
            {
                using var scope = torch.NewDisposeScope();
                using var generator = SeededGenerator.For(model.Model.parameters().First().device, results.Results[0].Seed);
                var images = model.Model is Dbm dbm ? dbm.Reconstruct(dbm.Sample(Samples, ChainSteps, generator: generator)) : ((Dbn)model.Model).Sample(Samples, ChainSteps, generator);
                return Html.Figure($"The {model.Title}.", Pictures.Digits(images, SampleColumns, $"Samples of the {model.Title}"));
            }),
        ]);

    private static Section Filters(DeepLikelihoodResults results) => new(
        "Filters",
        Html.Paragraph("Each square is one hidden unit: its weights to the pixels, of a higher layer by way of the layers below. Red pixels excite the unit, blue ones inhibit it."),
        Html.SideBySide(results.Models.SelectMany(Mosaics)));

    private static IEnumerable<XElement> Mosaics((string Title, torch.nn.Module Model) model)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        var layers = model.Model is Dbn dbn ? dbn.Layers.Select(layer => layer.Weight) : ((Dbm)model.Model).Weights;
        var figures = new List<XElement>();
        torch.Tensor? toPixels = null;
        foreach (var (i, weight) in layers.Index())
        {
            toPixels = toPixels is null ? weight.alias() : weight.mm(toPixels);
            var caption = $"The first hidden units of layer {i + 1} of the {model.Title}.";
            figures.Add(Html.Figure(caption, Pictures.Filters(toPixels.narrow(0, 0, Math.Min(Units, toPixels.shape[0])), UnitColumns, caption)));
        }

        return figures;
    }
}
