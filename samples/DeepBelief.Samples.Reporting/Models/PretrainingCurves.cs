using System.Xml.Linq;
using DeepBelief.Samples.Reporting.Charts;
using DeepBelief.Samples.Reporting.Pages;
using DeepBelief.Training;

namespace DeepBelief.Samples.Reporting.Models;

/// <summary>What was measured while layers were trained without labels.</summary>
public static class PretrainingCurves
{
    /// <summary>How the layers of a deep belief network learn.</summary>
    public const string LayerByLayer = "Layers are trained one after the other, each on what those below make of the images.";

    private static readonly Axis Epoch = new("epoch of pre-training") { IsWhole = true };

    /// <param name="layers">What to show.</param>
    /// <param name="whyNoGap">Why no images were held out, if none were: a sentence.</param>
    /// <param name="how">How the layers learn: a sentence.</param>
    public static Section Create(IReadOnlyList<LayerHistory> layers, string whyNoGap, string how = LayerByLayer)
    {
        var hasLikelihood = layers.Any(layer => layer.History.Last.PseudoLogLikelihood is not null);
        var hasGap = layers.Any(layer => layer.History.Last.FreeEnergyGap is not null);
        return new(
            "Pre-training",
            Html.Paragraph(
                $"{how} {(hasLikelihood ? "A falling reconstruction error and a rising pseudo-likelihood show learning." : "A falling reconstruction error shows learning.")} "
                + (hasGap
                    ? "The free-energy gap shows over-fitting: the further it is above 0, the more the layer prefers its training images to "
                        + "images that it has not seen. "
                    : $"{whyNoGap} So there is no curve of the free-energy gap between unseen and training images. ")
                + (layers.Count > 1 ? "Figures of different layers are of different inputs, and tell little about each other." : "")),
            Html.SideBySide(
                [
                    Chart("Reconstruction error", "mean squared error", layers, (epoch, _) => epoch.ReconstructionError),
                    .. hasLikelihood
                        ? [Chart("Pseudo-log-likelihood", "nats per visible unit", layers, (epoch, size) => epoch.PseudoLogLikelihood / size)]
                        : Array.Empty<XElement>(),
                    .. hasGap
                        ? [Chart("Free energy: unseen less training images", "nats", layers, (epoch, _) => epoch.FreeEnergyGap)]
                        : Array.Empty<XElement>(),
                ]));
    }

    private static XElement Chart(string title, string unit, IReadOnlyList<LayerHistory> layers, Func<EpochMetrics, long, double?> figure) =>
        new LineChart(title, Epoch, new(unit), [.. layers.Select(layer => new Series(
            layer.Name,
            [.. layer.History.Epochs.Select(epoch => new SeriesPoint(epoch.Epoch, figure(epoch, layer.VisibleSize) ?? double.NaN))]))]).ToHtml();
}

/// <summary>How the training of a layer went.</summary>
/// <param name="Name">What to call the layer.</param>
/// <param name="VisibleSize">Number of its visible units.</param>
/// <param name="History">Epoch by epoch.</param>
public sealed record LayerHistory(string Name, long VisibleSize, TrainingHistory<EpochMetrics> History);
