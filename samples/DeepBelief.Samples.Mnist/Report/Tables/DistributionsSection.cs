using System.Xml.Linq;
using DeepBelief.Samples.Mnist.Data;
using DeepBelief.Samples.Mnist.Experiments.Tables;
using DeepBelief.Samples.Mnist.Report.Models;
using DeepBelief.Samples.Reporting.Pages;
using TorchSharp;

namespace DeepBelief.Samples.Mnist.Report.Tables;

/// <summary>Weights of the first layers before and after, and how active hidden units are.</summary>
internal static class DistributionsSection
{
    public static Section Create(TablesModels models, IReadOnlyList<NamedDbn> named, MnistSplit data) => new(
        "Weights and activity",
        Html.Paragraph(
            "How far the weights of the first layers spread: as pre-trained, after fine-tuning, and in the network that began at random. "
            + "Below, how active hidden units are on test images. A hidden unit that is nearly always off or on tells little; one that is on for some images and off for others is a feature."),
        Html.SideBySide(
            [
                .. Weights("RBM", models, models.Rbm?.Dbn, TableKind.RbmPretrained, TableKind.Rbm),
                .. Weights("DBN, layer 1", models, models.Dbn?.Dbn, TableKind.DbnPretrained, TableKind.Dbn),
                .. named.Select(model => Distributions.Activity(model, data)),
            ]));

    private static IEnumerable<XElement> Weights(string name, TablesModels models, Dbn? pretrained, TableKind after, TableKind random)
    {
        if (pretrained is null)
            yield break;
        var sets = new List<(string, torch.Tensor)> { ("pre-trained", pretrained.Layers[0].Weight) };
        if (models.Classifiers.TryGetValue(after, out var tuned))
            sets.Add(("pre-trained, then fine-tuned", tuned.parameters().First()));
        if (models.Classifiers.TryGetValue(random, out var other))
            sets.Add(("random, then fine-tuned", other.parameters().First()));
        yield return Distributions.Weights($"Weights: {name}", sets);
    }
}
