using System.Xml.Linq;
using DeepBelief.Samples.Reporting.Pages;
using TorchSharp;

namespace DeepBelief.Samples.Reporting.Models;

/// <summary>What single hidden units look for.</summary>
public static class Filters
{
    private const int Shown = 64;
    private const int Columns = 8;

    public static Section Create(IReadOnlyList<NamedDbn> models) => new(
        "Filters",
        Html.Paragraph(
            "Each square is one hidden unit: its weights to the 28 × 28 pixels. Red pixels excite the unit, blue ones inhibit it, "
            + "white ones do not matter to it. Strokes and spots are what training found; before it, all squares were noise, and units that it has no use for still are."),
        Html.SideBySide(models.SelectMany(Mosaics)));

    private static IEnumerable<XElement> Mosaics(NamedDbn model)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        var weights = model.Dbn.Layers[0].Weight.alias();
        var figures = new List<XElement>();
        for (var i = 0; i < model.Dbn.Layers.Count; i++)
        {
            // A higher unit sees the pixels through those below it.
            if (i > 0)
                weights = model.Dbn.Layers[i].Weight.mm(weights);
            var count = Math.Min(Shown, weights.shape[0]);
            var name = model.Dbn.Layers.Count == 1 ? model.Name : $"{model.Name}, layer {i + 1}";
            var which = count == weights.shape[0] ? $"all {count} units" : $"the first {count} of {Numbers.Whole(weights.shape[0])} units";
            var how = i == 0 ? "" : " Weights to the pixels are products of the layers' weight matrices.";
            figures.Add(Html.Figure($"{name}: {which}.{how}", Pictures.Filters(weights.narrow(0, 0, count), Columns, $"Filters of the {name}")));
        }

        return figures;
    }
}

/// <summary>A pre-trained network with what to call it; an RBM is a network of one layer.</summary>
public sealed record NamedDbn(string Name, Dbn Dbn);
